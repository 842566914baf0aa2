package io.tunnel.spark.write;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.spark.type.SparkTypes;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Tells the partition of a row from the row's own columns. */
final class PartitionValues {
  private final List<Column> columns;
  private final int[] ordinals;
  private final DataType[] types;

  /**
   * @param columns the partition columns, at least one
   * @param ordinals where they are in the rows
   * @throws IllegalArgumentException if the type of one does not fit; the message names it
   */
  PartitionValues(List<Column> columns, int[] ordinals, StructType rows) {
    this.columns = columns;
    this.ordinals = ordinals;
    types = new DataType[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      types[i] = rows.fields()[ordinals[i]].dataType();
      requireFits(columns.get(i), types[i]);
    }
  }

  private static void requireFits(Column column, DataType from) {
    MaxComputeType to = column.type();
    boolean fits;
    if (to == PrimitiveType.STRING || to instanceof VarcharType || to instanceof CharType) {
      fits = from instanceof StringType;
    } else if (to == PrimitiveType.DATE) {
      fits = from instanceof DateType;
    } else {
      fits =
          from instanceof ByteType
              || from instanceof ShortType
              || from instanceof IntegerType
              || from instanceof LongType;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Partition column "
              + column.name()
              + ": Spark type "
              + from.catalogString()
              + " cannot be written as "
              + to
              + "; cast it to "
              + SparkTypes.of(to).catalogString());
    }
  }

  /**
   * The partition of a row.
   *
   * @throws IllegalArgumentException if a value is NULL or cannot name a partition
   */
  PartitionSpec of(InternalRow row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < ordinals.length; i++) {
      Column column = columns.get(i);
      if (row.isNullAt(ordinals[i])) {
        throw new IllegalArgumentException(
            "Partition column "
                + column.name()
                + ": NULL names no partition; filter such rows or give them a value");
      }
      values.put(column.name(), text(row, ordinals[i], types[i]));
    }
    return new PartitionSpec(values);
  }

  private static String text(InternalRow row, int ordinal, DataType type) {
    if (type instanceof StringType) {
      return row.getUTF8String(ordinal).toString();
    }
    if (type instanceof DateType) {
      return LocalDate.ofEpochDay(row.getInt(ordinal)).toString();
    }
    if (type instanceof ByteType) {
      return Byte.toString(row.getByte(ordinal));
    }
    if (type instanceof ShortType) {
      return Short.toString(row.getShort(ordinal));
    }
    return type instanceof IntegerType
        ? Integer.toString(row.getInt(ordinal))
        : Long.toString(row.getLong(ordinal));
  }
}
