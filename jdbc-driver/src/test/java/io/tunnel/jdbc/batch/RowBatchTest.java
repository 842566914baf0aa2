package io.tunnel.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

class RowBatchTest {
  private static final ValueConverter CONVERTER = new ValueConverter(ZoneOffset.UTC);

  private static RowBatch batch(TableSchema schema, BufferAllocator allocator) {
    return new RowBatch(
        schema,
        allocator,
        CONVERTER,
        new PartitionDictionary(schema.partitionColumns(), CONVERTER));
  }

  private static TupleBinding binding(int columns) {
    int[] cells = new int[columns];
    for (int i = 0; i < columns; i++) {
      cells[i] = i;
    }
    return new TupleBinding(cells, new int[0]);
  }

  @Property(tries = 200)
  void textsBecomeTheUtf8OfTheJdkOrAreRefused(@ForAll List<String> texts) throws Exception {
    TableSchema schema = TableSchema.of(Column.of("a", "string"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(1);
      int rows = 0;
      for (String text : texts) {
        cells.setObject(0, text);
        boolean valid =
            new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
        if (valid) {
          batch.add(cells, List.of(binding(1)));
          VarCharVector vector = (VarCharVector) batch.root().getVector(0);
          assertThat(vector.get(rows++)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        } else {
          assertThatThrownBy(() -> batch.add(cells, List.of(binding(1))))
              .isInstanceOf(RowException.class);
        }
      }
      assertThat(batch.rows()).isEqualTo(rows);
    }
  }

  @Example
  void aFailedRowIsOverwrittenByTheNext() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.of("s", "string"), Column.of("l", "array<string>"), Column.of("n", "tinyint"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(3);
      for (int round = 0; round < 100; round++) {
        cells.setObject(0, "a long text that does not stay");
        cells.setObject(1, List.of("x", "y", "z"));
        cells.setLong(2, 1000);
        assertThatThrownBy(() -> batch.add(cells, List.of(binding(3))))
            .isInstanceOf(RowException.class);
        cells.setObject(0, round % 3 == 0 ? null : "t" + round);
        cells.setObject(1, round % 2 == 0 ? null : List.of("e" + round));
        cells.setLong(2, round);
        batch.add(cells, List.of(binding(3)));
      }
      VarCharVector texts = (VarCharVector) batch.root().getVector(0);
      ListVector lists = (ListVector) batch.root().getVector(1);
      for (int round = 0; round < 100; round++) {
        assertThat(texts.isNull(round)).isEqualTo(round % 3 == 0);
        if (round % 3 != 0) {
          assertThat(texts.getObject(round)).hasToString("t" + round);
        }
        assertThat(lists.isNull(round)).isEqualTo(round % 2 == 0);
        if (round % 2 != 0) {
          assertThat(lists.getObject(round)).hasToString("[\"e" + round + "\"]");
        }
      }
    }
  }

  @Example
  void aBatchEndsAtItsRowsOrItsBytesAndIsReused() throws Exception {
    TableSchema schema = TableSchema.of(Column.of("s", "string"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(1);
      for (int round = 0; round < 3; round++) {
        cells.setObject(0, "x");
        while (!batch.isFull()) {
          batch.add(cells, List.of(binding(1)));
        }
        assertThat(batch.rows()).isEqualTo(RowBatch.MAX_ROWS);
        batch.reset(new PartitionDictionary(List.of(), CONVERTER));
        cells.setObject(0, "y".repeat(1 << 20));
        while (!batch.isFull()) {
          batch.add(cells, List.of(binding(1)));
        }
        assertThat(batch.rows()).isEqualTo(4);
        batch.reset(new PartitionDictionary(List.of(), CONVERTER));
      }
    }
  }

  @Example
  void constantsStandBesideParameters() throws Exception {
    TableSchema schema = TableSchema.of(Column.of("a", "int"), Column.of("b", "int"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(1);
      int constant = cells.addConstant(7L);
      TupleBinding tuple = new TupleBinding(new int[] {0, constant}, new int[0]);
      cells.setLong(0, 1);
      batch.add(cells, List.of(tuple, tuple));
      cells.clear();
      cells.setLong(0, 2);
      batch.add(cells, List.of(tuple));
      assertThat(batch.root().contentToTSVString()).isEqualTo("a\tb\n1\t7\n1\t7\n2\t7\n");
    }
  }
}
