package io.tunnel.spark.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowBatchTest {
  private static final int MAX_FIELD = 1000;

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void everythingIsFreed() {
    allocator.close();
  }

  @Test
  void columnsAreMatchedByNameWithoutRegardToCaseAndOrder() {
    TableSchema table = TableSchema.of(Column.of("Id", "bigint"), Column.of("NAME", "string"));
    StructType rows =
        new StructType().add("name", DataTypes.StringType).add("iD", DataTypes.LongType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {UTF8String.fromString("x"), 7L}));
      assertThat(((BigIntVector) batch.load().getVector("Id")).get(0)).isEqualTo(7);
      assertThat(((VarCharVector) batch.load().getVector("NAME")).getObject(0)).hasToString("x");
    }
  }

  @Test
  void aRowIsTakenAtOnceBecauseSparkUsesItsObjectAgain() {
    TableSchema table = TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));
    StructType rows =
        new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      GenericInternalRow row = new GenericInternalRow(2);
      byte[] text = {'a'};
      for (long id = 0; id < 3; id++) {
        row.update(0, id);
        row.update(1, UTF8String.fromBytes(text));
        batch.add(row);
        text[0]++;
      }
      assertThat(batch.load().contentToTSVString()).isEqualTo("id\tname\n0\ta\n1\tb\n2\tc\n");
    }
  }

  @Test
  void aColumnThatTheDataFrameLacksIsNull() {
    TableSchema table =
        TableSchema.of(Column.of("a", "bigint"), Column.of("b", "map<string,array<int>>"));
    StructType rows = new StructType().add("a", DataTypes.LongType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {1L}));
      assertThat(batch.load().getVector("b").isNull(0)).isTrue();
    }
  }

  @Test
  void aVoidColumnIsNullInAnyType() {
    StructType rows = new StructType().add("v", DataTypes.NullType);
    for (String type : List.of("int", "string", "array<int>", "struct<a:decimal(5,2)>")) {
      TableSchema table = TableSchema.of(Column.of("v", type));
      try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
        batch.add(new GenericInternalRow(new Object[] {null}));
        assertThat(batch.load().getVector("v").isNull(0)).as(type).isTrue();
      }
    }
  }

  @Test
  void structFieldsAreMatchedByNameAndAbsentOnesAreNull() {
    TableSchema table = TableSchema.of(Column.of("s", "struct<a:bigint,b:string,c:double>"));
    StructType struct =
        new StructType().add("C", DataTypes.DoubleType).add("A", DataTypes.LongType);
    StructType rows = new StructType().add("s", struct);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      batch.add(
          new GenericInternalRow(new Object[] {new GenericInternalRow(new Object[] {1.5, 9L})}));
      assertThat(batch.load().getVector("s").getObject(0)).hasToString("{\"a\":9,\"c\":1.5}");
    }
  }

  @Test
  void theBatchIsFullAtItsRowsOrItsBytes() {
    TableSchema table = TableSchema.of(Column.of("v", "string"));
    StructType rows = new StructType().add("v", DataTypes.StringType);
    UTF8String large = UTF8String.fromString("x".repeat(1 << 20));
    try (RowBatch batch = new RowBatch(table, rows, allocator, 1 << 23)) {
      GenericInternalRow small = new GenericInternalRow(new Object[] {UTF8String.fromString("y")});
      for (int i = 1; i < RowBatch.MAX_ROWS; i++) {
        assertThat(batch.add(small)).isFalse();
      }
      assertThat(batch.add(small)).isTrue();
      batch.clear();
      GenericInternalRow wide = new GenericInternalRow(new Object[] {large});
      assertThat(batch.add(wide)).isFalse();
      assertThat(batch.add(wide)).isFalse();
      assertThat(batch.add(wide)).isFalse();
      assertThat(batch.add(wide)).isTrue();
      assertThat(batch.bytes()).isEqualTo(4 * ((1L << 20) + Integer.BYTES));
    }
  }

  @Test
  void memoryThatOneHugeRowTookIsGivenBack() {
    TableSchema table = TableSchema.of(Column.of("v", "binary"));
    StructType rows = new StructType().add("v", DataTypes.BinaryType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, Integer.MAX_VALUE)) {
      assertThat(batch.add(new GenericInternalRow(new Object[] {new byte[40 << 20]}))).isTrue();
      batch.load();
      batch.clear();
      assertThat(allocator.getAllocatedMemory()).isLessThan(1 << 20);
      batch.add(new GenericInternalRow(new Object[] {new byte[] {1, 2}}));
      assertThat((byte[]) batch.load().getVector("v").getObject(0)).containsExactly(1, 2);
    }
  }

  @Test
  void theRowNumberCountsOverBatches() {
    TableSchema table = TableSchema.of(Column.of("q", "tinyint"));
    StructType rows = new StructType().add("q", DataTypes.IntegerType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {-128}));
      batch.add(new GenericInternalRow(new Object[] {127}));
      assertThat(((TinyIntVector) batch.load().getVector(0)).get(0)).isEqualTo((byte) -128);
      batch.clear();
      assertThatThrownBy(() -> batch.add(new GenericInternalRow(new Object[] {128})))
          .hasMessage(
              "Row 3 of the task: Column q (tinyint): 128 does not fit, the range is -128 to 127");
    }
  }

  @Test
  void nullInANotNullColumnIsRefused() {
    TableSchema table = TableSchema.of(Column.of("id", "bigint").notNull());
    StructType rows = new StructType().add("id", DataTypes.LongType);
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      assertThatThrownBy(() -> batch.add(new GenericInternalRow(new Object[] {null})))
          .hasMessageContaining("Row 1 of the task: Column id: NULL")
          .hasMessageContaining("NOT NULL");
    }
  }

  @Test
  void textLongerThanItsColumnIsRefusedByCharactersNotBytes() {
    DataType text = DataTypes.StringType;
    assertThat(written("varchar(3)", text, UTF8String.fromString("中文字"))).hasToString("中文字");
    assertRefused("varchar(3)", text, UTF8String.fromString("中文字x"), "it has 4 characters");
    assertRefused("char(1)", text, UTF8String.fromString("ab"), "\"ab\" is too long");
    assertRefused(
        "string",
        text,
        UTF8String.fromString("x".repeat(MAX_FIELD + 1)),
        "longer than the service");
  }

  @Test
  void decimalsKeepEveryDigitOrAreRefused() {
    DataType small = DataTypes.createDecimalType(10, 2);
    DataType large = DataTypes.createDecimalType(38, 10);
    assertThat(decimal("decimal(10,2)", small, "-0.01")).isEqualTo("-0.01");
    assertThat(decimal("decimal(10,2)", small, "0.00")).isEqualTo("0.00");
    DataType fraction = DataTypes.createDecimalType(18, 18);
    assertThat(decimal("decimal(18,18)", fraction, "0.000000000000000001"))
        .isEqualTo("0.000000000000000001");
    DataType longest = DataTypes.createDecimalType(38, 0);
    assertThat(decimal("decimal(38,0)", longest, "-" + "9".repeat(38)))
        .isEqualTo("-" + "9".repeat(38));
    assertThat(decimal("decimal(20,4)", small, "12345678.90")).isEqualTo("12345678.9000");
    assertThat(decimal("decimal(10,2)", large, "0.2500000000")).isEqualTo("0.25");
    assertThat(decimal("decimal(38,18)", large, "99999999999999999999.9999999999"))
        .isEqualTo("99999999999999999999.999999999900000000");
    assertRefused("decimal(5,2)", small, value(small, "1000.00"), "more than 3 digits before");
    assertRefused("decimal(5,2)", small, value(small, "-1000.00"), "more than 3 digits before");
    assertThat(decimal("decimal(5,2)", small, "-999.99")).isEqualTo("-999.99");
    assertRefused("decimal(10,1)", small, value(small, "0.25"), "more than 1 digits behind");
    assertRefused(
        "decimal(38,18)", large, value(large, "123456789012345678901.0"), "20 digits before");
    assertThat(written("decimal(6,2)", DataTypes.IntegerType, 1234)).hasToString("1234.00");
    assertRefused("decimal(6,2)", DataTypes.IntegerType, 12345, "more than 4 digits before");
  }

  @Test
  void integersWidenFreelyAndNarrowOnlyWhereTheyFit() {
    assertThat(written("bigint", DataTypes.ByteType, (byte) -5)).isEqualTo(-5L);
    assertThat(written("smallint", DataTypes.LongType, 300L)).isEqualTo((short) 300);
    assertRefused("int", DataTypes.LongType, 1L << 31, "does not fit");
    assertThat(written("double", DataTypes.IntegerType, 3)).isEqualTo(3.0);
    assertThat(written("double", DataTypes.FloatType, 0.5f)).isEqualTo(0.5);
    assertThat(written("float", DataTypes.ShortType, (short) 7)).isEqualTo(7f);
  }

  @Test
  void timesOutsideOfWhatTheWireCarriesAreRefused() {
    DataType instant = DataTypes.TimestampType;
    assertThat(written("timestamp", instant, micros("1677-09-22T00:00:00Z"))).isNotNull();
    assertRefused("timestamp", instant, micros("1677-09-20T00:00:00Z"), "1677-09-20T00:00:00Z");
    assertRefused("timestamp", instant, micros("2262-04-12T00:00:00Z"), "2262-04-11");
    assertRefused(
        "timestamp_ntz",
        DataTypes.TimestampNTZType,
        micros("2262-04-12T00:00:00Z"),
        "2262-04-12T00:00 cannot be carried");
    assertRefused(
        "datetime", instant, micros("2026-01-01T00:00:00.000001Z"), "finer than a millisecond");
    assertThat(written("datetime", instant, micros("0001-01-01T00:00:00.001Z"))).isNotNull();
    int day = (int) LocalDate.of(10000, 1, 1).toEpochDay();
    assertRefused("date", DataTypes.DateType, day, "+10000-01-01 is not a date between");
  }

  @Test
  void intervalsAreCarried() {
    assertThat(written("interval_year_month", DataTypes.createYearMonthIntervalType(), -14))
        .hasToString("P-14M");
    TableSchema table = TableSchema.of(Column.of("v", "interval_day_time"));
    StructType rows = new StructType().add("v", DataTypes.createDayTimeIntervalType());
    try (RowBatch batch = new RowBatch(table, rows, allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {-86_400_000_000L - 5_000}));
      IntervalDayVector vector = (IntervalDayVector) batch.load().getVector(0);
      assertThat(vector.getObject(0)).hasToString("PT-24H-0.005S");
    }
    assertRefused(
        "interval_day_time", DataTypes.createDayTimeIntervalType(), 1L, "finer than a millisecond");
  }

  @ParameterizedTest
  @CsvSource({
    "int, string, cast it to int",
    "float, double, cast it to float",
    "bigint, double, cast it to bigint",
    "float, int, cast it to float",
    "double, bigint, cast it to double",
    "datetime, timestamp_ntz, cast it to timestamp",
    "timestamp_ntz, timestamp, cast it to timestamp_ntz",
    "string, int, cast it to string",
    "binary, string, cast it to binary",
    "string, interval, cast it to string",
    "'decimal(5,2)', double, 'cast it to decimal(5,2)'",
    "array<int>, 'array<string>', Column v.element",
    "'map<string,int>', 'map<string,boolean>', Column v.value",
    "'struct<a:int>', 'struct<a:boolean>', Column v.a",
    "'struct<a:int>', 'struct<a:int,b:int>', has fields that"
  })
  void typesThatWouldChangeValuesAreRefusedBeforeAnyRow(
      String column, String spark, String message) {
    TableSchema table = TableSchema.of(Column.of("v", column));
    StructType rows = new StructType().add("v", DataType.fromDDL(spark));
    assertThatThrownBy(() -> new RowBatch(table, rows, allocator, MAX_FIELD).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Column v")
        .hasMessageContaining(message);
  }

  @Test
  void columnsThatDoNotMatchAreNamed() {
    TableSchema table =
        new TableSchema(
            List.of(Column.of("a", "bigint").notNull(), Column.of("b", "string")),
            List.of(Column.of("ds", "string")));
    assertThatThrownBy(() -> match(table, "b string, c int"))
        .hasMessage(
            "Column c of the DataFrame is not a column of the table; drop or rename it; the table"
                + " has a, b");
    assertThatThrownBy(() -> match(table, "a bigint, ds string"))
        .hasMessageContaining("Column ds is a partition column");
    assertThatThrownBy(() -> match(table, "b string"))
        .hasMessage("The DataFrame lacks a, which the table has as NOT NULL");
    assertThatThrownBy(() -> match(table, "a bigint, A bigint"))
        .hasMessageContaining("The DataFrame has the columns a and A");
  }

  private static int[] match(TableSchema table, String ddl) {
    return ColumnMatch.ordinals(table, StructType.fromDDL(ddl));
  }

  private static long micros(String instant) {
    Instant value = Instant.parse(instant);
    return value.getEpochSecond() * 1_000_000 + value.getNano() / 1_000;
  }

  private static Decimal value(DataType type, String text) {
    org.apache.spark.sql.types.DecimalType decimal = (org.apache.spark.sql.types.DecimalType) type;
    return Decimal.apply(new BigDecimal(text), decimal.precision(), decimal.scale());
  }

  private String decimal(String column, DataType spark, String text) {
    TableSchema table = TableSchema.of(Column.of("v", column));
    try (RowBatch batch =
        new RowBatch(table, new StructType().add("v", spark), allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {value(spark, text)}));
      return ((DecimalVector) batch.load().getVector(0)).getObject(0).toPlainString();
    }
  }

  private Object written(String column, DataType spark, Object value) {
    TableSchema table = TableSchema.of(Column.of("v", column));
    try (RowBatch batch =
        new RowBatch(table, new StructType().add("v", spark), allocator, MAX_FIELD)) {
      batch.add(new GenericInternalRow(new Object[] {value}));
      Object read = batch.load().getVector(0).getObject(0);
      assertThat(read).isNotNull();
      return read;
    }
  }

  private void assertRefused(String column, DataType spark, Object value, String message) {
    assertThatThrownBy(() -> written(column, spark, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Row 1 of the task: Column v (" + column + "): ")
        .hasMessageContaining(message);
  }
}
