package io.tunnel.server.store;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Values as the text of a result. */
public final class ValueText {
  private ValueText() {}

  /** Whether the text of a value needs no quotes. */
  public static boolean isNumber(MaxComputeType type) {
    return type instanceof DecimalType
        || type instanceof PrimitiveType primitive
            && switch (primitive) {
              case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, BOOLEAN -> true;
              default -> false;
            };
  }

  /** The text of a value, which is not NULL. */
  public static String of(MaxComputeType type, ValueVector vector, int index) {
    StringBuilder text = new StringBuilder();
    append(text, type, vector, index);
    return text.toString();
  }

  private static void append(
      StringBuilder text, MaxComputeType type, ValueVector vector, int index) {
    if (type instanceof ArrayType array) {
      ListVector list = (ListVector) vector;
      text.append('[');
      for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
        text.append(i > list.getElementStartIndex(index) ? ", " : "");
        element(text, array.element(), list.getDataVector(), i);
      }
      text.append(']');
    } else if (type instanceof MapType map) {
      ListVector list = (ListVector) vector;
      StructVector entries = (StructVector) list.getDataVector();
      text.append('{');
      for (int i = list.getElementStartIndex(index); i < list.getElementEndIndex(index); i++) {
        text.append(i > list.getElementStartIndex(index) ? ", " : "");
        element(text, map.key(), entries.getVectorById(0), i);
        text.append(':');
        element(text, map.value(), entries.getVectorById(1), i);
      }
      text.append('}');
    } else if (type instanceof StructType struct) {
      text.append('{');
      for (int i = 0; i < struct.fields().size(); i++) {
        StructType.Field field = struct.fields().get(i);
        text.append(i > 0 ? ", " : "").append(field.name()).append(':');
        element(text, field.type(), ((StructVector) vector).getVectorById(i), index);
      }
      text.append('}');
    } else {
      text.append(scalar(type, vector, index));
    }
  }

  private static void element(
      StringBuilder text, MaxComputeType type, ValueVector vector, int index) {
    if (vector.isNull(index)) {
      text.append("null");
    } else {
      append(text, type, vector, index);
    }
  }

  private static String scalar(MaxComputeType type, ValueVector vector, int index) {
    if (type == PrimitiveType.BINARY) {
      return new String(((BaseVariableWidthVector) vector).get(index), StandardCharsets.UTF_8);
    }
    if (type == PrimitiveType.INTERVAL_YEAR_MONTH) {
      int months = ((IntervalYearVector) vector).get(index);
      return (months < 0 ? "-" : "") + Math.abs(months / 12) + "-" + Math.abs(months % 12);
    }
    if (type == PrimitiveType.INTERVAL_DAY_TIME) {
      return BigDecimal.valueOf(ColumnCopy.nanosAt(vector, index), 9)
          .stripTrailingZeros()
          .toPlainString();
    }
    return LeafText.write(type, vector, index);
  }
}
