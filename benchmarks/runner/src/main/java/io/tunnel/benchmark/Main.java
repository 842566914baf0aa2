package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TunnelClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs what the command line names, and prints its table. */
final class Main {
  static final String PROJECT = "bench";
  static final String ACCESS_ID = "bench";
  static final String ACCESS_KEY = "bench-secret";
  private static final String BLOCKS = "4";
  static final String BATCH_ROWS = "8192";
  private static final String JDBC_BATCH_ROWS = "20000";

  private final Settings settings;
  private final Path benchmarks;
  private final Path work;
  private final Report report = new Report();

  private Main(Settings settings, Path benchmarks) {
    this.settings = settings;
    this.benchmarks = benchmarks;
    this.work = benchmarks.resolve("target/run");
  }

  /**
   * Runs the benchmarks.
   *
   * @param arguments the folder of the benchmarks, then the options of {@link Settings}
   */
  public static void main(String[] arguments) throws Exception {
    String[] options = java.util.Arrays.copyOfRange(arguments, 1, arguments.length);
    Settings settings = Settings.parse(options);
    Main main = new Main(settings, Path.of(arguments[0]).toAbsolutePath().normalize());
    Files.createDirectories(main.work);
    main.report.machine(settings);
    switch (settings.what()) {
      case CLIENTS -> main.clients();
      case SERVER -> main.server();
      case UPSERTS -> main.upserts();
      case COMMITS -> main.commits();
      case ENDURANCE -> main.endurance();
    }
  }

  private void clients() throws Exception {
    for (String name : List.of("lineitem", "flights")) {
      if (settings.wants(settings.datasets(), name)) {
        Path file = work.resolve(name + "-" + settings.rows() + ".columns");
        Dataset data = generate(name, file);
        for (String mode : List.of("drop", "commit")) {
          if (settings.wants(settings.modes(), mode)) {
            measure(data, file, mode.equals("drop"));
          }
        }
      }
    }
    report.print(System.out);
  }

  private void server() throws Exception {
    for (String name : List.of("lineitem", "flights")) {
      if (settings.wants(settings.datasets(), name)) {
        Dataset data = generate(name, work.resolve(name + "-" + settings.rows() + ".columns"));
        withServer(
            false,
            (server, started, client) ->
                new ServerSpeed(settings, data, work)
                    .measure(server, client, URI.create(String.valueOf(started.get("endpoint"))))
                    .forEach((task, rounds) -> report.add(data, "", task, rounds, 0)));
      }
    }
    report.printServer(System.out);
  }

  private void upserts() throws Exception {
    Path file = work.resolve("lineitem-" + settings.rows() + ".columns");
    new UpsertSpeed(settings, benchmarks, generate("lineitem", file), file).measure(report);
    report.print(System.out);
  }

  private void commits() throws Exception {
    Dataset data = generate("lineitem", work.resolve("lineitem-" + settings.rows() + ".columns"));
    withServer(
        false,
        (server, started, client) -> {
          CommitSpeed speed = new CommitSpeed(data, settings.commits(), work);
          speed.ours(server, client, work.resolve("server"));
          speed.duckDb();
          report.printMachine(System.out);
          speed.print(System.out);
        });
  }

  private void endurance() throws Exception {
    withServer(
        false,
        (server, started, client) -> {
          Endurance endurance = new Endurance(client, server);
          endurance.run(settings.statements(), settings.sessions());
          endurance.print(System.out);
        });
  }

  /** Something done with a server, which has answered {@code started} to its start. */
  @FunctionalInterface
  private interface ServerUse {
    void run(DrivenProgram server, Map<String, Object> started, TunnelClient client)
        throws Exception;
  }

  private void withServer(boolean discard, ServerUse use) throws Exception {
    Path directory = work.resolve("server");
    delete(directory);
    Files.createDirectories(directory);
    try (DrivenProgram server =
        DrivenProgram.start(
            benchmarks.resolve("runner"),
            ServerMain.class.getName(),
            List.of("-Xmx2g"),
            List.of())) {
      Map<String, Object> started =
          server.ask("start", Map.of("discard", discard, "directory", directory.toString()));
      try (TunnelClient client =
          OurLibrary.connect(Map.of("endpoint", String.valueOf(started.get("endpoint"))))) {
        use.run(server, started, client);
      }
    } finally {
      delete(directory);
    }
  }

