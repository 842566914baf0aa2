package io.tunnel.spark.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.Column;
import io.tunnel.spark.Serializer;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.Murmur3HashFunction;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BucketFunctionTest {
  /** Hashes of the specification's table (upsert, section 4.5). */
  private static final int OF_1 = 357654460;

  private static final int OF_HELLO = -1259046373;

  private static int hash(String column, DataType type, Object value) {
    KeyHash hash = KeyHash.of(Column.of("k", column).type(), type);
    assertThat(hash).isNotNull();
    return hash.of(new GenericInternalRow(new Object[] {value}), 0);
  }

  @Test
  void valuesAreHashedAsTheServiceHashesThem() {
    assertThat(hash("bigint", DataTypes.LongType, 1L)).isEqualTo(OF_1);
    assertThat(hash("bigint", DataTypes.ByteType, (byte) 1)).isEqualTo(OF_1);
    assertThat(hash("int", DataTypes.ShortType, (short) 1)).isEqualTo(OF_1);
    assertThat(hash("tinyint", DataTypes.IntegerType, 1)).isEqualTo(OF_1);
    assertThat(hash("bigint", DataTypes.LongType, -1L)).isEqualTo(357653185);
    assertThat(hash("bigint", DataTypes.LongType, Long.MAX_VALUE)).isEqualTo(-1977349188);
    assertThat(hash("string", DataTypes.StringType, UTF8String.fromString("1")))
        .isEqualTo(-2140438327);
    assertThat(hash("varchar(9)", DataTypes.StringType, UTF8String.fromString("hello")))
        .isEqualTo(OF_HELLO);
    assertThat(
            hash(
                "char(9)",
                DataTypes.StringType,
                UTF8String.fromString("say hello").substring(4, 9)))
        .isEqualTo(OF_HELLO);
    assertThat(hash("string", DataTypes.StringType, UTF8String.fromString("阿里巴巴云计算")))
        .isEqualTo(1623550194);
    assertThat(hash("float", DataTypes.FloatType, 1.99f)).isEqualTo(-567953753);
    assertThat(hash("date", DataTypes.DateType, (int) LocalDate.of(2022, 12, 5).toEpochDay()))
        .isEqualTo(903574500);
    assertThat(decimal("decimal(18,2)", "12.34", 4, 2)).isEqualTo(-904458774);
    assertThat(decimal("decimal(38,18)", "6.4", 3, 1)).isEqualTo(-1846789132);
  }

  private static int decimal(String column, String value, int precision, int scale) {
    return hash(
        column,
        DataTypes.createDecimalType(precision, scale),
        Decimal.apply(new BigDecimal(value), precision, scale));
  }

  @Test
  void timesAreHashedInTheUnitOfTheirColumn() {
    // Milliseconds, and seconds with nanoseconds behind them in 30 bits, both below 1970.
    assertThat(hash("datetime", DataTypes.TimestampType, -1L))
        .isEqualTo(hash("bigint", DataTypes.LongType, -1L));
    assertThat(hash("timestamp", DataTypes.TimestampType, -1L))
        .isEqualTo(hash("bigint", DataTypes.LongType, -1L << 30 | 999_999_000));
    assertThat(hash("timestamp_ntz", DataTypes.TimestampNTZType, 2_000_001L))
        .isEqualTo(hash("bigint", DataTypes.LongType, 2L << 30 | 1_000));
  }

  @Test
  void aPairOfTypesThatIsNotHashedIsTold() {
    List<Column> key = List.of(Column.of("k", "bigint"));
    assertThat(BucketFunction.isDefinedFor(key, List.of(DataTypes.LongType))).isTrue();
    assertThat(BucketFunction.isDefinedFor(key, List.of(DataTypes.DoubleType))).isFalse();
    BucketFunction function = BucketFunction.named(BucketFunction.name(4, 2, key));
    assertThatThrownBy(() -> function.bind(StructType.fromDDL("a DOUBLE")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> function.bind(StructType.fromDDL("a BIGINT, b BIGINT")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(BucketFunction.named("bucket")).isNull();
    assertThat(BucketFunction.named("tunnel_bucket[")).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void theFunctionTellsTheTaskOfTheBucketOnEveryExecutor(Serializer serializer) {
    List<Column> key = List.of(Column.of("a", "bigint"), Column.of("b", "string"));
    StructType types = StructType.fromDDL("a BIGINT, b STRING");
    ScalarFunction<?> here =
        (ScalarFunction<?>) BucketFunction.named(BucketFunction.name(16, 4, key)).bind(types);
    int sum = OF_1 + OF_HELLO;
    int bucket = (sum ^ sum >> 8) % 16;
    GenericInternalRow row =
        new GenericInternalRow(new Object[] {1L, UTF8String.fromString("hello")});
    assertThat(task(here.produceResult(row), 4)).isEqualTo(bucket % 4);
    ScalarFunction<?> there = serializer.roundTrip(here, ScalarFunction.class, 8_000);
    assertThat(there.produceResult(row)).isEqualTo(here.produceResult(row));
    assertThat(here.produceResult(new GenericInternalRow(new Object[] {null, null})))
        .as("a NULL is refused by the writer, not here")
        .isEqualTo(BucketFunction.numbers(16, 4)[0]);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "16,16", "16,5", "4096,200"})
  void tasksGetAsManyBuckets(int buckets, int tasks) {
    Integer[] numbers = BucketFunction.numbers(buckets, tasks);
    assertThat(numbers).hasSize(buckets);
    int[] bucketsOfTask = new int[tasks];
    for (Integer number : numbers) {
      bucketsOfTask[task(number, tasks)]++;
    }
    for (int count : bucketsOfTask) {
      assertThat(count).isBetween(buckets / tasks, (buckets + tasks - 1) / tasks);
    }
  }

  /** The task to which Spark sends a row whose only hashed column has this value. */
  private static int task(Object number, int tasks) {
    return (int)
        Math.floorMod((int) Murmur3HashFunction.hash(number, DataTypes.IntegerType, 42L), tasks);
  }
}
