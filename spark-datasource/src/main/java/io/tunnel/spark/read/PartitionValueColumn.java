package io.tunnel.spark.read;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.spark.type.SparkTypes;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** A partition column: the one value of the partition for every row. Bodies never carry it. */
final class PartitionValueColumn extends TypedColumn {
  private final long number;
  private final UTF8String text;

  private PartitionValueColumn(DataType type, long number, String text) {
    super(type);
    this.number = number;
    this.text = UTF8String.fromString(text);
  }

  /**
   * @throws IllegalArgumentException if the text of the partition spec is not a value of the type
   */
  static PartitionValueColumn of(Column column, String value) {
    return new PartitionValueColumn(SparkTypes.of(column.type()), number(column, value), value);
  }

  private static long number(Column column, String value) {
    if (!(column.type() instanceof PrimitiveType type)) {
      return 0;
    }
    try {
      return switch (type) {
        case TINYINT -> Byte.parseByte(value);
        case SMALLINT -> Short.parseShort(value);
        case INT -> Integer.parseInt(value);
        case BIGINT -> Long.parseLong(value);
        case DATE -> LocalDate.parse(value).toEpochDay();
        case STRING -> 0;
        default ->
            throw new IllegalArgumentException(
                "Partition column "
                    + column.name()
                    + " has the type "
                    + type
                    + ", which cannot be read");
      };
    } catch (NumberFormatException | DateTimeParseException e) {
      throw new IllegalArgumentException(
          "Partition column " + column.name() + ": \"" + value + "\" is not of type " + type, e);
    }
  }

  @Override
  public boolean hasNull() {
    return false;
  }

  @Override
  public int numNulls() {
    return 0;
  }

  @Override
  public boolean isNullAt(int row) {
    return false;
  }

  @Override
  public byte getByte(int row) {
    return (byte) number;
  }

  @Override
  public short getShort(int row) {
    return (short) number;
  }

  @Override
  public int getInt(int row) {
    return (int) number;
  }

  @Override
  public long getLong(int row) {
    return number;
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return text;
  }
}
