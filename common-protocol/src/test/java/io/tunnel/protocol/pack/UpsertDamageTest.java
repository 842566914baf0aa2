package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs of strangers, and rows that cannot be sent. */
class UpsertDamageTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("k", "bigint"), Column.of("v", "string"));
  private static final UpsertLayout LAYOUT =
      UpsertLayout.of(COLUMNS, List.of("k"), List.of(11L, 12L));

  /** Fields of the records of that table: two data columns, then those of section 3.1. */
  private static final int OPERATION = 5;

  private static final int VALUE_COLUMNS = 7;

  private final ByteArrayOutputStream sink = new ByteArrayOutputStream();
  private final RecordOutput out = new RecordOutput(sink);

  @ParameterizedTest
  @ValueSource(strings = {"types", "partial", "sequence", "delete", "multikey-bucket1"})
  void everyProperPrefixAndEveryFlippedBitIsRefused(String name) {
    UpsertVector vector = UpsertVector.load(name);
    byte[] body = vector.body();
    for (int length = 0; length < body.length; length++) {
      byte[] prefix = Arrays.copyOf(body, length);
      assertThatThrownBy(() -> read(prefix, vector.layout()), "%s, %d bytes", name, length)
          .isInstanceOf(MalformedBodyException.class);
    }
    for (int bit = 0; bit < body.length * 8; bit++) {
      byte[] damaged = body.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(damaged, vector.layout()), "%s, bit %d", name, bit)
          .isInstanceOf(MalformedBodyException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"compress_zlib", "compress_snappy", "compress_lz4", "compress_zstd"})
  void aCompressedPackThatIsCutOffIsRefused(String name) {
    UpsertVector vector = UpsertVector.load(name);
    // The end mark of some codings carries nothing: without it the pack is whole.
    for (int length = 0; length < vector.body().length - 4; length++) {
      byte[] prefix = Arrays.copyOf(vector.body(), length);
      assertThatThrownBy(
              () ->
                  readAll(
                      new UpsertPackReader(
                          vector.coding().decode(new ByteArrayInputStream(prefix)),
                          vector.layout(),
                          Form.EXTENDED,
                          new RootAllocator(1 << 20),
                          10)),
              "%s, %d bytes",
              name,
              length)
          .isInstanceOf(MalformedBodyException.class);
    }
  }

  @Test
  void aSecondTrailerIsRefused() {
    // What the Python client sends when it repeats a bucket (section 7.3).
    byte[] one = UpsertVector.load("one").body();
    byte[] two = Arrays.copyOf(one, one.length + 10);
    byte[] empty = {(byte) 0xf0, -1, -1, 0x7f, 0, (byte) 0xf8, -1, -1, 0x7f, 0};
    System.arraycopy(empty, 0, two, one.length, empty.length);
    assertThatThrownBy(() -> read(two, UpsertVector.load("one").layout()))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("goes on behind its trailer");
  }

  @Test
  void aRowWithoutItsKeyIsRefused() throws IOException {
    record(1L, 85);
    record(null, 68);
    assertRefused("Column k, row 2: it is part of the primary key and must not be NULL");
  }

  @Test
  void anUnknownOperationIsRefused() throws IOException {
    record(1L, 85);
    record(2L, 73);
    assertRefused("Row 2 has the unknown operation 73; known are 85 (upsert) and 68 (delete)");
  }

  @Test
  void aRowWithoutAnOperationIsRefused() throws IOException {
    out.field(1, RecordFormat.tag(1, RecordFormat.VARINT));
    out.integer(1);
    out.endRecord();
    assertRefused("Row 1 has no operation");
  }

  @Test
  void anUnknownColumnIdIsRefused() throws IOException {
    begin(1L, 85);
    valueColumns(12L, 13L);
    assertRefused("Row 1 writes the column with the id 13, which the table does not have");
  }

  @Test
  void aColumnIdThatIsNullIsRefused() throws IOException {
    begin(1L, 85);
    out.field(VALUE_COLUMNS, RecordFormat.tag(VALUE_COLUMNS, RecordFormat.BYTES));
    out.count(1);
    out.nullFlag(true);
    out.endRecord();
    assertRefused("has a NULL column id");
  }

  @Test
  void nothingIsReadBehindARefusedBatch() throws IOException {
    record(null, 85);
    record(2L, 85);
    out.finish(2);
    try (BufferAllocator allocator = new RootAllocator();
        UpsertPackReader reader =
            new UpsertPackReader(
                new ByteArrayInputStream(sink.toByteArray()), LAYOUT, Form.WIRE, allocator, 1)) {
      assertThatThrownBy(reader::loadNextBatch).isInstanceOf(MalformedBodyException.class);
      assertThat(reader.root().getRowCount()).isZero();
      assertThat(allocator.getAllocatedMemory()).isZero();
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void versionsOfTheClientAndAMissingListOfColumnsAreAccepted() throws IOException {
    out.field(1, RecordFormat.tag(1, RecordFormat.VARINT));
    out.integer(7);
    out.field(3, RecordFormat.tag(3, RecordFormat.VARINT));
    out.integer(99);
    out.field(OPERATION, RecordFormat.tag(OPERATION, RecordFormat.VARINT));
    out.integer(85);
    out.endRecord();
    out.finish(1);
    assertThat(read(sink.toByteArray(), LAYOUT)).isEqualTo(1);
  }

  @Test
  void rowsThatListTheSameColumnsShareTheirSet() throws IOException {
    for (long[] ids : new long[][] {{12}, {12}, {11, 12}, {}, {12}}) {
      begin(1L, 85);
      valueColumns(ids);
    }
    out.finish(5);
    try (BufferAllocator allocator = new RootAllocator();
        UpsertPackReader reader =
            new UpsertPackReader(
                new ByteArrayInputStream(sink.toByteArray()), LAYOUT, Form.WIRE, allocator, 9)) {
      assertThat(reader.loadNextBatch()).isTrue();
      // The key is always written, and two columns are all that the table has.
      assertThat(reader.columnSets()).hasSize(1);
      assertThat(reader.columnSet(4)).isZero();
    }
  }

  @Test
  void aKeyThatIsNullIsNotSent() {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(
                COLUMNS,
                List.of(List.of(1L, "61"), Arrays.asList(null, "62")),
                Form.WIRE,
                allocator)) {
      assertThatThrownBy(() -> UpsertBatch.of(LAYOUT, root, UpsertOperation.DELETE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Column k, row 2 of the batch: it is part of the primary key and must not be NULL");
    }
  }

  @Test
  void operationsOfABatchAreChecked() {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(
                COLUMNS, List.of(List.of(1L, "61"), List.of(2L, "62")), Form.WIRE, allocator)) {
      assertThatThrownBy(() -> UpsertBatch.of(LAYOUT, root, new byte[] {'U', 'I'}))
          .hasMessageContaining("Row 2 of the batch has the unknown operation 73");
      assertThatThrownBy(() -> UpsertBatch.of(LAYOUT, root, new byte[1]))
          .hasMessageContaining("operations for 1 rows, but the batch has 2 rows");
    }
  }

  @Test
  void aValueThatCannotBeWrittenNamesColumnAndRow() {
    List<Column> columns = List.of(Column.of("k", "bigint"), Column.of("ts", "timestamp"));
    UpsertLayout layout = UpsertLayout.of(columns, List.of("k"), List.of(0L, 1L));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(
                columns,
                List.of(
                    List.of(1L, new TableValues.Seconds(0, 0)),
                    List.of(2L, new TableValues.Seconds(0, -1))),
                Form.EXTENDED,
                allocator)) {
      UpsertBatch batch = UpsertBatch.of(layout, root, UpsertOperation.UPSERT);
      UpsertEncoder encoder = new UpsertEncoder();
      UpsertPackWriter pack = new UpsertPackWriter();
      int[] rows = {0, 1};
      assertThatThrownBy(() -> encoder.encode(batch, rows, 0, 2, pack))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Column ts, row 2 of the batch: nano is -1");
      assertThatThrownBy(() -> encoder.encode(batch, rows, 0, 1, pack))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void layoutsRefuseWhatNoTableHas() {
    List<Long> ids = List.of(1L, 2L);
    assertThatThrownBy(() -> UpsertLayout.of(COLUMNS, List.of(), ids))
        .hasMessageContaining("no primary key")
        .hasMessageContaining("INSERT");
    assertThatThrownBy(() -> UpsertLayout.of(COLUMNS, List.of("x"), ids))
        .hasMessage("Column x does not exist; the table has k, v");
    assertThatThrownBy(() -> LAYOUT.bringing(List.of("v")))
        .hasMessage("Column k is missing: every row needs its whole key");
    assertThatThrownBy(() -> LAYOUT.bringing(List.of("k", "v", "V")))
        .hasMessage("Column V is named twice");
    assertThatThrownBy(() -> LAYOUT.updating(List.of("k")))
        .hasMessageContaining("part of the primary key, which an update cannot change");
    assertThatThrownBy(() -> LAYOUT.bringing(List.of("k")).updating(List.of("v")))
        .hasMessage("Column v is not among those of the batches");
    assertThatThrownBy(() -> new BucketHasher(BucketHash.DEFAULT, jsonKey(), 4))
        .hasMessage("Column j of type json cannot be part of a key");
    assertThatThrownBy(() -> BucketHash.forWireName("new"))
        .hasMessageContaining("\"new\" is unknown");
  }

  private static List<Column> jsonKey() {
    return List.of(Column.of("j", "json"));
  }

  private void begin(Long key, int operation) throws IOException {
    if (key != null) {
      out.field(1, RecordFormat.tag(1, RecordFormat.VARINT));
      out.integer(key);
    }
    out.field(OPERATION, RecordFormat.tag(OPERATION, RecordFormat.VARINT));
    out.integer(operation);
  }

  private void record(Long key, int operation) throws IOException {
    begin(key, operation);
    valueColumns();
  }

  private void valueColumns(long... ids) throws IOException {
    out.field(VALUE_COLUMNS, RecordFormat.tag(VALUE_COLUMNS, RecordFormat.BYTES));
    out.count(ids.length);
    for (long id : ids) {
      out.nullFlag(false);
      out.integer(id);
    }
    out.endRecord();
  }

  private void assertRefused(String reason) throws IOException {
    out.finish(9);
    // Batches of one row: what is wrong is found before the count.
    assertThatThrownBy(() -> read(sink.toByteArray(), LAYOUT, 1))
        .isInstanceOfSatisfying(
            MalformedBodyException.class,
            e -> assertThat(e.code()).isEqualTo(MalformedBodyException.MALFORMED))
        .hasMessageContaining(reason);
  }

  private static long read(byte[] body, UpsertLayout layout) throws IOException {
    return read(body, layout, 10);
  }

  private static long read(byte[] body, UpsertLayout layout, int batchRows) throws IOException {
    return readAll(
        new UpsertPackReader(
            new ByteArrayInputStream(body),
            layout,
            Form.EXTENDED,
            new RootAllocator(1 << 20),
            batchRows));
  }

  private static long readAll(UpsertPackReader reader) throws IOException {
    BufferAllocator allocator = reader.root().getVector(0).getAllocator();
    try (allocator;
        reader) {
      while (reader.loadNextBatch()) {
        assertThat(reader.root().getRowCount()).isPositive();
      }
      return reader.rowsRead();
    }
  }
}
