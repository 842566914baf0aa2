package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.it.driven.DrivenProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Upserts of lineitem by its two key columns through the official SDK and through our library, with
 * several numbers of buckets and of partitions, to a server that drops the packs.
 */
final class UpsertSpeed {
  private static final List<String> KEYS = List.of("l_orderkey", "l_linenumber");
  private static final int USUAL_BUCKETS = 16;

  /** The heap beside the data in file cache mode, whose two buffers have 64 MiB each. */
  private static final long BOUNDED_MEBIBYTES = 256;

  private static final long MOST_MEBIBYTES = 2048;

  private final Settings settings;
  private final Path benchmarks;
  private final Dataset data;
  private final Path file;

  /** Someone who is measured, with what it is told. */
  private record Case(String name, String module, String mainClass, Map<String, String> told) {}

  /** A case that was started. */
  private record Running(
      Case measured, DrivenProgram program, long memory, List<Measurement> rounds) {}

  UpsertSpeed(Settings settings, Path benchmarks, Dataset data, Path file) {
    this.settings = settings;
    this.benchmarks = benchmarks;
    this.data = data;
    this.file = file;
  }

  void measure(Report report) throws IOException {
    List<Running> all = new ArrayList<>();
    try (UpsertDropServer server = new UpsertDropServer(OurLibrary.schema(data), KEYS)) {
      try {
        for (Case measured : cases()) {
          if (settings.wants(settings.only(), measured.name)) {
            all.add(start(measured, server));
          }
        }
        for (int round = 0; round < settings.warmUps() + settings.rounds(); round++) {
          for (Running running : all) {
            measure(running, server, round >= settings.warmUps());
          }
        }
      } finally {
        for (Running running : all) {
          running.program.close();
        }
      }
    }
    for (Running running : all) {
      report.add(data, "drops packs", running.measured.name, running.rounds, running.memory);
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int buckets : new int[] {1, USUAL_BUCKETS, 64}) {
      cases.add(
          new Case(
              Report.OFFICIAL_UPSERT + buckets,
              "official-sdk",
              "io.tunnel.benchmark.official.SdkUpserts",
              told(buckets, 1, false)));
      cases.add(ours(Report.OUR_UPSERT + buckets, told(buckets, 1, false)));
    }
    for (int partitions : new int[] {1, 50, 500}) {
      cases.add(
          ours(
              "our upsert, " + partitions + " parts, file cache",
              told(USUAL_BUCKETS, partitions, true)));
    }
    return cases;
  }

  private static Case ours(String name, Map<String, String> told) {
    return new Case(name, "runner", OurUpserts.class.getName(), told);
  }

  private static Map<String, String> told(int buckets, int partitions, boolean fileCached) {
    return Map.of(
        "buckets",
        Integer.toString(buckets),
        "partitions",
        Integer.toString(partitions),
        "fileCached",
        Boolean.toString(fileCached));
  }

  private Running start(Case measured, UpsertDropServer server) throws IOException {
    // A process with more than it needs takes it; this one gets its two buffers and as much again.
    boolean bounded = Boolean.parseBoolean(measured.told.get("fileCached"));
    long heap = bounded ? (data.plainBytes() >> 20) + BOUNDED_MEBIBYTES : MOST_MEBIBYTES;
    List<String> flags = new ArrayList<>(List.of("-Xmx" + heap + "m", "-Duser.timezone=UTC"));
    if (measured.module.equals("official-sdk")) {
      flags.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    }
    System.err.println("Starting " + measured.name);
    DrivenProgram program =
        DrivenProgram.start(
            benchmarks.resolve(measured.module), measured.mainClass, flags, List.of());
    Map<String, String> told = new LinkedHashMap<>(measured.told);
    told.put("endpoint", server.endpoint().toString());
    told.put("project", Main.PROJECT);
    told.put("accessId", Main.ACCESS_ID);
    told.put("accessKey", Main.ACCESS_KEY);
    told.put("table", "lineitem_" + measured.told.get("buckets"));
    told.put("batchRows", Main.BATCH_ROWS);
    Map<String, Object> ready =
        program.ask("prepare", Map.of("data", file.toString(), "settings", told));
    long memory = ready.get("memory") instanceof Number bytes ? bytes.longValue() : -1;
    return new Running(measured, program, memory, new ArrayList<>());
  }

  private void measure(Running running, UpsertDropServer server, boolean counts)
      throws IOException {
    Measurement measurement =
        Measurement.of(Objects.requireNonNull(running.program.ask("run", Map.of())));
    long arrived = server.takeRows();
    if (arrived != data.rows()) {
      throw new IOException(running.measured.name + " sent " + arrived + " rows of " + data.rows());
    }
    System.err.printf(
        "%s%s: %.2f s, %.2f CPU s%n",
        counts ? "" : "warm-up, ",
        running.measured.name,
        measurement.seconds(),
        measurement.cpuSeconds());
    if (counts) {
      running.rounds.add(measurement);
    }
  }
}
