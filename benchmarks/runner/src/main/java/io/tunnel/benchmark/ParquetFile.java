package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Values;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** A dataset as DuckDB's own Parquet file. */
final class ParquetFile {
  private ParquetFile() {}

  /** Writes the file; one that is there is replaced. */
  static void write(Dataset data, Path file) throws SQLException {
    try (DuckDBConnection connection =
            DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (" + data.columnDefinitions() + ")");
      try (DuckDBAppender appender = connection.createAppender("main", "t")) {
        for (int row = 0; row < data.rows(); row++) {
          appender.beginRow();
          for (Dataset.Column column : data.columns()) {
            append(appender, column, row);
          }
          appender.endRow();
        }
      }
      statement.execute("COPY t TO '" + file + "' (FORMAT parquet)");
    }
  }

  private static void append(DuckDBAppender appender, Dataset.Column column, int row)
      throws SQLException {
    if (column.values() instanceof Values.Texts texts) {
      int from = texts.offsets()[row];
      appender.append(
          new String(texts.bytes(), from, texts.offsets()[row + 1] - from, StandardCharsets.UTF_8));
    } else if (column.values() instanceof Values.Ints ints) {
      if (column.type().equals("DATE")) {
        appender.append(LocalDate.ofEpochDay(ints.values()[row]));
      } else {
        appender.append(ints.values()[row]);
      }
    } else if (column.values() instanceof Values.Longs longs) {
      long value = longs.values()[row];
      if (column.type().startsWith("DECIMAL")) {
        int scale = Integer.parseInt(column.type().replaceAll(".*,|\\)", ""));
        appender.append(BigDecimal.valueOf(value, scale));
      } else if (column.type().equals("DATETIME")) {
        appender.append(Instant.ofEpochMilli(value).atOffset(ZoneOffset.UTC).toLocalDateTime());
      } else {
        appender.append(value);
      }
    }
  }
}
