package io.tunnel.cli.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileReaderTest {
  @TempDir Path folder;
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void everyBufferIsFreed() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void matchesHeaderNamesWithoutRegardToCaseAndPunctuation() throws IOException {
    TableSchema schema =
        TableSchema.of(
            Column.of("airport_name", "string"),
            Column.of("cost_total", "decimal(12,2)"),
            Column.of("unmentioned", "int"));
    assertThat(
            read(
                "Cost Total $,AIRPORT Name\n1234.5,\"O'HARE, CHICAGO\"\n",
                schema,
                CsvOptions.defaults()))
        .containsExactly(row("O'HARE, CHICAGO", new BigDecimal("1234.50"), null));
  }

  @Test
  void anEmptyLineIsABlankFieldWhereARecordHasOneFieldAndElseNothing() throws IOException {
    TableSchema one = TableSchema.of(Column.of("a", "int"));
    assertThat(read("a\n1\n\n2\n", one, CsvOptions.defaults()))
        .containsExactly(row(1), row((Object) null), row(2));
    TableSchema two = TableSchema.of(Column.of("a", "int"), Column.of("b", "int"));
    assertThat(read("a,b\n1,1\n\n2,2\n", two, CsvOptions.defaults()))
        .containsExactly(row(1, 1), row(2, 2));
  }

  @Test
  void takesBlanksAsNullButKeepsTheEmptyTextUnlessToldOtherwise() throws IOException {
    TableSchema schema =
        TableSchema.of(Column.of("a", "int"), Column.of("b", "string"), Column.of("c", "string"));
    String text = "a,b,c\n,,\"\"\n 7 , x ,NA\n";
    assertThat(read(text, schema, CsvOptions.defaults()))
        .containsExactly(row(null, "", ""), row(7, " x ", "NA"));
    assertThat(read(text, schema, CsvOptions.defaults().withNullText("")))
        .containsExactly(row(null, null, ""), row(7, " x ", "NA"));
    assertThat(read(text, schema, CsvOptions.defaults().withNullText("NA")))
        .containsExactly(row(null, "", ""), row(7, " x ", null));
  }

  @Test
  void readsWithoutHeaderByPositionAndByGivenNames() throws IOException {
    TableSchema schema = TableSchema.of(Column.of("a", "int"), Column.of("b", "string"));
    CsvOptions headless = CsvOptions.defaults().withHeader(false);
    assertThat(read("1,x\n2,y\n", schema, headless)).containsExactly(row(1, "x"), row(2, "y"));
    assertThat(read("x,1\n", schema, headless.withColumns(List.of("B", "a"))))
        .containsExactly(row(1, "x"));
    assertThat(read("h1,h2\nx,1\n", schema, CsvOptions.defaults().withColumns(List.of("b", "a"))))
        .containsExactly(row(1, "x"));
  }

  @Test
  void readsUnicodeQuotesLineBreaksByteOrderMarkAndWindowsLineEnds() throws IOException {
    TableSchema schema = TableSchema.of(Column.of("name", "string"), Column.of("n", "int"));
    assertThat(
            read(
                "\ufeffname,n\r\nSant Julià,1\r\n\"a \"\"b\"\"\nc\",2\r\n東京🗼ß,3",
                schema,
                CsvOptions.defaults()))
        .containsExactly(row("Sant Julià", 1), row("a \"b\"\nc", 2), row("東京🗼ß", 3));
  }

  @Test
  void fillsAsManyBatchesAsNeeded() throws IOException {
    TableSchema schema = TableSchema.of(Column.of("n", "bigint"), Column.of("s", "string"));
    StringBuilder text = new StringBuilder("n,s\n");
    List<List<Object>> expected = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      String word = i % 3 == 0 ? "" : "w".repeat((int) (i % 50));
      text.append(i % 7 == 0 ? "" : i).append(',').append(word).append('\n');
      expected.add(row(i % 7 == 0 ? null : i, word));
    }
    assertThat(read(text.toString(), schema, CsvOptions.defaults(), 64)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tinyint | -128 | -128",
        "smallint | +32767 | 32767",
        "int | -2147483648 | -2147483648",
        "bigint | 9223372036854775807 | 9223372036854775807",
        "bigint | -9223372036854775808 | -9223372036854775808",
        "double | -1.5e-7 | -1.5E-7",
        "double | 1.7976931348623157e308 | 1.7976931348623157E308",
        "double | NaN | NaN",
        "float | 3.25 | 3.25",
        "boolean | TRUE | true",
        "boolean | 0 | false",
        "decimal(5,2) | -123.4 | -123.40",
        "decimal(5,2) | 123.4000 | 123.40",
        "decimal(38,18) | 12345678901234567890.123456789012345678 | 12345678901234567890.123456789012345678",
        "decimal | 1e3 | 1000.000000000000000000",
        "varchar(3) | 東京都 | 東京都",
        "char(2) | ok | ok",
        "json | [1] | [1]",
      })
  void readsEachTypeToItsEnds(String type, String text, String expected) throws IOException {
    TableSchema schema = TableSchema.of(Column.of("v", type));
    List<List<Object>> rows = read("v\n" + text + "\n", schema, CsvOptions.defaults());
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get(0)).hasToString(expected);
  }

  @Test
  void readsDatesAndTimesInTheGivenZone() throws IOException {
    TableSchema schema =
        TableSchema.of(
            Column.of("d", "date"),
            Column.of("dt", "datetime"),
            Column.of("ts", "timestamp"),
            Column.of("ntz", "timestamp_ntz"),
            Column.of("bin", "binary"));
    CsvOptions berlin =
        new CsvOptions(
            ',', '"', true, List.of(), null, ZoneId.of("Europe/Berlin"), StandardCharsets.UTF_8);
    String text =
        "d,dt,ts,ntz,bin\n"
            + "1582-10-04,2026-07-01 12:00:00.123,2026-01-01T00:00:00+09:00,"
            + "1677-09-21 00:12:43.145224193,00FFa0\n"
            + "0001-01-01,1900-01-01,2262-04-11 23:47:16.854775807Z,1969-12-31 23:59,\n";
    try (CsvFileReader reader = new CsvFileReader(file(text), berlin, schema);
        FileBatch batch = new FileBatch(schema, allocator, 10)) {
      assertThat(reader.fill(batch)).isTrue();
      List<FieldVector> vectors = batch.rows().getFieldVectors();
      assertThat(vectors.get(0).getObject(0)).isEqualTo(-141_438);
      assertThat(vectors.get(0).getObject(1)).isEqualTo(-719_162);
      DateMilliVector dateTimes = (DateMilliVector) vectors.get(1);
      assertThat(dateTimes.getObject(0)).isEqualTo(LocalDateTime.parse("2026-07-01T10:00:00.123"));
      assertThat(dateTimes.getObject(1)).isEqualTo(LocalDateTime.parse("1899-12-31T23:00:00"));
      TimeStampNanoVector instants = (TimeStampNanoVector) vectors.get(2);
      assertThat(instants.get(0)).isEqualTo(1_767_193_200_000_000_000L);
      assertThat(instants.get(1)).isEqualTo(Long.MAX_VALUE);
      TimeStampNanoVector wallClocks = (TimeStampNanoVector) vectors.get(3);
      assertThat(wallClocks.get(0)).isEqualTo(Long.MIN_VALUE + 1);
      assertThat(wallClocks.get(1)).isEqualTo(-60_000_000_000L);
      assertThat((byte[]) vectors.get(4).getObject(0)).containsExactly(0, -1, -96);
      assertThat(vectors.get(4).getObject(1)).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int | 2147483648 | is out of range: it must lie between -2147483648 and 2147483647",
        "bigint | 9223372036854775808 | is out of range",
        "int | 12.5 | is not a whole number",
        "int | - | is not a whole number",
        "double | abc | is not a number",
        "double | 1e999 | is out of range of a double",
        "float | 1e39 | is out of range of a float",
        "boolean | maybe | is neither true nor false",
        "decimal(5,2) | 1.234 | has more than 2 digits behind the point",
        "decimal(5,2) | 1000 | is too large: it has more than 3 digits before the point",
        "decimal(38,18) | 1e999999999 | is too large",
        "decimal(5,2) | 1,5 | is not a decimal number",
        "varchar(3) | abcd | is too long: 4 characters, at most 3 fit",
        "binary | 0g | is not hexadecimal",
        "binary | abc | is not hexadecimal",
        "date | 2026-02-29 | is no day of the calendar",
        "date | 29.02.2024 | is not a date: write yyyy-mm-dd",
        "date | 2024-02-29 10:00 | has a time of day",
        "datetime | 2024-02-29 24:00:00 | is no time of the day",
        "datetime | 2024-02-29 10:00:00.1234 | has digits below the millisecond",
        "timestamp | 2262-04-11 23:47:16.854775808Z | is out of range",
        "timestamp_ntz | 2026-01-01 00:00:00Z | names an offset",
      })
  void namesLineColumnTypeValueAndReasonOfABadField(String type, String value, String reason)
      throws IOException {
    TableSchema schema = TableSchema.of(Column.of("id", "int"), Column.of("amount", type));
    Path file = file("id;amount\n1;\n2;\n3;" + value + "\n");
    CsvOptions options =
        new CsvOptions(';', '"', true, List.of(), null, ZoneId.of("UTC"), StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(file, schema, options, 100))
        .isInstanceOf(FileContentException.class)
        .hasMessageStartingWith(
            "input.csv line 4, column amount (" + type + "): \"" + value + "\" " + reason);
  }

  @Test
  void refusesNullInNotNullColumnsAndMissingColumnsAndFields() throws IOException {
    TableSchema schema =
        TableSchema.of(Column.of("id", "int").notNull(), Column.of("name", "string"));
    assertThatThrownBy(() -> read("id,name\n,x\n", schema, CsvOptions.defaults()))
        .hasMessage("input.csv line 2, column id (int): \"\" is NULL, but the column is NOT NULL");
    assertThatThrownBy(() -> read("name\nx\n", schema, CsvOptions.defaults()))
        .hasMessage("input.csv: NOT NULL columns without a field: id");
    assertThatThrownBy(() -> read("id,nam\n1,x\n", schema, CsvOptions.defaults()))
        .hasMessageStartingWith("input.csv: the table has no column \"nam\", it has id, name;");
    assertThatThrownBy(() -> read("id,ID\n1,x\n", schema, CsvOptions.defaults()))
        .hasMessageContaining("both belong to the column id");
    assertThatThrownBy(() -> read("id,name\n1,x\n2\n", schema, CsvOptions.defaults()))
        .hasMessageStartingWith("input.csv line 3 has 1 fields, but 2 are expected");
    assertThatThrownBy(() -> read("id,name\n1,x,y\n", schema, CsvOptions.defaults()))
        .hasMessageStartingWith("input.csv line 2 has 3 fields, but 2 are expected");
  }

  @Test
  void refusesPartitionColumnsInTheFileAndNestedColumns() throws IOException {
    TableSchema partitioned =
        new TableSchema(List.of(Column.of("id", "int")), List.of(Column.of("ds", "string")));
    assertThatThrownBy(() -> read("id,ds\n1,x\n", partitioned, CsvOptions.defaults()))
        .hasMessageContaining("name the partition behind the table, as in TABLE/ds=VALUE");
    TableSchema nested = TableSchema.of(Column.of("id", "int"), Column.of("a", "array<int>"));
    assertThatThrownBy(() -> read("id,a\n1,x\n", nested, CsvOptions.defaults()))
        .hasMessageContaining("the column a has the type array<int>");
    assertThat(read("id\n1\n", nested, CsvOptions.defaults())).containsExactly(row(1, null));
  }

  @Test
  void reportsBytesThatAreNotOfTheCharset() throws IOException {
    Path file = folder.resolve("latin.csv");
    Files.write(file, "name\nabc\nJuli\u00e0\n".getBytes(StandardCharsets.ISO_8859_1));
    TableSchema schema = TableSchema.of(Column.of("name", "string"));
    assertThatThrownBy(() -> read(file, schema, CsvOptions.defaults(), 10))
        .isInstanceOf(FileContentException.class)
        .hasMessageContaining("is not UTF-8; name the file's encoding with --charset");
  }

  @Test
  void unpacksGzipAndCountsItsStoredBytes() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("n\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    }
    Path file = folder.resolve("input.csv.gz");
    Files.write(file, packed.toByteArray());
    TableSchema schema = TableSchema.of(Column.of("n", "int"));
    assertThat(read(file, schema, CsvOptions.defaults(), 10)).containsExactly(row(1), row(2));
    try (CsvFileReader reader = new CsvFileReader(file, CsvOptions.defaults(), schema)) {
      assertThat(reader.bytesRead()).isEqualTo(packed.size());
    }
  }

  @Test
  void anEmptyFileHasNoRows() throws IOException {
    TableSchema schema = TableSchema.of(Column.of("n", "int"));
    assertThat(read("", schema, CsvOptions.defaults())).isEmpty();
    assertThat(read("n\n", schema, CsvOptions.defaults())).isEmpty();
  }

  private List<List<Object>> read(String text, TableSchema schema, CsvOptions options)
      throws IOException {
    return read(text, schema, options, 1000);
  }

  private List<List<Object>> read(
      String text, TableSchema schema, CsvOptions options, int batchRows) throws IOException {
    return read(file(text), schema, options, batchRows);
  }

  private List<List<Object>> read(Path file, TableSchema schema, CsvOptions options, int batchRows)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    try (CsvFileReader reader = new CsvFileReader(file, options, schema);
        FileBatch batch = new FileBatch(schema, allocator, batchRows)) {
      while (reader.fill(batch)) {
        for (int row = 0; row < batch.rows().getRowCount(); row++) {
          List<Object> values = new ArrayList<>();
          for (FieldVector vector : batch.rows().getFieldVectors()) {
            Object value = vector.getObject(row);
            values.add(value instanceof Text text ? text.toString() : value);
          }
          rows.add(values);
        }
      }
    }
    return rows;
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("input.csv"), text);
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }
}
