package io.tunnel.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files are written by DuckDB's own SQL. */
class ParquetFileReaderTest {
  @TempDir Path folder;
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void everyBufferIsFreed() {
    allocator.close();
  }

  @Test
  void valuesOfEveryTypeArriveExactly() throws Exception {
    Path file =
        parquet(
            """
            SELECT (-128)::TINYINT AS a, 9223372036854775807 AS b, 4294967295::UINTEGER AS c,
              0.1::FLOAT AS d, 0.1::DOUBLE AS e, 'naïve 東京' AS f, '\\x00\\xFF'::BLOB AS g, true AS h,
              12345678901234567890.123456789012345678::DECIMAL(38,18) AS i, DATE '0001-01-01' AS j,
              TIMESTAMP '1969-12-31 23:59:59.999' AS k, TIMESTAMPTZ '2026-01-01 00:00:00.5+08' AS l,
              TIMESTAMP_NS '2026-01-01 00:00:00.123456789' AS m, 'NaN'::DOUBLE AS n
            UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
            """);
    TableSchema schema =
        TableSchema.of(
            Column.of("a", "bigint"),
            Column.of("b", "bigint"),
            Column.of("c", "bigint"),
            Column.of("d", "float"),
            Column.of("e", "double"),
            Column.of("f", "varchar(8)"),
            Column.of("g", "binary"),
            Column.of("h", "boolean"),
            Column.of("i", "decimal(38,18)"),
            Column.of("j", "date"),
            Column.of("k", "datetime"),
            Column.of("l", "timestamp"),
            Column.of("m", "timestamp_ntz"),
            Column.of("n", "double"));
    assertThat(read(file, schema, CsvOptions.defaults()))
        .containsExactly(
            List.of(
                "-128",
                "9223372036854775807",
                "4294967295",
                "0.1",
                "0.1",
                "naïve 東京",
                "00ff",
                "true",
                "12345678901234567890.123456789012345678",
                "-719162",
                "1969-12-31T23:59:59.999",
                "2025-12-31T16:00:00.500",
                "2026-01-01T00:00:00.123456789",
                "NaN"),
            Collections.nCopies(14, "null"));
  }

