package io.tunnel.spark.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.RandomRows;
import io.tunnel.spark.Rows;
import io.tunnel.spark.row.RowBatch;
import io.tunnel.spark.type.SparkTypes;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.Test;

class RowRoundTripTest {
  private static final TableSchema EVERY_TYPE =
      TableSchema.of(
          Column.of("a_tinyint", "tinyint"),
          Column.of("a_smallint", "smallint"),
          Column.of("an_int", "int"),
          Column.of("a_bigint", "bigint"),
          Column.of("a_float", "float"),
          Column.of("a_double", "double"),
          Column.of("a_boolean", "boolean"),
          Column.of("a_string", "string"),
          Column.of("a_char", "varchar(400)"),
          Column.of("a_varchar", "varchar(300)"),
          Column.of("a_json", "json"),
          Column.of("a_binary", "binary"),
          Column.of("a_small_decimal", "decimal(15,2)"),
          Column.of("a_large_decimal", "decimal(38,18)"),
          Column.of("a_date", "date"),
          Column.of("a_datetime", "datetime"),
          Column.of("a_timestamp", "timestamp"),
          Column.of("a_wall_clock", "timestamp_ntz"),
          Column.of("an_array", "array<string>"),
          Column.of("a_map", "map<string,array<bigint>>"),
          Column.of("a_struct", "struct<b:boolean,d:decimal(10,1),s:struct<t:string,i:int>>"),
          Column.of("deep", "array<map<int,struct<l:array<binary>,n:double>>>"));

  private static final StructType SCHEMA = SparkTypes.schema(EVERY_TYPE.columns());

  @Property(tries = 30)
  void rowsOfEveryTypeComeBackAsTheyWere(
      @ForAll long seed,
      @ForAll @IntRange(max = 9) int nullsOfTen,
      @ForAll @IntRange(max = 70) int rows,
      @ForAll boolean unsafe) {
    RandomRows random = new RandomRows(seed, nullsOfTen);
    UnsafeProjection projection = UnsafeProjection.create(SCHEMA);
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = new RowBatch(EVERY_TYPE, SCHEMA, allocator, 1 << 20)) {
      for (int round = 0; round < 3; round++) {
        List<List<Object>> expected = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
          InternalRow row = random.row(SCHEMA);
          expected.add(Rows.values(row, SCHEMA));
          batch.add(unsafe ? projection.apply(row) : row);
        }
        assertThat(read(batch.load())).isEqualTo(expected);
        batch.clear();
      }
    }
  }

  @Test
  void oneBatchGrowsFarBeyondTheFirstMemoryItTakes() {
    RandomRows random = new RandomRows(7, 2);
    try (BufferAllocator allocator = new RootAllocator();
        RowBatch batch = new RowBatch(EVERY_TYPE, SCHEMA, allocator, 1 << 20)) {
      List<List<Object>> expected = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        InternalRow row = random.row(SCHEMA);
        expected.add(Rows.values(row, SCHEMA));
        batch.add(row);
      }
      assertThat(batch.bytes()).isGreaterThan(1 << 20);
      assertThat(read(batch.load())).isEqualTo(expected);
    }
  }

  private static List<List<Object>> read(VectorSchemaRoot root) {
    ColumnVector[] columns = new ColumnVector[EVERY_TYPE.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      ArrowColumn column = ArrowColumns.of(EVERY_TYPE.columns().get(i).type(), root.getVector(i));
      column.refresh();
      columns[i] = column;
    }
    ColumnarBatch batch = new ColumnarBatch(columns, root.getRowCount());
    List<List<Object>> rows = new ArrayList<>();
    batch.rowIterator().forEachRemaining(row -> rows.add(Rows.values(row, SCHEMA)));
    return rows;
  }
}
