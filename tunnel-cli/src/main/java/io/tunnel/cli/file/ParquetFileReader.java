package io.tunnel.cli.file;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Parquet file with DuckDB, which the command line has for its server. Nothing is
 * rounded: a value that its column cannot hold is an error with its row.
 */
final class ParquetFileReader implements TableFileReader {
  private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
  private static final long MAX_BATCH_BYTES = 4 << 20;

  private final String file;
  private final long fileBytes;
  private final Connection duckDb;
  private final CsvOptions options;
  private final TableSchema schema;
  private final int[] columns;
  private final List<ParquetValue.Source> sources;
  private final long totalRows;
  private final Statement statement;
  private final ResultSet rows;
  private volatile long rowsRead;

  private ParquetFileReader(Path path, CsvOptions options, TableSchema schema, Connection duckDb)
      throws IOException, SQLException {
    this.file = path.getFileName().toString();
    this.fileBytes = Files.size(path);
    this.duckDb = duckDb;
    this.options = options;
    this.schema = schema;
    String name = literal(path);
    List<ParquetValue.Source> fields = fields(name);
    columns = match(fields);
    totalRows = count(name);
    sources = new ArrayList<>();
    List<String> expressions = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      Column column = schema.columns().get(columns[i]);
      ParquetValue.Source source = fields.get(i);
      if (!ParquetValue.supports(source, column)) {
        throw new FileContentException(
            String.format(
                "%s: the field \"%s\" of the type %s does not fit the column %s (%s); convert it in"
                    + " the file",
                file, source.name(), source.type(), column.name(), column.type()));
      }
      sources.add(source);
      expressions.add(ParquetValue.expression(source, column));
    }
    statement = duckDb.createStatement();
    rows =
        statement.executeQuery(
            "SELECT " + String.join(", ", expressions) + " FROM read_parquet(" + name + ")");
  }

  static boolean recognises(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  static ParquetFileReader open(Path path, CsvOptions options, TableSchema schema)
      throws IOException {
    Properties settings = new Properties();
    settings.setProperty("jdbc_stream_results", "true");
    settings.setProperty("autoinstall_known_extensions", "false");
    Connection duckDb = null;
    try {
      duckDb = DriverManager.getConnection("jdbc:duckdb:", settings);
      try (Statement setting = duckDb.createStatement()) {
        // The text of an instant then ends with +00.
        setting.execute("SET TimeZone = 'UTC'");
      }
      return new ParquetFileReader(path, options, schema, duckDb);
    } catch (SQLException e) {
      close(duckDb, e);
      throw unreadable(path.getFileName().toString(), e);
    } catch (IOException | RuntimeException e) {
      close(duckDb, e);
      throw e;
    }
  }

  private static void close(@Nullable Connection duckDb, Exception e) {
    if (duckDb != null) {
      try {
        duckDb.close();
      } catch (SQLException second) {
        e.addSuppressed(second);
      }
    }
  }

  private static FileContentException unreadable(String file, SQLException e) {
    return new FileContentException(file + " is no readable Parquet file: " + e.getMessage(), e);
  }

  /** The path as a literal of SQL in which no character stands for others. */
  private static String literal(Path path) {
    String plain = path.toAbsolutePath().toString().replaceAll("[\\[*?]", "[$0]");
    return "'" + plain.replace("'", "''") + "'";
  }

  private List<ParquetValue.Source> fields(String name) throws SQLException {
    List<ParquetValue.Source> fields = new ArrayList<>();
    try (Statement describe = duckDb.createStatement();
        ResultSet found =
            describe.executeQuery("DESCRIBE SELECT * FROM read_parquet(" + name + ")")) {
      while (found.next()) {
        fields.add(
            new ParquetValue.Source(
                found.getString("column_name"), found.getString("column_type")));
      }
    }
    return fields;
  }

  private int[] match(List<ParquetValue.Source> fields) throws FileContentException {
    List<String> names = options.columns();
    if (names.isEmpty()) {
      names = fields.stream().map(ParquetValue.Source::name).toList();
    } else if (names.size() != fields.size()) {
      throw new FileContentException(
          file + " has " + fields.size() + " fields, but --columns names " + names.size());
    }
    return ColumnMatching.byName(names, schema, file, "");
  }

  private long count(String name) throws SQLException {
    try (Statement count = duckDb.createStatement();
        ResultSet found =
            count.executeQuery("SELECT num_rows FROM parquet_file_metadata(" + name + ")")) {
      found.next();
      return found.getLong(1);
    }
  }

  @Override
  public boolean fill(FileBatch batch) throws IOException {
    batch.reset();
    VectorSchemaRoot root = batch.rows();
    ParquetValue[] values = new ParquetValue[columns.length];
    for (int i = 0; i < values.length; i++) {
      Column column = schema.columns().get(columns[i]);
      values[i] =
          ParquetValue.of(sources.get(i), column, root.getVector(columns[i]), options.zone());
    }
    int row = 0;
    long bytes = 0;
    try {
      while (row < batch.capacity() && bytes < MAX_BATCH_BYTES && rows.next()) {
        bytes += put(values, row);
        row++;
        rowsRead++;
      }
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
    root.setRowCount(row);
    return row > 0;
  }

  private long put(ParquetValue[] values, int row) throws SQLException, FileContentException {
    long bytes = 0;
    for (int i = 0; i < values.length; i++) {
      try {
        bytes += values[i].put(rows, i + 1, row);
      } catch (BadFieldException e) {
        Column column = schema.columns().get(columns[i]);
        throw new FileContentException(
            String.format(
                "%s row %d, column %s (%s): %s",
                file, rowsRead + 1, column.name(), column.type(), e.reason()));
      }
    }
    return bytes;
  }

  @Override
  public long bytesRead() {
    return totalRows == 0 ? fileBytes : (long) ((double) fileBytes * rowsRead / totalRows);
  }

  @Override
  public void close() throws IOException {
    try (duckDb;
        statement;
        rows) {
      // Closed in reverse.
    } catch (SQLException e) {
      throw new IOException(file + " could not be closed: " + e.getMessage(), e);
    }
  }
}
