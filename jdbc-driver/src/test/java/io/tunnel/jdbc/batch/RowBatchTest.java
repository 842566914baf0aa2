package io.tunnel.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

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
          VarCharVector vector = (VarCharVector) batch.load().getVector(0);
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
      VarCharVector texts = (VarCharVector) batch.load().getVector(0);
      ListVector lists = (ListVector) batch.load().getVector(1);
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
  void listsCountForTheBytesOfABatchAndRefusedRowsDoNot() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.of("l", "array<struct<a:bigint,b:array<int>>>"), Column.of("n", "tinyint"));
    Map<String, Object> element = fields(1L, null);
    element.put("a", element.remove("x"));
    element.put("b", element.remove("y"));
    Object list = Collections.nCopies(100_000, element);
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(2);
      cells.setObject(0, list);
      for (int i = 0; i < 10; i++) {
        cells.setLong(1, 1000);
        assertThatThrownBy(() -> batch.add(cells, List.of(binding(2))))
            .isInstanceOf(RowException.class);
      }
      cells.setLong(1, 1);
      assertThat(batch.isFull()).isFalse();
      while (!batch.isFull()) {
        batch.add(cells, List.of(binding(2)));
      }
      // A struct of a BIGINT and an empty list has 12 bytes, so a row has 1.2 million.
      assertThat(batch.rows()).isEqualTo(4);
      assertThat(batch.load().getRowCount()).isEqualTo(4);
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
      assertThat(batch.load().contentToTSVString()).isEqualTo("a\tb\n1\t7\n1\t7\n2\t7\n");
    }
  }

  @Example
  void aRefusedFirstRowOfNestedListsIsForgotten() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.of("l", "array<array<map<string,array<string>>>>"), Column.of("n", "tinyint"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(2);
      for (Object list : Arrays.asList(List.of(), List.of(List.of()), null, List.of(List.of()))) {
        cells.setObject(0, list);
        cells.setLong(1, 1000);
        assertThatThrownBy(() -> batch.add(cells, List.of(binding(2))))
            .isInstanceOf(RowException.class);
        assertThat(batch.load().getRowCount()).isZero();
      }
      cells.setObject(0, List.of(List.of(Map.of("k", List.of("v")))));
      cells.setLong(1, 1);
      batch.add(cells, List.of(binding(2)));
      assertThat(plain(batch.load().getVector(0), 0))
          .isEqualTo(List.of(List.of(Map.of("k", List.of("v")))));
    }
  }

  @Example
  void aClosedBatchTakesNoRow() throws Exception {
    TableSchema schema = TableSchema.of(Column.of("n", "bigint"));
    try (BufferAllocator allocator = new RootAllocator()) {
      RowBatch batch = batch(schema, allocator);
      Cells cells = new Cells(1);
      cells.setLong(0, 1);
      batch.add(cells, List.of(binding(1)));
      batch.close();
      batch.close();
      assertThatThrownBy(() -> batch.add(cells, List.of(binding(1))))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static final TableSchema MIXED =
      TableSchema.of(
          Column.of("n", "bigint"),
          Column.of("t", "string"),
          Column.of("f", "boolean"),
          Column.of("d", "decimal(9,2)"),
          Column.of("l", "array<struct<x:int,y:string>>"),
          Column.of("m", "map<string,boolean>"),
          Column.of("s", "struct<x:double,y:array<tinyint>>"),
          Column.of("last", "tinyint"));

  /** One row; {@code refused} makes its last value one that does not fit. */
  record Row(List<Object> values, boolean refused) {}

  @Property(tries = 300)
  void whatWasAddedIsWhatIsLoadedWhateverWasRefusedInBetween(
      @ForAll("rows") List<Row> rows, @ForAll boolean loadTwice) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(MIXED, allocator)) {
      Cells cells = new Cells(8);
      for (int round = 0; round < 2; round++) {
        List<List<Object>> expected = new ArrayList<>();
        for (Row row : rows) {
          for (int i = 0; i < 7; i++) {
            cells.setObject(i, row.values().get(i));
          }
          cells.setLong(7, row.refused() ? 128 : 127);
          if (row.refused()) {
            assertThatThrownBy(() -> batch.add(cells, List.of(binding(8))))
                .isInstanceOf(RowException.class);
          } else {
            batch.add(cells, List.of(binding(8)));
            expected.add(row.values());
          }
          if (loadTwice) {
            assertThat(batch.load().getRowCount()).isEqualTo(expected.size());
          }
        }
        assertThat(loaded(batch.load())).isEqualTo(expected);
        batch.reset(new PartitionDictionary(List.of(), CONVERTER));
      }
    }
  }

  /** The first seven columns as Arrow's own readers see them. */
  private static List<List<Object>> loaded(VectorSchemaRoot root) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        values.add(plain(root.getVector(i), row));
      }
      assertThat(root.getVector(7).getObject(row)).isEqualTo((byte) 127);
      rows.add(values);
    }
    for (int i = 0; i < 8; i++) {
      long nulls = 0;
      for (int row = 0; row < root.getRowCount(); row++) {
        nulls += root.getVector(i).isNull(row) ? 1 : 0;
      }
      assertThat(root.getVector(i).getNullCount()).isEqualTo((int) nulls);
    }
    return rows;
  }

  private static @Nullable Object plain(FieldVector vector, int index) {
    if (vector.isNull(index)) {
      return null;
    }
    if (vector instanceof MapVector map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      StructVector pair = (StructVector) map.getDataVector();
      for (int i = map.getElementStartIndex(index); i < map.getElementEndIndex(index); i++) {
        assertThat(pair.isNull(i)).isFalse();
        entries.put(
            plain((FieldVector) pair.getChildByOrdinal(0), i),
            plain((FieldVector) pair.getChildByOrdinal(1), i));
      }
      return entries;
    }
    if (vector instanceof ListVector list) {
      List<Object> elements = new ArrayList<>();
      for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
        elements.add(plain(list.getDataVector(), i));
      }
      return elements;
    }
    if (vector instanceof StructVector struct) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (FieldVector field : struct.getChildrenFromFields()) {
        fields.put(field.getName(), plain(field, index));
      }
      return fields;
    }
    Object value = vector.getObject(index);
    return value instanceof org.apache.arrow.vector.util.Text ? value.toString() : value;
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<String> text = Arbitraries.strings().withChars("aé名\0").ofMaxLength(9);
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    Arbitrary<Integer> number = Arbitraries.integers();
    Arbitrary<Map<String, Object>> pair =
        Combinators.combine(number.injectNull(0.3), text.injectNull(0.3)).as(RowBatchTest::fields);
    Arbitrary<Map<String, Object>> struct =
        Combinators.combine(
                Arbitraries.doubles().injectNull(0.3),
                Arbitraries.bytes().injectNull(0.3).list().ofMaxSize(4).injectNull(0.2))
            .as(RowBatchTest::fields);
    Arbitrary<List<Object>> values =
        Combinators.combine(
                Arbitraries.longs().greaterOrEqual(-Long.MAX_VALUE).injectNull(0.3),
                text.injectNull(0.3),
                flag.injectNull(0.3),
                Arbitraries.longs()
                    .between(-999_999_999, 999_999_999)
                    .map(n -> BigDecimal.valueOf(n, 2))
                    .injectNull(0.3),
                pair.injectNull(0.2).list().ofMaxSize(5).injectNull(0.3),
                Arbitraries.maps(text, flag.injectNull(0.3)).ofMaxSize(4).injectNull(0.3),
                struct.injectNull(0.3))
            .as((a, b, c, d, e, f, g) -> new ArrayList<>(Arrays.asList(a, b, c, d, e, f, g)));
    return Combinators.combine(values, Arbitraries.of(true, false, false))
        .as(Row::new)
        .list()
        .ofMaxSize(200);
  }

  private static Map<String, Object> fields(@Nullable Object x, @Nullable Object y) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("x", x);
    fields.put("y", y);
    return fields;
  }

  @Property
  void decimalsAreStoredExactlyOrRefused(
      @ForAll("decimals") BigDecimal value,
      @ForAll @IntRange(min = 1, max = 38) int precision,
      @ForAll @IntRange(min = 0, max = 18) int scale)
      throws Exception {
    int s = Math.min(scale, precision);
    checkDecimal(value, value, precision, s);
    checkDecimal(value.longValue(), BigDecimal.valueOf(value.longValue()), precision, s);
  }

  private static void checkDecimal(Object value, BigDecimal number, int precision, int scale)
      throws Exception {
    boolean fits =
        number.signum() == 0
            || (number.stripTrailingZeros().scale() <= scale
                && (long) number.precision() - number.scale() <= precision - scale);
    TableSchema schema = TableSchema.of(Column.of("d", "decimal(" + precision + "," + scale + ")"));
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = batch(schema, allocator)) {
      Cells cells = new Cells(1);
      if (value instanceof Long whole) {
        cells.setLong(0, whole);
      } else {
        cells.setObject(0, value);
      }
      if (fits) {
        batch.add(cells, List.of(binding(1)));
        BigDecimal stored = (BigDecimal) batch.load().getVector(0).getObject(0);
        assertThat(stored).isEqualByComparingTo(number);
        assertThat(stored.scale()).isEqualTo(scale);
      } else {
        assertThatThrownBy(() -> batch.add(cells, List.of(binding(1))))
            .isInstanceOf(RowException.class)
            .hasMessageContaining("the column holds " + (precision - scale) + " digits before");
      }
    }
  }

  @Provide
  Arbitrary<BigDecimal> decimals() {
    Arbitrary<Integer> near = Arbitraries.integers().between(-25, 45);
    return Arbitraries.oneOf(
        Combinators.combine(Arbitraries.longs(), near).as(BigDecimal::valueOf),
        Combinators.combine(Arbitraries.longs().between(-2000, 2000), near).as(BigDecimal::valueOf),
        Combinators.combine(Arbitraries.bigIntegers(), near).as(BigDecimal::new),
        // One below, at and above each power of ten.
        Combinators.combine(
                Arbitraries.integers().between(0, 38), Arbitraries.integers().between(-1, 1), near)
            .as((p, d, n) -> new BigDecimal(BigInteger.TEN.pow(p).add(BigInteger.valueOf(d)), n)),
        Arbitraries.of(
            new BigDecimal("1E+999999999"),
            new BigDecimal("1E-999999999"),
            new BigDecimal(BigInteger.ZERO, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.ZERO, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE)));
  }
}
