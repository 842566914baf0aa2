package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.BatchWriter;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What the server can take and give: the bodies are encoded before and what it sends is dropped, so
 * that next to nothing of the time is a client's. Beside it a plain copy of the same bytes, and
 * DuckDB with its own Parquet file.
 */
final class ServerSpeed {
  private static final int BLOCKS = 4;
  private static final int CONNECTIONS = 2;
  private static final int BATCH_ROWS = 8192;
  private static final int BUFFER = 1 << 16;

  private final Settings settings;
  private final Dataset data;
  private final Path work;
  private final Map<String, List<Measurement>> rounds = new LinkedHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();

  /** One thing to be measured. */
  @FunctionalInterface
  private interface Task {
    void run() throws Exception;
  }

  ServerSpeed(Settings settings, Dataset data, Path work) {
    this.settings = settings;
    this.data = data;
    this.work = work;
  }

  /** Measures round by round and gives all rounds that count, by participant. */
  Map<String, List<Measurement>> measure(DrivenProgram server, TunnelClient client, URI endpoint)
      throws Exception {
    List<byte[]> arrow = encode(false);
    List<byte[]> records = encode(true);
    Path bytes = work.resolve("bytes");
    Files.deleteIfExists(bytes);
    for (byte[] block : arrow) {
      Files.write(bytes, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    Path parquet = work.resolve("rows.parquet");
    ParquetFile.write(data, parquet);
    String base = endpoint.toString().replaceFirst("/api$", "");
    for (int round = 0; round < settings.warmUps() + settings.rounds(); round++) {
      boolean counts = round >= settings.warmUps();
      Main.createTable(client, data, "ingest");
      time(counts, server, "ingest, Arrow bodies", () -> upload(client, base, arrow, "&arrow"));
      time(counts, server, "download, Arrow bodies", () -> download(base, "&arrow"));
      Main.createTable(client, data, "ingest");
      time(counts, server, "ingest, record bodies", () -> upload(client, base, records, ""));
      time(counts, server, "download, record bodies", () -> download(base, ""));
      time(counts, server, "plain copy of the Arrow bodies, to the disk", () -> copy(bytes));
      time(counts, server, "DuckDB: its Parquet into a table, to the disk", () -> load(parquet));
      time(counts, server, "DuckDB: reads every value of its Parquet", () -> read(parquet));
    }
    return rounds;
  }

  private void time(boolean counts, DrivenProgram server, String name, Task task) throws Exception {
    long cpu = cpuNanos(server);
    long start = System.nanoTime();
    task.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    Measurement measurement =
        new Measurement(data.rows(), seconds, (cpuNanos(server) - cpu) / 1e9, 0, -1);
    System.err.printf("%s%s: %.2f s%n", counts ? "" : "warm-up, ", name, seconds);
    if (counts) {
      rounds.computeIfAbsent(name, n -> new ArrayList<>()).add(measurement);
    }
  }

  private static long cpuNanos(DrivenProgram server) throws IOException {
    Object nanos = server.ask("cpu", Map.of()).get("nanos");
    return ((Number) Objects.requireNonNull(nanos)).longValue();
  }

  private List<byte[]> encode(boolean records) throws IOException {
    TableSchema schema = OurLibrary.schema(data);
    List<byte[]> blocks = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBatches batches = ArrowBatches.of(data, schema.arrowSchema(), BATCH_ROWS, allocator)) {
      List<VectorSchemaRoot> all = batches.batches();
      for (int block = 0; block < BLOCKS; block++) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (BatchWriter writer =
            records ? new RecordWriter(body, schema.columns()) : new ArrowBatchWriter(body)) {
          for (VectorSchemaRoot batch :
              all.subList(all.size() * block / BLOCKS, all.size() * (block + 1) / BLOCKS)) {
            writer.write(batch);
          }
          writer.finish();
        }
        blocks.add(body.toByteArray());
      }
    }
    return blocks;
  }

  private void upload(TunnelClient client, String base, List<byte[]> blocks, String format)
      throws Exception {
    UploadSession session =
        client.createUpload(new TableName(Main.PROJECT, null, "ingest"), UploadOptions.append());
    Set<Integer> ids = new TreeSet<>();
    for (int block = 0; block < blocks.size(); block++) {
      ids.add(block);
    }
    inParallel(
        block -> {
          String query = "?uploadid=" + session.id() + "&blockid=" + block + format;
          HttpRequest put =
              HttpRequest.newBuilder(URI.create(table(base) + query))
                  .PUT(HttpRequest.BodyPublishers.ofByteArray(blocks.get(block)))
                  .build();
          check(http.send(put, HttpResponse.BodyHandlers.ofString()));
        });
    session.commit(ids);
  }

  private void download(String base, String format) throws Exception {
    HttpRequest create =
        HttpRequest.newBuilder(URI.create(table(base) + "?downloads"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> created = http.send(create, HttpResponse.BodyHandlers.ofString());
    check(created);
    String id = created.body().replaceFirst("(?s).*\"DownloadID\"\\s*:\\s*\"([^\"]+)\".*", "$1");
    int rows = data.rows() / BLOCKS;
    inParallel(
        block -> {
          int first = block * rows;
          int count = block == BLOCKS - 1 ? data.rows() - first : rows;
          String query =
              "?data&downloadid=" + id + "&rowrange=(" + first + "," + count + ")" + format;
          HttpResponse<InputStream> answer =
              http.send(
                  HttpRequest.newBuilder(URI.create(table(base) + query)).build(),
                  HttpResponse.BodyHandlers.ofInputStream());
          check(answer);
          byte[] buffer = new byte[BUFFER];
          try (InputStream body = answer.body()) {
            while (body.read(buffer) >= 0) {
              // Only the server is measured.
            }
          }
        });
  }

  /** Moves one block. */
  @FunctionalInterface
  private interface Transfer {
    void run(int block) throws IOException, InterruptedException;
  }

  /** Moves the blocks over {@link #CONNECTIONS} connections, as clients do. */
  private static void inParallel(Transfer transfer) throws Exception {
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Future<?>> transfers = new ArrayList<>();
      for (int block = 0; block < BLOCKS; block++) {
        int number = block;
        transfers.add(
            connections.submit(
                () -> {
                  transfer.run(number);
                  return null;
                }));
      }
      for (Future<?> one : transfers) {
        one.get();
      }
    } finally {
      connections.shutdownNow();
    }
  }

  private static String table(String base) {
    return base + "/projects/" + Main.PROJECT + "/tables/ingest";
  }

  private static void check(HttpResponse<?> answer) throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("Status " + answer.statusCode() + ": " + answer.body());
    }
  }

  private void copy(Path bytes) throws IOException {
    Path copy = work.resolve("copy");
    try (InputStream in = Files.newInputStream(bytes);
        OutputStream out = Files.newOutputStream(copy)) {
      in.transferTo(out);
    }
    try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.delete(copy);
  }

  private void load(Path parquet) throws SQLException, IOException {
    Path database = work.resolve("peer.duckdb");
    Files.deleteIfExists(database);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET preserve_insertion_order = false");
      statement.execute("CREATE TABLE t AS SELECT * FROM '" + parquet + "'");
      statement.execute("CHECKPOINT");
    }
    Files.delete(database);
  }

  private void read(Path parquet) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT bit_xor(hash(COLUMNS(*))) FROM '" + parquet + "'").close();
    }
  }
}
