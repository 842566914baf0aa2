package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Collects the medians and prints them as one table, in the form of Markdown. */
final class Report {
  /** Begins the names of upserts; the number of buckets follows. */
  static final String OFFICIAL_UPSERT = "official SDK, upsert, buckets ";

  static final String OUR_UPSERT = "our library, upsert, buckets ";

  private static final double MEGA = 1e6;

  private final List<Line> lines = new ArrayList<>();
  private String machine = "";

  /** What one participant did on one dataset and kind of server. */
  private record Line(
      String dataset,
      String server,
      String participant,
      double rowsPerSecond,
      double megabytesPerSecond,
      double cpuSeconds,
      long memory,
      long offHeap) {}

  void machine(Settings settings) throws IOException {
    machine =
        String.format(
            Locale.ROOT,
            "%s, %d CPUs, %s %s; Java %s; %,d rows; median of %d rounds, interleaved, after %d"
                + " warm-up rounds; every participant and the server in a JVM of its own on the"
                + " same machine",
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.vm.version"),
            settings.rows(),
            settings.rounds(),
            settings.warmUps());
  }

  void add(
      Dataset data,
      String server,
      String participant,
      List<Measurement> rounds,
      long memoryBefore) {
    double rowsPerSecond = Measurement.median(rounds, Measurement::rowsPerSecond);
    lines.add(
        new Line(
            data.name(),
            server,
            participant,
            rowsPerSecond,
            rowsPerSecond * data.plainBytes() / data.rows() / MEGA,
            Measurement.median(rounds, Measurement::cpuSecondsPerMillionRows),
            (long) Measurement.median(rounds, Measurement::peakMemory) - memoryBefore,
            (long) Measurement.median(rounds, Measurement::offHeap)));
  }

  /** The line above a table. */
  void printMachine(PrintStream out) {
    out.println();
    out.println(machine);
    out.println();
  }

  void print(PrintStream out) {
    printMachine(out);
    out.printf(
        "| %-8s | %-12s | %-32s | %9s | %6s | %9s | %10s | %9s | %13s | %13s |%n",
        "dataset",
        "server",
        "participant",
        "M rows/s",
        "MB/s",
        "CPU s/M",
        "memory MB",
        "off-heap",
        "rows/s, ours",
        "CPU s, ours");
    out.println(
        "|----------|--------------|----------------------------------|----------:|-------:|"
            + "----------:|-----------:|----------:|--------------:|--------------:|");
    for (Line line : lines) {
      Line ours = counterpart(line);
      out.printf(
          Locale.ROOT,
          "| %-8s | %-12s | %-32s | %9.3f | %6.0f | %9.2f | %10.0f | %9s | %13s | %13s |%n",
          line.dataset,
          line.server,
          line.participant,
          line.rowsPerSecond / MEGA,
          line.megabytesPerSecond,
          line.cpuSeconds,
          line.memory / MEGA,
          line.offHeap < 0 ? "" : String.format(Locale.ROOT, "%.1f", line.offHeap / MEGA),
          ratio(ours == null ? 0 : ours.rowsPerSecond, line.rowsPerSecond),
          ratio(ours == null ? 0 : ours.cpuSeconds, line.cpuSeconds));
    }
    out.println();
    out.println(
        """
        MB/s counts the plain columnar size of the rows, the same for everybody. CPU s/M: CPU
        seconds of the participant's process per million rows. memory: peak resident memory above
        what the process held with the data loaded. off-heap: the writer's own buffers at their
        highest, in MB. The last two columns: our counterpart (library for the SDK's writers and
        the socket, executeBatch for the official driver, Spark writer for Parquet, upserts into
        as many buckets for the SDK's upserts) divided by this line.""");
  }

  /** The table of {@link ServerSpeed}. */
  void printServer(PrintStream out) {
    printMachine(out);
    out.printf(
        "| %-8s | %-45s | %9s | %6s | %16s |%n",
        "dataset", "what", "M rows/s", "MB/s", "CPU s/M, server");
    out.println(
        "|----------|-----------------------------------------------|----------:|-------:|"
            + "-----------------:|");
    for (Line line : lines) {
      out.printf(
          Locale.ROOT,
          "| %-8s | %-45s | %9.3f | %6.0f | %16.2f |%n",
          line.dataset,
          line.participant,
          line.rowsPerSecond / MEGA,
          line.megabytesPerSecond,
          line.cpuSeconds);
    }
  }

  private @Nullable Line counterpart(Line line) {
    String name =
        switch (line.participant) {
          case Entrant.SDK_RECORDS, Entrant.SDK_ARROW, Entrant.SOCKET -> Entrant.LIBRARY;
          case Entrant.DRIVER -> Entrant.BATCHES;
          case Entrant.PARQUET -> Entrant.SPARK;
          default ->
              line.participant.startsWith(OFFICIAL_UPSERT)
                  ? OUR_UPSERT + line.participant.substring(OFFICIAL_UPSERT.length())
                  : "";
        };
    for (Line other : lines) {
      if (other.participant.equals(name)
          && other.dataset.equals(line.dataset)
          && other.server.equals(line.server)) {
        return other;
      }
    }
    return null;
  }

  private static String ratio(double ours, double theirs) {
    return ours == 0 || theirs == 0 ? "" : String.format(Locale.ROOT, "%.2f x", ours / theirs);
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.exists(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    }
    return System.getProperty("os.arch");
  }
}
