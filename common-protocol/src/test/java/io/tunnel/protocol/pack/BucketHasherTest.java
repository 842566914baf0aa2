package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.arrow.Tables;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Whole columns are hashed as their values one by one, which the vectors hold. */
class BucketHasherTest {
  @Property(tries = 300)
  void columnsAreHashedAsTheirValues(
      @ForAll("tables") Tables.Table table,
      @ForAll BucketHash hash,
      @ForAll @IntRange(min = 1, max = 4096) int buckets) {
    List<Column> keys =
        table.columns().stream().filter(column -> isHashable(column.type())).toList();
    if (keys.isEmpty()) {
      return;
    }
    List<List<Object>> rows = new ArrayList<>();
    for (List<Object> row : table.rows()) {
      rows.add(
          new ArrayList<>(keys.stream().map(k -> row.get(table.columns().indexOf(k))).toList()));
    }
    assertHashed(hash, keys, rows, buckets);
  }

  @Example
  void textsLongerThanTheWindow() {
    List<List<Object>> rows = new ArrayList<>();
    for (int length : new int[] {0, 5, 16_383, 16_384, 16_385, 1, 60_000, 0, 3}) {
      rows.add(List.of("c3".repeat(length), "41".repeat(length / 2)));
    }
    List<Column> keys = List.of(Column.of("s", "string"), Column.of("b", "binary"));
    for (BucketHash hash : BucketHash.values()) {
      assertHashed(hash, keys, rows, 4096);
    }
  }

  @Example
  void theOrderOfTheKeysDoesNotMatter() {
    List<Column> keys = List.of(Column.of("a", "bigint"), Column.of("b", "string"));
    List<Column> reversed = List.of(keys.get(1), keys.get(0));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(keys, List.of(List.of(42L, "6162")), Form.WIRE, allocator)) {
      int[] one = new int[1];
      int[] other = new int[1];
      new BucketHasher(BucketHash.DEFAULT, keys, 4096).assign(root.getFieldVectors(), 1, one);
      new BucketHasher(BucketHash.DEFAULT, reversed, 4096)
          .assign(List.of(root.getVector(1), root.getVector(0)), 1, other);
      assertThat(one).isEqualTo(other);
    }
  }

  @Example
  void aVectorThatDoesNotFitIsNamed() {
    List<Column> decimals = List.of(Column.of("d", "decimal(10,2)"));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(
                List.of(Column.of("d", "decimal(10,3)")),
                List.of(List.of(new BigDecimal("1.234"))),
                Form.WIRE,
                allocator)) {
      BucketHasher hasher = new BucketHasher(BucketHash.DEFAULT, decimals, 4);
      assertThatThrownBy(() -> hasher.assign(root.getFieldVectors(), 1, new int[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Column d: decimal(10,2) needs the scale 2, not 3");
    }
  }

  @Provide
  Arbitrary<Tables.Table> tables() {
    return Tables.tables(Form.WIRE);
  }

  private static boolean isHashable(MaxComputeType type) {
    try {
      ColumnHash.requireHashable(Column.of("k", type));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void assertHashed(
      BucketHash hash, List<Column> keys, List<List<Object>> rows, int buckets) {
    int[] found = new int[rows.size()];
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(keys, rows, Form.WIRE, allocator)) {
      new BucketHasher(hash, keys, buckets).assign(root.getFieldVectors(), rows.size(), found);
    }
    for (int row = 0; row < rows.size(); row++) {
      int sum = 0;
      for (int i = 0; i < keys.size(); i++) {
        sum += ofValue(hash, keys.get(i).type(), rows.get(row).get(i));
      }
      assertThat(found[row]).isEqualTo(BucketHash.bucket(sum, buckets)).isBetween(0, buckets - 1);
    }
  }

  private static int ofValue(BucketHash hash, MaxComputeType type, Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof BigDecimal decimal) {
      return hash.ofDecimal(decimal, (DecimalType) type);
    }
    if (value instanceof TableValues.Seconds seconds) {
      return hash.ofSeconds(seconds.sec(), seconds.nano());
    }
    if (value instanceof Float number) {
      return hash.ofFloatBits(Float.floatToRawIntBits(number));
    }
    if (value instanceof Double number) {
      return hash.ofDoubleBits(Double.doubleToRawLongBits(number));
    }
    if (value instanceof Boolean bool) {
      return hash.ofBoolean(bool);
    }
    if (value instanceof String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      return type == PrimitiveType.BINARY
          ? hash.ofBinary(bytes, 0, bytes.length)
          : hash.ofText(bytes, 0, bytes.length);
    }
    long number = (Long) value;
    return type == PrimitiveType.DATE ? hash.ofDate((int) number) : hash.of64(number);
  }
}
