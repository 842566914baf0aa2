package io.tunnel.spark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** Random values of any type, edges and NULL among them. */
public final class RandomRows {
  private static final String[] TEXTS = {"", "a", "naïve", "中文", "𝄞 clef", "x".repeat(300)};

  private final Random random;
  private final int nullsOfTen;

  public RandomRows(long seed, int nullsOfTen) {
    random = new Random(seed);
    this.nullsOfTen = nullsOfTen;
  }

  public InternalRow row(StructType schema) {
    Object[] values = new Object[schema.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(10) < nullsOfTen ? null : value(schema.fields()[i].dataType());
    }
    return new GenericInternalRow(values);
  }

  private Object value(DataType type) {
    if (type instanceof StructType struct) {
      return row(struct);
    }
    if (type instanceof ArrayType array) {
      return array(array.elementType(), random.nextInt(4), true);
    }
    if (type instanceof MapType map) {
      int size = random.nextInt(3);
      GenericArrayData keys = array(map.keyType(), size, false);
      return new ArrayBasedMapData(keys, array(map.valueType(), size, true));
    }
    if (type instanceof DecimalType decimal) {
      BigInteger unscaled = new BigInteger(1 + random.nextInt(126), random);
      BigInteger bounded = unscaled.mod(BigInteger.TEN.pow(decimal.precision()));
      BigInteger signed = random.nextBoolean() ? bounded : bounded.negate();
      return Decimal.apply(
          new BigDecimal(signed, decimal.scale()), decimal.precision(), decimal.scale());
    }
    return switch (type.typeName()) {
      case "boolean" -> random.nextBoolean();
      case "byte" -> (byte) random.nextInt();
      case "short" -> (short) random.nextInt();
      case "integer" -> random.nextInt(5) == 0 ? Integer.MIN_VALUE : random.nextInt();
      case "long" -> random.nextInt(5) == 0 ? Long.MIN_VALUE : random.nextLong();
      case "float" -> random.nextInt(5) == 0 ? Float.NaN : random.nextFloat();
      case "double" -> random.nextInt(5) == 0 ? -0.0 : random.nextGaussian();
      case "string" -> UTF8String.fromString(TEXTS[random.nextInt(TEXTS.length)]);
      case "binary" -> bytes();
      case "date" -> random.nextInt(3_652_058) - 719_162;
      case "timestamp", "timestamp_ntz" -> random.nextLong() / 1_000 / 1_000 * 1_000;
      default -> throw new IllegalArgumentException(type.typeName());
    };
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private GenericArrayData array(DataType type, int size, boolean nullable) {
    Object[] values = new Object[size];
    for (int i = 0; i < size; i++) {
      values[i] = nullable && random.nextInt(10) < nullsOfTen ? null : value(type);
    }
    return new GenericArrayData(values);
  }
}
