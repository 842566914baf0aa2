package io.tunnel.spark.bucket;

import io.tunnel.protocol.pack.BucketHash;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Hashes the values of one key column in Spark's form as the service hashes them. */
@FunctionalInterface
interface KeyHash {
  long MICROS_PER_MILLI = 1_000;
  long MICROS_PER_SECOND = 1_000_000;
  int NANOS_PER_MICRO = 1_000;

  /** The hash of a value that is not NULL. */
  int of(SpecializedGetters row, int ordinal);

  /**
   * The hash for a column to which values of a Spark type are written, with the hasher that
   * sessions name {@code default}; null if there is none.
   */
  static @Nullable KeyHash of(MaxComputeType column, DataType from) {
    BucketHash hash = BucketHash.DEFAULT;
    if (column instanceof CharType || column instanceof VarcharType) {
      return from instanceof StringType ? text(hash) : null;
    }
    if (column instanceof DecimalType decimal) {
      return from instanceof org.apache.spark.sql.types.DecimalType type
          ? (row, i) ->
              hash.ofDecimal(
                  row.getDecimal(i, type.precision(), type.scale()).toJavaBigDecimal(), decimal)
          : null;
    }
    if (!(column instanceof PrimitiveType primitive)) {
      return null;
    }
    return switch (primitive) {
      case TINYINT, SMALLINT, INT, BIGINT -> integer(hash, from);
      case FLOAT ->
          from instanceof FloatType
              ? (row, i) -> hash.ofFloatBits(Float.floatToRawIntBits(row.getFloat(i)))
              : null;
      case DOUBLE ->
          from instanceof DoubleType
              ? (row, i) -> hash.ofDoubleBits(Double.doubleToRawLongBits(row.getDouble(i)))
              : null;
      case BOOLEAN ->
          from instanceof BooleanType ? (row, i) -> hash.ofBoolean(row.getBoolean(i)) : null;
      case STRING -> from instanceof StringType ? text(hash) : null;
      case BINARY -> from instanceof BinaryType ? binary(hash) : null;
      case DATE -> from instanceof DateType ? (row, i) -> hash.ofDate(row.getInt(i)) : null;
      case DATETIME ->
          from instanceof TimestampType
              ? (row, i) -> hash.of64(Math.floorDiv(row.getLong(i), MICROS_PER_MILLI))
              : null;
      case TIMESTAMP -> from instanceof TimestampType ? seconds(hash) : null;
      case TIMESTAMP_NTZ -> from instanceof TimestampNTZType ? seconds(hash) : null;
      case JSON, INTERVAL_YEAR_MONTH, INTERVAL_DAY_TIME -> null;
    };
  }

  private static @Nullable KeyHash integer(BucketHash hash, DataType from) {
    if (from instanceof ByteType) {
      return (row, i) -> hash.of64(row.getByte(i));
    }
    if (from instanceof ShortType) {
      return (row, i) -> hash.of64(row.getShort(i));
    }
    if (from instanceof IntegerType) {
      return (row, i) -> hash.of64(row.getInt(i));
    }
    return from instanceof LongType ? (row, i) -> hash.of64(row.getLong(i)) : null;
  }

  private static KeyHash seconds(BucketHash hash) {
    return (row, i) -> {
      long micros = row.getLong(i);
      return hash.ofSeconds(
          Math.floorDiv(micros, MICROS_PER_SECOND),
          (int) Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO);
    };
  }

  private static KeyHash binary(BucketHash hash) {
    return (row, i) -> {
      byte[] bytes = row.getBinary(i);
      return hash.ofBinary(bytes, 0, bytes.length);
    };
  }

  private static KeyHash text(BucketHash hash) {
    return (row, i) -> {
      UTF8String text = row.getUTF8String(i);
      if (text.getBaseObject() instanceof byte[] bytes) {
        int offset = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
        return hash.ofText(bytes, offset, text.numBytes());
      }
      byte[] copy = text.getBytes();
      return hash.ofText(copy, 0, copy.length);
    };
  }
}
