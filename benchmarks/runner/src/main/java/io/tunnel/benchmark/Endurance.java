package io.tunnel.benchmark;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One life of a server with very many statements and sessions: whether the last thousand is served
 * as fast as the first, and whether anything is left over. One client thread; what a thousand
 * leaves in the tables is dropped, so that every thousand finds the same work.
 */
final class Endurance {
  private static final int STEP = 1000;
  private static final int ROWS = 100;
  private static final double MILLION = 1e6;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final TunnelClient client;
  private final DrivenProgram server;
  private final List<Line> lines = new ArrayList<>();

  /** What one thousand took, and what the server held after it. */
  private record Line(String kind, int thousand, long[] nanos, Map<String, Object> usage) {
    double quantile(double part) {
      return nanos[(int) (part * (nanos.length - 1))] / MILLION;
    }

    double megabytes(String name) {
      return usage.get(name) instanceof Number bytes ? bytes.doubleValue() / MILLION : Double.NaN;
    }
  }

  /** One statement or session. */
  @FunctionalInterface
  private interface Step {
    void run(int number) throws IOException;
  }

  Endurance(TunnelClient client, DrivenProgram server) {
    this.client = client;
    this.server = server;
  }

  /** Runs as many statements and then as many sessions, both multiples of 1,000. */
  void run(int statements, int sessions) throws IOException {
    execute("CREATE TABLE numbers (id BIGINT, name STRING)");
    execute("INSERT INTO numbers VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    repeat("statements", statements, this::statement);
    try (BufferAllocator allocator = new RootAllocator()) {
      repeat("sessions", sessions, number -> session(number, allocator));
    }
  }

  private void repeat(String kind, int count, Step step) throws IOException {
    for (int thousand = 1; thousand <= count / STEP; thousand++) {
      execute("DROP TABLE IF EXISTS written");
      execute("CREATE TABLE written (id BIGINT)");
      long[] nanos = new long[STEP];
      for (int i = 0; i < STEP; i++) {
        long start = System.nanoTime();
        step.run(i);
        nanos[i] = System.nanoTime() - start;
      }
      Arrays.sort(nanos);
      Line line = new Line(kind, thousand, nanos, server.ask("usage", Map.of()));
      System.err.printf("%s %,d: median %.2f ms%n", kind, thousand * STEP, line.quantile(0.5));
      if (thousand <= 2 || thousand == count / STEP / 2 || thousand == count / STEP) {
        lines.add(line);
      }
    }
  }

  /** A mixture: half of it reads, the other half changes tables or the catalog. */
  private void statement(int number) throws IOException {
    switch (number % 8) {
      case 0, 1, 2 -> query("SELECT id, name FROM numbers WHERE id = " + number % 3);
      case 3 -> query("SELECT name, COUNT(*) AS n FROM numbers GROUP BY name ORDER BY name");
      case 4, 5 -> execute("INSERT INTO written VALUES (" + number + ")");
      case 6 -> execute("CREATE TABLE made (id BIGINT, day STRING)");
      default -> execute("DROP TABLE made");
    }
  }

  private void query(String sql) throws IOException {
    var task = client.sql().submit(sql, Map.of());
    task.await(LIMIT);
    task.resultText();
  }

  private void execute(String sql) throws IOException {
    client.sql().submit(sql, Map.of()).await(LIMIT);
  }

  /** An upload of one block with its commit; every second one is read back by a download. */
  private void session(int number, BufferAllocator allocator) throws IOException {
    TableName table = new TableName(Main.PROJECT, null, "written");
    UploadSession upload = client.createUpload(table, UploadOptions.append());
    try (VectorSchemaRoot rows = VectorSchemaRoot.create(upload.arrowSchema(), allocator);
        BlockWriter writer = upload.openBlock(0, allocator)) {
      BigIntVector ids = (BigIntVector) rows.getVector(0);
      ids.allocateNew(ROWS);
      for (int row = 0; row < ROWS; row++) {
        ids.set(row, row);
      }
      rows.setRowCount(ROWS);
      writer.write(rows);
      writer.finish();
    }
    upload.commit(Set.of(0));
    if (number % 2 == 1) {
      DownloadSession download = client.createDownload(table, null);
      try (BatchReader reader =
          download.read(download.recordCount() - ROWS, ROWS, List.of("id"), allocator)) {
        long read = 0;
        while (reader.loadNextBatch()) {
          read += reader.root().getRowCount();
        }
        if (read != ROWS) {
          throw new IOException("Read " + read + " rows in place of " + ROWS);
        }
      }
    }
  }

  void print(PrintStream out) {
    out.println(
        "| what       | the thousand that ends at | median ms | 99 % ms | heap MB | direct MB |"
            + " resident MB | threads | open files | files |");
    out.println(
        "|------------|--------------------------:|----------:|--------:|--------:|----------:|"
            + "------------:|--------:|-----------:|------:|");
    for (Line line : lines) {
      out.printf(
          Locale.ROOT,
          "| %-10s | %,25d | %9.2f | %7.2f | %7.1f | %9.1f | %11.0f | %7s | %10s | %5s |%n",
          line.kind,
          line.thousand * STEP,
          line.quantile(0.5),
          line.quantile(0.99),
          line.megabytes("heap"),
          line.megabytes("direct"),
          line.megabytes("resident"),
          line.usage.get("threads"),
          line.usage.get("openFiles"),
          line.usage.get("files"));
    }
  }
}
