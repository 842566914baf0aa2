package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.arrow.Tables;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Packs of any table, any choice of rows, operations and columns: their bytes are those of the
 * specification, and the reader finds in them what went in.
 */
class UpsertRoundTripTest {
  @Property(tries = 300)
  void packsInWireForm(
      @ForAll("wireTables") Tables.Table table,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 15) int batchRows,
      @ForAll ContentCoding coding)
      throws IOException {
    check(table, Form.WIRE, new Random(seed), batchRows, coding);
  }

  @Property(tries = 300)
  void packsInExtendedForm(
      @ForAll("extendedTables") Tables.Table table,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 15) int batchRows)
      throws IOException {
    check(table, Form.EXTENDED, new Random(seed), batchRows, ContentCoding.NONE);
  }

  @Example
  void packsOfManyRowsAndOfLongValues() throws IOException {
    List<Column> columns = List.of(Column.of("s", "string"));
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      rows.add(row("61".repeat(i == 1000 ? 300_000 : i % 50)));
    }
    Tables.Table table = new Tables.Table(columns, rows);
    check(table, Form.WIRE, new Random(1), 4096, ContentCoding.NONE);
    check(table, Form.WIRE, new Random(2), 700, ContentCoding.ZSTD);
  }

  private static List<Object> row(Object... values) {
    return new ArrayList<>(List.of(values));
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) throws IOException {
    List<Column> columns = List.of(Column.of("k", "bigint"), Column.of("v", "string"));
    UpsertLayout layout = UpsertLayout.of(columns, List.of("k"), List.of(1L, 2L));
    try (BufferAllocator allocator = new RootAllocator(1 << 20);
        UpsertPackReader reader =
            new UpsertPackReader(
                new ByteArrayInputStream(bytes), layout, Form.EXTENDED, allocator, 10)) {
      while (reader.loadNextBatch()) {
        assertThat(reader.root().getRowCount()).isPositive();
      }
    } catch (MalformedBodyException e) {
      assertThat(e.code()).isIn(MalformedBodyException.MALFORMED, MalformedBodyException.CORRUPTED);
    }
  }

  @Provide
  Arbitrary<Tables.Table> wireTables() {
    return Tables.tables(Form.WIRE);
  }

  @Provide
  Arbitrary<Tables.Table> extendedTables() {
    return Tables.tables(Form.EXTENDED);
  }

  private static void check(
      Tables.Table table, Form form, Random random, int batchRows, ContentCoding coding)
      throws IOException {
    // The table of the property, with a key somewhere among its columns.
    List<Column> columns = new ArrayList<>(table.columns());
    int key = random.nextInt(columns.size() + 1);
    columns.add(key, Column.of("k", "bigint").notNull());
    List<List<Object>> rows = new ArrayList<>();
    for (List<Object> row : table.rows()) {
      List<Object> withKey = new ArrayList<>(row);
      withKey.add(key, random.nextLong());
      rows.add(withKey);
    }
    List<Long> ids = columns.stream().map(c -> random.nextLong(1, 1000)).toList();
    if (ids.stream().distinct().count() < ids.size()) {
      ids = IntStream.range(0, ids.size()).mapToObj(i -> 7L + i).toList();
    }
    UpsertLayout whole = UpsertLayout.of(columns, List.of("K"), ids);

    // Batches bring some of the columns, in any order, and may write only some of these.
    List<Integer> brought = new ArrayList<>(IntStream.range(0, columns.size()).boxed().toList());
    Collections.shuffle(brought, random);
    brought.removeIf(position -> position != key && random.nextInt(4) == 0);
    UpsertLayout layout = whole.bringing(brought.stream().map(i -> columns.get(i).name()).toList());
    List<Integer> updated = new ArrayList<>(brought);
    updated.removeIf(position -> position == key || random.nextBoolean());
    if (!updated.isEmpty()) {
      layout = layout.updating(updated.stream().map(i -> columns.get(i).name()).toList());
    }
    byte[] operations = new byte[rows.size()];
    for (int i = 0; i < operations.length; i++) {
      operations[i] = (byte) (random.nextInt(3) == 0 ? 'D' : 'U');
    }
    List<Integer> chosen = new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
    Collections.shuffle(chosen, random);

    // What must come out, as the specification describes it.
    List<Column> recordColumns = new ArrayList<>(columns);
    recordColumns.add(Column.of("__version", "bigint"));
    recordColumns.add(Column.of("__app_version", "bigint"));
    recordColumns.add(Column.of("__operation", "tinyint"));
    recordColumns.add(Column.of("__key_cols", "array<bigint>"));
    recordColumns.add(Column.of("__value_cols", "array<bigint>"));
    List<List<Object>> records = new ArrayList<>();
    for (int number : chosen) {
      List<Object> record = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        boolean sent = i == key || (updated.isEmpty() ? brought : updated).contains(i);
        record.add(sent ? rows.get(number).get(i) : null);
      }
      boolean delete = operations[number] == 'D';
      record.add(null);
      record.add(null);
      record.add(delete ? 68L : 85L);
      record.add(null);
      record.add(
          delete
              ? List.of()
              : updated.stream().map(ids::get).map(id -> (Object) id).collect(Collectors.toList()));
      records.add(record);
    }
    byte[] expected = ReferenceRecordEncoder.encode(recordColumns, records);

    try (BufferAllocator allocator = new RootAllocator()) {
      byte[] body;
      List<Column> batchColumns = brought.stream().map(columns::get).toList();
      List<List<Object>> batchRowValues =
          rows.stream().map(row -> pick(row, brought)).collect(Collectors.toList());
      try (VectorSchemaRoot root =
          TableValues.batch(batchColumns, batchRowValues, form, allocator)) {
        UpsertPackWriter pack =
            encoded(
                UpsertBatch.of(layout, root, operations),
                chosen.stream().mapToInt(Integer::intValue).toArray(),
                random);
        assertThat(pack.rows()).isEqualTo(chosen.size());
        UpsertPack finished = pack.finish(coding);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        finished.writeTo(out);
        body = out.toByteArray();
        assertThat(finished.length()).isEqualTo(body.length);
      }
      assertThat(coding.decode(new ByteArrayInputStream(body)).readAllBytes()).isEqualTo(expected);

      BitSet all = new BitSet();
      all.set(0, columns.size());
      BitSet partial = new BitSet();
      partial.set(key);
      updated.forEach(partial::set);
      int row = 0;
      try (UpsertPackReader reader =
          new UpsertPackReader(
              coding.decode(new ByteArrayInputStream(body)), whole, form, allocator, batchRows)) {
        while (reader.loadNextBatch()) {
          List<List<Object>> read = TableValues.rows(reader.root(), columns);
          for (int i = 0; i < read.size(); i++, row++) {
            assertThat(read.get(i)).isEqualTo(records.get(row).subList(0, columns.size()));
            boolean delete = operations[chosen.get(row)] == 'D';
            assertThat(reader.isDelete(i)).isEqualTo(delete);
            assertThat(reader.columnSets().get(reader.columnSet(i)))
                .isEqualTo(delete || updated.isEmpty() ? all : partial);
          }
        }
      }
      assertThat(row).isEqualTo(chosen.size());
      assertThat(allocator.getAllocatedMemory()).isZero();
    }
  }

  /** Encodes in several pieces, some of which take the way through a file. */
  private static UpsertPackWriter encoded(UpsertBatch batch, int[] rows, Random random)
      throws IOException {
    UpsertEncoder encoder = new UpsertEncoder();
    UpsertPackWriter pack = new UpsertPackWriter();
    UpsertRowLog log = new UpsertRowLog();
    EncodedRun run = new EncodedRun();
    int[] hashes = random.ints(batch.rows()).toArray();
    int from = 0;
    while (from < rows.length) {
      int to = from + 1 + random.nextInt(rows.length - from);
      if (random.nextBoolean()) {
        encoder.encode(batch, rows, from, to, pack);
      } else if (random.nextBoolean()) {
        to = from + encoder.encode(batch, hashes, rows, from, to, run);
        assertThat(to).isGreaterThan(from);
        for (int i = from; i < to; i++) {
          assertThat(run.next()).isTrue();
          assertThat(run.hash()).isEqualTo(hashes[rows[i]]);
          run.addTo(pack);
        }
        assertThat(run.next()).isFalse();
      } else {
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        log.clear();
        encoder.encode(batch, hashes, rows, from, to, log);
        assertThat(log.rows()).isEqualTo(to - from);
        log.writeIndexTo(index);
        log.writeRecordsTo(records);
        // What is kept ready to be written is memory too, and never more than is written.
        long written = index.size() + records.size();
        assertThat(log.heldBytes()).isBetween(written, 2 * written + 2 * 512);
        boolean inMemory = random.nextBoolean();
        try (UpsertLogReader reader =
            new UpsertLogReader(
                inMemory ? log.openIndex() : new ByteArrayInputStream(index.toByteArray()),
                inMemory ? log.openRecords() : new ByteArrayInputStream(records.toByteArray()))) {
          for (int i = from; i < to; i++) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.hash()).isEqualTo(hashes[rows[i]]);
            reader.addTo(pack);
          }
          assertThat(reader.next()).isFalse();
        }
      }
      from = to;
    }
    return pack;
  }

  private static List<Object> pick(List<Object> row, List<Integer> positions) {
    List<Object> picked = new ArrayList<>();
    positions.forEach(position -> picked.add(row.get(position)));
    return picked;
  }
}
