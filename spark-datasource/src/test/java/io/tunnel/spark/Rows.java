package io.tunnel.spark;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Spark's internal rows as plain Java values that AssertJ can compare. */
public final class Rows {
  private Rows() {}

  public static List<Object> values(SpecializedGetters row, StructType schema) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < schema.length(); i++) {
      values.add(value(row, i, schema.fields()[i].dataType()));
    }
    return values;
  }

  private static Object value(SpecializedGetters row, int ordinal, DataType type) {
    if (row.isNullAt(ordinal)) {
      return null;
    }
    if (type instanceof StructType struct) {
      return values(row.getStruct(ordinal, struct.length()), struct);
    }
    if (type instanceof ArrayType array) {
      return elements(row.getArray(ordinal), array.elementType());
    }
    if (type instanceof MapType map) {
      MapData data = row.getMap(ordinal);
      List<Object> keys = elements(data.keyArray(), map.keyType());
      List<Object> mapped = elements(data.valueArray(), map.valueType());
      Map<Object, Object> result = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        result.put(keys.get(i), mapped.get(i));
      }
      return result;
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal value =
          row.getDecimal(ordinal, decimal.precision(), decimal.scale()).toJavaBigDecimal();
      return value.setScale(decimal.scale());
    }
    if (type instanceof StringType) {
      return row.getUTF8String(ordinal).toString();
    }
    if (type instanceof BinaryType) {
      return HexFormat.of().formatHex(row.getBinary(ordinal));
    }
    return row.get(ordinal, type);
  }

  private static List<Object> elements(ArrayData array, DataType type) {
    List<Object> result = new ArrayList<>();
    for (int i = 0; i < array.numElements(); i++) {
      result.add(value(array, i, type));
    }
    return result;
  }
}
