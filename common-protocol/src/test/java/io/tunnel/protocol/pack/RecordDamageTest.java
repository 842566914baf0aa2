package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.GoldenVector;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Record bodies of strangers, and values that a column cannot hold. */
class RecordDamageTest {
  private static final List<Column> ID = List.of(Column.of("id", "bigint"));

  private final BufferAllocator allocator = new RootAllocator();
  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void everyProperPrefixIsRefused() {
    GoldenVector vector = GoldenVector.load("proto-all-raw");
    for (int length = 0; length < vector.body().length; length++) {
      byte[] prefix = Arrays.copyOf(vector.body(), length);
      assertThatThrownBy(() -> read(prefix, vector.columns()))
          .as("%d bytes", prefix.length)
          .isInstanceOf(MalformedBodyException.class);
    }
  }

  @Test
  void everyFlippedBitIsRefused() {
    for (String name : List.of("proto-all-raw", "proto-download-metrics")) {
      GoldenVector vector = GoldenVector.load(name);
      for (int bit = 0; bit < vector.body().length * 8; bit++) {
        byte[] damaged = vector.body().clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> read(damaged, vector.columns()), "%s, bit %d", name, bit)
            .isInstanceOf(MalformedBodyException.class);
      }
    }
  }

  @Test
  void bytesBehindTheTrailerAreRefused() {
    GoldenVector vector = GoldenVector.load("py-proto-block");
    byte[] longer = Arrays.copyOf(vector.body(), vector.body().length + 1);
    assertThatThrownBy(() -> read(longer, vector.columns()))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("behind its trailer");
  }

  @Test
  void aWrongRecordChecksumNamesTheRow() {
    GoldenVector vector = GoldenVector.load("py-proto-block");
    byte[] damaged = vector.body().clone();
    damaged[18] ^= 1;
    assertThatThrownBy(() -> read(damaged, vector.columns()))
        .isInstanceOfSatisfying(
            MalformedBodyException.class,
            e -> assertThat(e.code()).isEqualTo(MalformedBodyException.CORRUPTED))
        .hasMessageContaining("row 2");
  }

  @Test
  void aWrongCountIsRefused() throws IOException {
    // One record is there, the trailer counts two.
    RecordOutput out = new RecordOutput(sink);
    out.field(1, 8);
    out.integer(7);
    out.endRecord();
    out.finish(2);
    assertThatThrownBy(() -> read(sink.toByteArray(), ID))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("counts 2 rows, but there are 1");
  }

  @Test
  @Tag("covers:client-body/order")
  void columnsMayComeInAnyOrder() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(2, 16);
    out.integer(20);
    out.field(1, 8);
    out.integer(10);
    out.endRecord();
    out.finish(1);
    List<Column> columns = List.of(Column.of("a", "int"), Column.of("b", "int"));
    assertThat(read(sink.toByteArray(), columns)).isEqualTo(List.of(List.of(10L, 20L)));
  }

  @Test
  void aColumnThatIsThereTwiceIsRefused() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, 8);
    out.integer(1);
    out.field(1, 8);
    assertRefused(out, ID, "Column id, row 1: it is there twice");
  }

  @Test
  void anUnknownColumnIsRefused() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(2, 16);
    assertRefused(out, ID, "field 2, but the session has 1 columns");
  }

  @Test
  void anotherWireTypeIsRefused() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    assertRefused(out, ID, "wire type 2, but column id of type bigint needs 0");
  }

  @ParameterizedTest
  @CsvSource({
    "tinyint,128",
    "smallint,-32769",
    "int,2147483648",
    "date,2147483648",
    "interval_year_month,-2147483649"
  })
  void anIntegerThatDoesNotFitNamesColumnAndRow(String type, long value) throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.endRecord();
    out.field(1, 8);
    out.integer(value);
    assertRefused(
        out, List.of(Column.of("n", type)), "Column n, row 2: " + value + " does not fit " + type);
  }

  @ParameterizedTest
  @CsvSource({
    "'decimal(5,2)',123.456,more than 2 digits behind the decimal point",
    "'decimal(5,2)',1234,more than 3 digits before the decimal point",
    "'decimal(5,2)',-1000,more than 3 digits before the decimal point",
    "'decimal(38,0)',1E38,more than 38 digits before the decimal point",
    "'decimal(38,18)',1E1000000000,more than 20 digits before the decimal point",
    "'decimal(38,18)',1E-1000000000,more than 18 digits behind the decimal point",
    "'decimal(5,2)',nan,is not a decimal number",
    "'decimal(5,2)','',is not a decimal number",
    "'decimal(5,2)',-,is not a decimal number",
    "'decimal(5,2)',.,is not a decimal number",
    "'decimal(5,2)',1.2.3,is not a decimal number"
  })
  void aDecimalThatDoesNotFitNamesColumnAndRow(String type, String text, String reason)
      throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.bytes(bytes, 0, bytes.length);
    assertRefused(out, List.of(Column.of("d", type)), "Column d, row 1: ", reason);
  }

  @ParameterizedTest
  @CsvSource({
    "'decimal(5,2)',1E2,100.00",
    "'decimal(5,2)',+1.5,1.50",
    "'decimal(5,2)',.5,0.50",
    "'decimal(5,2)',5.,5.00",
    "'decimal(5,2)',-0.05,-0.05",
    "'decimal(5,2)',1.5000000000000000000000000,1.50",
    "'decimal(38,18)',1E-18,0.000000000000000001",
    "'decimal(38,18)',0E-500,0",
    "'decimal(38,18)',0000000000000000000000000000001,1",
    "'decimal(38,18)',-99999999999999999999.999999999999999999,"
        + "-99999999999999999999.999999999999999999",
    "decimal,-99999999999999999999.999999999999999999,-99999999999999999999.999999999999999999"
  })
  @Tag("covers:client-body/decimal-text")
  void everyNotationOfADecimalIsRead(String type, String text, String value) throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.bytes(bytes, 0, bytes.length);
    out.endRecord();
    out.finish(1);
    BigDecimal read =
        (BigDecimal) read(sink.toByteArray(), List.of(Column.of("d", type))).get(0).get(0);
    assertThat(read).isEqualByComparingTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036,854775807,true",
    "9223372036,854775808,false",
    "-9223372037,145224192,true",
    "-9223372037,145224191,false",
    "253402300799,999999999,false"
  })
  void timestampsInWireFormHaveARange(long seconds, int nanos, boolean fits) throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    out.secondsAndNanos(seconds, nanos);
    out.endRecord();
    out.finish(1);
    List<Column> columns = List.of(Column.of("ts", "timestamp"));
    if (fits) {
      assertThat(read(sink.toByteArray(), columns, Form.WIRE))
          .isEqualTo(List.of(List.of(new TableValues.Seconds(seconds, nanos))));
    } else {
      assertThatThrownBy(() -> read(sink.toByteArray(), columns, Form.WIRE))
          .isInstanceOf(MalformedBodyException.class)
          .hasMessageContaining("Column ts, row 1: ")
          .hasMessageContaining(seconds + " seconds and " + nanos + " nanoseconds");
      assertThat(read(sink.toByteArray(), columns, Form.EXTENDED))
          .isEqualTo(List.of(List.of(new TableValues.Seconds(seconds, nanos))));
    }
  }

  @Test
  void anIntervalFinerThanAMillisecondNeedsTheExtendedForm() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    out.secondsAndNanos(1, 1);
    out.endRecord();
    out.finish(1);
    List<Column> columns = List.of(Column.of("i", "interval_day_time"));
    assertThatThrownBy(() -> read(sink.toByteArray(), columns, Form.WIRE))
        .hasMessageContaining("Column i, row 1: ")
        .hasMessageContaining("finer than a millisecond");
    assertThat(read(sink.toByteArray(), columns, Form.EXTENDED))
        .isEqualTo(List.of(List.of(new TableValues.Seconds(1, 1))));
  }

  @Test
  void aForgedLengthTakesNoMemory() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    out.count(RecordInput.MAX_VALUE_BYTES);
    out.endRecord();
    out.finish(1);
    List<Column> columns = List.of(Column.of("s", "string"));
    assertThatThrownBy(() -> read(sink.toByteArray(), columns))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("cut off");
    sink.reset();
    RecordOutput longer = new RecordOutput(sink);
    longer.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    longer.count(RecordInput.MAX_VALUE_BYTES + 1);
    assertRefused(longer, columns, "Column s, row 1: a value of 268435457 bytes is too long");
  }

  @Test
  void aForgedNumberOfElementsIsRefused() throws IOException {
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    out.count(Integer.MAX_VALUE);
    out.nullFlag(true);
    out.endRecord();
    out.finish(1);
    assertThatThrownBy(() -> read(sink.toByteArray(), List.of(Column.of("a", "array<int>"))))
        .isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void aMapWithUnequalCountsOrANullKeyIsRefused() throws IOException {
    List<Column> columns = List.of(Column.of("m", "map<int,int>"));
    RecordOutput out = new RecordOutput(sink);
    out.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    out.count(1);
    out.nullFlag(false);
    out.integer(1);
    out.count(2);
    assertRefused(out, columns, "Column m, row 1: a map has 1 keys and 2 values");
    sink.reset();
    RecordOutput nullKey = new RecordOutput(sink);
    nullKey.field(1, RecordFormat.tag(1, RecordFormat.BYTES));
    nullKey.count(1);
    nullKey.nullFlag(true);
    assertRefused(nullKey, columns, "Column m, row 1: a map has a NULL key");
  }

  @Test
  void memoryThatRunsOutMidwayIsGivenBack() throws IOException {
    GoldenVector vector = GoldenVector.load("proto-all-raw");
    boolean loaded = false;
    for (int limit = 64; !loaded; limit += 256) {
      try (BufferAllocator small = new RootAllocator(limit);
          RecordReader reader =
              new RecordReader(vector.decoded(), vector.columns(), Form.EXTENDED, small, 5)) {
        loaded = reader.loadNextBatch();
      } catch (OutOfMemoryException e) {
        assertThat(limit).isLessThan(1_000_000);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_000_000})
  void nanosecondsOutOfRangeAreNotWritten(int nano) throws IOException {
    List<Column> columns = List.of(Column.of("a", "int"), Column.of("ts", "timestamp"));
    List<List<Object>> rows =
        List.of(
            List.of(1L, new TableValues.Seconds(0, 0)),
            List.of(2L, new TableValues.Seconds(0, nano)));
    try (VectorSchemaRoot root = TableValues.batch(columns, rows, Form.EXTENDED, allocator);
        RecordWriter writer = new RecordWriter(sink, columns)) {
      assertThatThrownBy(() -> writer.write(root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Column ts, row 2 of the batch: nano is " + nano);
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aDecimalOfTooManyDigitsIsNotWritten() throws IOException {
    List<Column> columns = List.of(Column.of("d", "decimal(5,2)"));
    try (VectorSchemaRoot root =
            TableValues.batch(
                columns, List.of(List.of(new BigDecimal("999.99"))), Form.WIRE, allocator);
        RecordWriter writer = new RecordWriter(sink, columns)) {
      writer.write(root);
      // Unscaled, this setter checks nothing.
      ((DecimalVector) root.getVector(0)).set(0, 100_000L);
      assertThatThrownBy(() -> writer.write(root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Column d, row 1 of the batch: 1000.00 has more than 5 digits");
    }
  }

  @Test
  void anUnevenBatchIsRefused() throws IOException {
    try (VectorSchemaRoot root = TableValues.batch(ID, List.of(List.of(1L)), Form.WIRE, allocator);
        RecordWriter writer = new RecordWriter(sink, ID)) {
      root.getVector(0).setValueCount(2);
      assertThatThrownBy(() -> writer.write(root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Column id has 2 values in a batch of 1 rows");
    }
  }

  @Test
  void longValuesEndABatchEarly() throws IOException {
    List<Column> columns = List.of(Column.of("s", "string"));
    List<Object> row = List.of("61".repeat(1 << 20));
    try (VectorSchemaRoot root =
            TableValues.batch(columns, List.of(row, row), Form.WIRE, allocator);
        RecordWriter writer = new RecordWriter(sink, columns)) {
      for (int i = 0; i < 20; i++) {
        writer.write(root);
      }
      writer.finish();
    }
    try (RecordReader reader =
        new RecordReader(
            new ByteArrayInputStream(sink.toByteArray()), columns, Form.WIRE, allocator, 1000)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.root().getRowCount()).isEqualTo(32);
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.root().getRowCount()).isEqualTo(8);
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void aVectorThatDoesNotFitItsColumnIsNamed() throws IOException {
    try (VectorSchemaRoot root = TableValues.batch(ID, List.of(List.of(1L)), Form.WIRE, allocator);
        RecordWriter writer = new RecordWriter(sink, List.of(Column.of("id", "int")))) {
      assertThatThrownBy(() -> writer.write(root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Column id: int needs a IntVector, the batch has a BigIntVector");
    }
  }

  /** Ends the body around a record that must be refused before its checksum matters. */
  private void assertRefused(RecordOutput out, List<Column> columns, String... reasons)
      throws IOException {
    out.endRecord();
    out.finish(2);
    assertThatThrownBy(() -> read(sink.toByteArray(), columns))
        .isInstanceOfSatisfying(
            MalformedBodyException.class,
            e -> assertThat(e.code()).isEqualTo(MalformedBodyException.MALFORMED))
        .satisfies(e -> assertThat(e.getMessage()).contains(reasons));
  }

  private List<List<Object>> read(byte[] body, List<Column> columns) throws IOException {
    return read(body, columns, Form.EXTENDED);
  }

  private List<List<Object>> read(byte[] body, List<Column> columns, Form form) throws IOException {
    try (RecordReader reader =
        new RecordReader(new ByteArrayInputStream(body), columns, form, allocator, 10)) {
      return TableValues.readAll(reader, columns);
    }
  }
}
