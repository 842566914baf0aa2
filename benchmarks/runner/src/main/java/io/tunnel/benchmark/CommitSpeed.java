package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.session.UpsertWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Commits of upserts one after the other into one table: whether the last is as fast as the first,
 * and whether the file grows. Each writes a tenth of the rows again, spread over the whole table.
 * Beside it DuckDB alone with the statements that a program without us would send it.
 */
final class CommitSpeed {
  private static final int PARTS = 10;
  private static final int SHOWN = 10;
  private static final int BATCH_ROWS = 8192;
  private static final double MILLION = 1e6;
  private static final String KEYS = "l_orderkey, l_linenumber";
  private static final String QUERY =
      "SELECT COUNT(*) AS c, SUM(l_quantity) AS q, MAX(l_comment) AS m, MIN(l_shipdate) AS d"
          + " FROM lineitem";

  private final Dataset data;
  private final int commits;
  private final Path work;
  private final List<Dataset> parts = new ArrayList<>();
  private final Map<String, List<Commit>> measured = new LinkedHashMap<>();

  /** One commit: its time, that of a query behind it, and the size of the files after it. */
  private record Commit(long nanos, long queryNanos, long cpuNanos, long bytes) {}

  CommitSpeed(Dataset data, int commits, Path work) {
    this.data = data;
    this.commits = commits;
    this.work = work;
    for (int part = 0; part < PARTS; part++) {
      parts.add(data.every(PARTS, part));
    }
  }

  /** Through upsert sessions to a server; a commit is from its request to the answer. */
  void ours(DrivenProgram server, TunnelClient client, Path directory) throws IOException {
    String columns =
        data.columnDefinitions()
            .replace("l_orderkey BIGINT", "l_orderkey BIGINT NOT NULL")
            .replace("l_linenumber INT", "l_linenumber INT NOT NULL");
    Main.execute(
        client,
        "CREATE TABLE lineitem ("
            + columns
            + ", PRIMARY KEY ("
            + KEYS
            + ")) TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\"16\")");
    try (BufferAllocator allocator = new RootAllocator()) {
      upsert(client, data, allocator);
      for (int commit = 0; commit < commits; commit++) {
        long cpu = cpuNanos(server);
        long nanos = upsert(client, parts.get(commit % PARTS), allocator);
        cpu = cpuNanos(server) - cpu;
        long start = System.nanoTime();
        var task = client.sql().submit(QUERY, Map.of());
        task.await(Duration.ofMinutes(1));
        add("local server", new Commit(nanos, System.nanoTime() - start, cpu, size(directory)));
      }
    }
  }

  private long upsert(TunnelClient client, Dataset rows, BufferAllocator allocator)
      throws IOException {
    TableName table = new TableName(Main.PROJECT, null, "lineitem");
    try (ArrowBatches batches =
            ArrowBatches.of(rows, OurLibrary.schema(data).arrowSchema(), BATCH_ROWS, allocator);
        UpsertSession session = client.createUpsert(table, UpsertOptions.defaults());
        UpsertWriter writer = session.openWriter()) {
      for (VectorSchemaRoot batch : batches.batches()) {
        writer.write(batch, UpsertOperation.UPSERT);
      }
      writer.flush();
      long start = System.nanoTime();
      session.commit();
      return System.nanoTime() - start;
    }
  }

  private static long cpuNanos(DrivenProgram server) throws IOException {
    Object nanos = server.ask("cpu", Map.of()).get("nanos");
    return ((Number) Objects.requireNonNull(nanos)).longValue();
  }

  /** The same rows from Parquet files; a commit is from staging them to the end of COMMIT. */
  void duckDb() throws SQLException, IOException {
    Path whole = work.resolve("rows.parquet");
    ParquetFile.write(data, whole);
    List<Path> files = new ArrayList<>();
    for (Dataset part : parts) {
      Path file = work.resolve("part-" + files.size() + ".parquet");
      ParquetFile.write(part, file);
      files.add(file);
    }
    Path directory = work.resolve("peer");
    Files.createDirectories(directory);
    Path database = directory.resolve("peer.duckdb");
    Files.deleteIfExists(database);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET preserve_insertion_order = false");
      statement.execute("CREATE TABLE lineitem AS SELECT * FROM '" + whole + "'");
      for (int commit = 0; commit < commits; commit++) {
        long start = System.nanoTime();
        merge(statement, files.get(commit % PARTS));
        long end = System.nanoTime();
        statement.executeQuery(QUERY).close();
        add("DuckDB alone", new Commit(end - start, System.nanoTime() - end, 0, size(directory)));
      }
    }
    Files.delete(database);
  }

  private static void merge(Statement statement, Path rows) throws SQLException {
    statement.execute("BEGIN");
    statement.execute("CREATE TEMP TABLE staged AS SELECT * FROM '" + rows + "'");
    statement.execute(
        "DELETE FROM lineitem USING staged WHERE lineitem.l_orderkey = staged.l_orderkey"
            + " AND lineitem.l_linenumber = staged.l_linenumber");
    statement.execute("INSERT INTO lineitem SELECT * FROM staged");
    statement.execute("DROP TABLE staged");
    statement.execute("COMMIT");
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sum();
    }
  }

  private void add(String who, Commit commit) {
    List<Commit> all = measured.computeIfAbsent(who, w -> new ArrayList<>());
    all.add(commit);
    System.err.printf(
        "%s, commit %d: %.0f ms, query %.0f ms, %.0f CPU ms, %.0f MB%n",
        who,
        all.size(),
        commit.nanos / MILLION,
        commit.queryNanos / MILLION,
        commit.cpuNanos / MILLION,
        commit.bytes / MILLION);
  }

  void print(PrintStream out) {
    out.printf(
        "Commits of %,d rows into %,d, one after the other.%n%n", parts.get(0).rows(), data.rows());
    out.println(
        "| who          | commits   | median ms | slowest ms | CPU ms, flush and commit |"
            + " query, median ms | files, MB |");
    out.println(
        "|--------------|-----------|----------:|-----------:|-------------------------:|"
            + "-----------------:|----------:|");
    measured.forEach(
        (who, all) -> {
          print(out, who, 0, Math.min(SHOWN, all.size()), all);
          print(out, who, Math.max(0, all.size() - SHOWN), all.size(), all);
          print(out, who, 0, all.size(), all);
        });
  }

  private static void print(PrintStream out, String who, int from, int to, List<Commit> all) {
    List<Commit> shown = all.subList(from, to);
    out.printf(
        Locale.ROOT,
        "| %-12s | %3d - %3d | %9.0f | %10.0f | %24.0f | %16.0f | %9.0f |%n",
        who,
        from + 1,
        to,
        median(shown.stream().mapToLong(Commit::nanos).toArray()),
        shown.stream().mapToLong(Commit::nanos).max().orElseThrow() / MILLION,
        median(shown.stream().mapToLong(Commit::cpuNanos).toArray()),
        median(shown.stream().mapToLong(Commit::queryNanos).toArray()),
        shown.get(shown.size() - 1).bytes / MILLION);
  }

  private static double median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2] / MILLION;
  }
}
