package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/** Rows that wait for their session in a log. */
class UpsertRowLogTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("k", "bigint"), Column.of("v", "binary"));
  private static final UpsertLayout LAYOUT =
      UpsertLayout.of(COLUMNS, List.of("k"), List.of(1L, 2L));

  /** Shorter and longer than the buffer of a reader, and more rows than it reads at once. */
  private static final int[] SIZES =
      IntStream.concat(IntStream.of(3, 70_000, 5, 300_000, 0), IntStream.range(0, 1_200)).toArray();

  private final UpsertEncoder encoder = new UpsertEncoder();
  private final UpsertRowLog log = new UpsertRowLog();

  /** What the rows are as one pack without a log. */
  private byte[] direct;

  private void encodeAll() throws IOException {
    List<List<Object>> values = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++) {
      values.add(List.of((long) i, "5a".repeat(SIZES[i])));
    }
    int[] rows = IntStream.range(0, SIZES.length).toArray();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(COLUMNS, values, Form.WIRE, allocator)) {
      UpsertBatch batch = UpsertBatch.of(LAYOUT, root, UpsertOperation.UPSERT);
      encoder.encode(batch, rows, rows, 0, 2, log);
      encoder.encode(batch, rows, rows, 2, SIZES.length, log);
      UpsertPackWriter pack = new UpsertPackWriter();
      encoder.encode(batch, rows, 0, SIZES.length, pack);
      direct = bytes(pack);
    }
  }

  private static byte[] bytes(UpsertPackWriter pack) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    pack.finish(ContentCoding.NONE).writeTo(body);
    return body.toByteArray();
  }

  private byte[] index() throws IOException {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    log.writeIndexTo(index);
    return index.toByteArray();
  }

  private byte[] records() throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    log.writeRecordsTo(records);
    return records.toByteArray();
  }

  private static UpsertPackWriter read(byte[] index, byte[] records) throws IOException {
    UpsertPackWriter pack = new UpsertPackWriter();
    try (UpsertLogReader reader =
        new UpsertLogReader(new ByteArrayInputStream(index), new ByteArrayInputStream(records))) {
      for (int row = 0; reader.next(); row++) {
        assertThat(reader.hash()).isEqualTo(row);
        reader.addTo(pack);
      }
    }
    return pack;
  }

  @Test
  void rowsOfAllSizesComeBack() throws Exception {
    encodeAll();
    assertThat(log.rows()).isEqualTo(SIZES.length);
    UpsertPackWriter pack = read(index(), records());
    assertThat(pack.rows()).isEqualTo(SIZES.length);
    assertThat(bytes(pack)).isEqualTo(direct);
    log.clear();
    assertThat(log.heldBytes()).isZero();
    assertThat(read(index(), records()).rows()).isZero();
  }

  @Test
  void runEndsWithTheRowThatFillsIt() throws Exception {
    List<List<Object>> values = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      values.add(List.of((long) i, "5a".repeat(i < 100 ? 10 : 20_000)));
    }
    int[] rows = IntStream.range(0, 200).toArray();
    List<Integer> counts = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(COLUMNS, values, Form.WIRE, allocator)) {
      UpsertBatch batch = UpsertBatch.of(LAYOUT, root, UpsertOperation.UPSERT);
      EncodedRun run = new EncodedRun();
      for (int next = 0; next < 200; next += counts.get(counts.size() - 1)) {
        counts.add(encoder.encode(batch, rows, rows, next, 200, run));
      }
    }
    // 64 small ones, the other small ones with two that reach 32 KiB, then two by two.
    assertThat(counts.subList(0, 3)).containsExactly(64, 38, 2);
    assertThat(counts).hasSize(51);
  }

  @Test
  void logThatIsCutOffIsRefused() throws Exception {
    encodeAll();
    byte[] index = index();
    byte[] records = records();
    assertThatThrownBy(() -> read(index, Arrays.copyOf(records, records.length - 1)))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("ends in the middle of a row");
    assertThatThrownBy(() -> read(Arrays.copyOf(index, index.length - 5), records))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("its index ends in the middle of a row");
    byte[] negative = index.clone();
    Arrays.fill(negative, 0, Integer.BYTES, (byte) 0xff);
    assertThatThrownBy(() -> read(negative, records))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("a row has -1 bytes");
  }
}