  private Dataset generate(String name, Path file) throws Exception {
    if (!Files.exists(file)) {
      System.err.println("Making " + settings.rows() + " rows of " + name);
      Dataset made =
          name.equals("lineitem")
              ? Lineitem.generate(settings.rows())
              : Flights.load(
                  benchmarks.resolveSibling("tunnel-cli/data/flights.parquet"), settings.rows());
      Path unfinished = file.resolveSibling(file.getFileName() + ".part");
      made.write(unfinished);
      Files.move(unfinished, file);
    }
    return Dataset.read(file);
  }

  private void measure(Dataset data, Path file, boolean discard) throws Exception {
    withServer(
        discard,
        (server, started, client) -> {
          List<Running> running = new ArrayList<>();
          try {
            for (Entrant entrant : Entrant.all()) {
              boolean measured =
                  discard
                      || (entrant.usesServer() && !entrant.name().equals(Entrant.SOCKET))
                      || entrant.name().equals(Entrant.PARQUET);
              if (measured && settings.wants(settings.only(), entrant.name())) {
                running.add(start(entrant, data, file, started, client, running.size()));
              }
            }
            for (int round = 0; round < settings.warmUps() + settings.rounds(); round++) {
              for (Running participant : running) {
                participant.round(client, data, round >= settings.warmUps());
              }
            }
          } finally {
            for (Running participant : running) {
              participant.program.close();
            }
          }
          for (Running participant : running) {
            report.add(
                data,
                discard ? "drops bodies" : "commits",
                participant.entrant.name(),
                participant.rounds,
                participant.memoryBefore);
          }
        });
  }

  private Running start(
      Entrant entrant,
      Dataset data,
      Path file,
      Map<String, Object> server,
      TunnelClient client,
      int number)
      throws IOException {
    String table = data.name() + "_" + number;
    createTable(client, data, table);
    List<String> flags = new ArrayList<>(entrant.flags());
    flags.addAll(
        List.of("-Xmx" + (entrant.module().equals("spark") ? "3g" : "2g"), "-Duser.timezone=UTC"));
    DrivenProgram program =
        DrivenProgram.start(
            entrant.folder(benchmarks), entrant.mainClass(), flags, entrant.arguments());
    Path scratch = work.resolve("scratch-" + number);
    delete(scratch);
    Files.createDirectories(scratch);
    Map<String, String> told = new LinkedHashMap<>();
    told.put("endpoint", String.valueOf(server.get("endpoint")));
    told.put("dropPort", String.valueOf(server.get("dropPort")));
    told.put("project", PROJECT);
    told.put("accessId", ACCESS_ID);
    told.put("accessKey", ACCESS_KEY);
    told.put("table", table);
    told.put("blocks", BLOCKS);
    told.put("batchRows", BATCH_ROWS);
    told.put("jdbcBatchRows", JDBC_BATCH_ROWS);
    told.put("scratch", scratch.toString());
    System.err.println("Starting " + entrant.name());
    Map<String, Object> ready =
        program.ask("prepare", Map.of("data", file.toString(), "settings", told));
    long memory = ready.get("memory") instanceof Number bytes ? bytes.longValue() : -1;
    return new Running(entrant, program, table, memory);
  }

  static void createTable(TunnelClient client, Dataset data, String table) throws IOException {
    execute(client, "DROP TABLE IF EXISTS " + table);
    execute(client, "CREATE TABLE " + table + " (" + data.columnDefinitions() + ")");
  }

  static void execute(TunnelClient client, String statement) throws IOException {
    client.sql().submit(statement, Map.of()).await(Duration.ofMinutes(1));
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A participant that was started, and what was measured of it. */
  private static final class Running {
    final Entrant entrant;
    final DrivenProgram program;
    final String table;
    final long memoryBefore;
    final List<Measurement> rounds = new ArrayList<>();

    Running(Entrant entrant, DrivenProgram program, String table, long memoryBefore) {
      this.entrant = entrant;
      this.program = program;
      this.table = table;
      this.memoryBefore = memoryBefore;
    }

    void round(TunnelClient client, Dataset data, boolean counts) throws IOException {
      // Every round writes into an empty table.
      createTable(client, data, table);
      Measurement measurement =
          Measurement.of(Objects.requireNonNull(program.ask("run", Map.of())));
      System.err.printf(
          "%s%s: %.2f s, %.2f CPU s%n",
          counts ? "" : "warm-up, ",
          entrant.name(),
          measurement.seconds(),
          measurement.cpuSeconds());
      if (counts) {
        rounds.add(measurement);
      }
    }
  }
}