  @Test
  void fieldsAreMatchedByNameAndMayBeNamedAnew() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.of("id", "int"), Column.of("full_name", "string"), Column.of("x", "int"));
    Path file = parquet("SELECT 'n' AS \"Full Name\", 7 AS ID");
    assertThat(read(file, schema, CsvOptions.defaults()))
        .containsExactly(List.of("7", "n", "null"));
    assertThat(read(file, schema, CsvOptions.defaults().withColumns(List.of("full_name", "x"))))
        .containsExactly(List.of("null", "n", "7"));
    assertThatThrownBy(
            () -> read(file, schema, CsvOptions.defaults().withColumns(List.of("full_name"))))
        .hasMessage("t.parquet has 2 fields, but --columns names 1");
    assertThatThrownBy(() -> read(parquet("SELECT 1 AS other"), schema, CsvOptions.defaults()))
        .hasMessage(
            "t.parquet: the table has no column \"other\", it has id, full_name, x; name the file's"
                + " fields with --columns");
  }

  @Test
  void wallClocksBecomeInstantsInTheNamedZone() throws Exception {
    CsvOptions shanghai =
        new CsvOptions(
            ',', '"', true, List.of(), null, ZoneId.of("Asia/Shanghai"), StandardCharsets.UTF_8);
    assertThat(
            read(
                parquet("SELECT TIMESTAMP '1970-01-01 08:00:01' AS t"),
                TableSchema.of(Column.of("t", "timestamp")),
                shanghai))
        .containsExactly(List.of("1970-01-01T00:00:01"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "128 | tinyint | \"128\" is out of range: it must lie between -128 and 127",
        "1.5::DOUBLE | int | \"1.5\" is not a whole number",
        "0.1::DOUBLE | float | \"0.1\" is not exactly a float; make the column a double",
        "0.125::DECIMAL(5,3) | 'decimal(5,2)' | \"0.125\" has more than 2 digits behind the point",
        "'''abcd''' | varchar(3) | \"abcd\" is too long: 4 characters, at most 3 fit",
        "TIMESTAMPTZ '2026-01-01 00:00:00+00' | timestamp_ntz | \"2026-01-01 00:00:00+00\" names an"
            + " offset, but timestamp_ntz has no zone; leave it out",
        "TIMESTAMP '2026-01-01 00:00:00.000001' | datetime | \"2026-01-01 00:00:00.000001\" has"
            + " digits below the millisecond, which a datetime does not keep; use timestamp",
      })
  void aValueThatDoesNotFitIsNamedWithItsRow(String value, String type, String message)
      throws Exception {
    Path file = parquet("SELECT NULL AS v UNION ALL SELECT " + value);
    assertThatThrownBy(
            () -> read(file, TableSchema.of(Column.of("v", type)), CsvOptions.defaults()))
        .isInstanceOf(FileContentException.class)
        .hasMessage("t.parquet row 2, column v (" + type + "): " + message);
  }

  @Test
  void nullInANotNullColumnIsNamed() throws Exception {
    Path file = parquet("SELECT unnest([1, 2, NULL]) AS v");
    assertThatThrownBy(
            () ->
                read(file, TableSchema.of(Column.of("v", "int").notNull()), CsvOptions.defaults()))
        .hasMessage(
            "t.parquet row 3, column v (int): NULL cannot be stored, the column is NOT NULL");
  }

  @ParameterizedTest
  @CsvSource({
    "'[1, 2]', string, INTEGER[]",
    "'{''a'': 1}', string, STRUCT",
    "'''beef''', binary, VARCHAR",
    "'''x''::BLOB', string, BLOB"
  })
  void fieldsThatWouldBeGuessedAreRefused(String value, String type, String source)
      throws Exception {
    Path file = parquet("SELECT " + value + " AS v");
    assertThatThrownBy(
            () -> read(file, TableSchema.of(Column.of("v", type)), CsvOptions.defaults()))
        .hasMessageContaining("the field \"v\" of the type " + source)
        .hasMessageContaining("does not fit the column v (" + type + ")");
  }

  @Test
  void manyRowsComeInBatchesAndProgressEndsAtTheFilesSize() throws Exception {
    Path file = parquet("SELECT range AS v FROM range(20000)");
    TableSchema schema = TableSchema.of(Column.of("v", "bigint"));
    long sum = 0;
    int batches = 0;
    try (FileBatch batch = new FileBatch(schema, allocator, 8192);
        TableFileReader reader = TableFileReader.open(file, CsvOptions.defaults(), schema)) {
      assertThat(reader.bytesRead()).isZero();
      while (reader.fill(batch)) {
        batches++;
        for (int row = 0; row < batch.rows().getRowCount(); row++) {
          sum += ((Number) batch.rows().getVector(0).getObject(row)).longValue();
        }
      }
      assertThat(reader.bytesRead()).isEqualTo(Files.size(file));
    }
    assertThat(batches).isEqualTo(3);
    assertThat(sum).isEqualTo(20_000L * 19_999 / 2);
  }

  @Test
  void aDamagedFileIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("t.parquet"), "PAR1 and no more");
    assertThatThrownBy(
            () -> read(file, TableSchema.of(Column.of("v", "int")), CsvOptions.defaults()))
        .isInstanceOf(FileContentException.class)
        .hasMessageStartingWith("t.parquet is no readable Parquet file: ");
  }

  @Test
  void aNameWithCharactersThatStandForOthersIsTakenAsItIs() throws Exception {
    Path plain = parquet("SELECT 3 AS v");
    Path odd = Files.move(plain, folder.resolve("it's [a]*?.parquet"));
    assertThat(read(odd, TableSchema.of(Column.of("v", "int")), CsvOptions.defaults()))
        .containsExactly(List.of("3"));
  }

  private Path parquet(String select) throws SQLException {
    Path file = folder.resolve("t.parquet");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    }
    return file;
  }

  private List<List<String>> read(Path file, TableSchema schema, CsvOptions options)
      throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (FileBatch batch = new FileBatch(schema, allocator, 100);
        TableFileReader reader = TableFileReader.open(file, options, schema)) {
      while (reader.fill(batch)) {
        for (int row = 0; row < batch.rows().getRowCount(); row++) {
          List<String> values = new ArrayList<>();
          for (FieldVector vector : batch.rows().getFieldVectors()) {
            Object value = vector.getObject(row);
            values.add(
                value instanceof byte[] bytes
                    ? HexFormat.of().formatHex(bytes)
                    : String.valueOf(value));
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }
}
