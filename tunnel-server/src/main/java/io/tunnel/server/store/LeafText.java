package io.tunnel.server.store;

import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.StructVector;

/** Scalars inside nested values as the text that DuckDB's casts read and write. */
final class LeafText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final String INFINITY = "infinity";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private LeafText() {}

  /** The text of a value, which is not NULL. */
  static String write(MaxComputeType type, ValueVector vector, int index) {
    if (type instanceof PrimitiveType primitive) {
      return switch (primitive) {
        case TINYINT -> Byte.toString(((TinyIntVector) vector).get(index));
        case SMALLINT -> Short.toString(((SmallIntVector) vector).get(index));
        case INT -> Integer.toString(((IntVector) vector).get(index));
        case BIGINT -> Long.toString(((BigIntVector) vector).get(index));
        case FLOAT -> Float.toString(((Float4Vector) vector).get(index));
        case DOUBLE -> Double.toString(((Float8Vector) vector).get(index));
        case BOOLEAN -> ((BitVector) vector).get(index) != 0 ? "true" : "false";
        case STRING, JSON -> string(vector, index);
        case BINARY -> escaped(((BaseVariableWidthVector) vector), index);
        case DATE -> LocalDate.ofEpochDay(((DateDayVector) vector).get(index)).toString();
        case DATETIME -> {
          long millis = ((DateMilliVector) vector).get(index);
          yield time(Math.floorDiv(millis, 1000L), Math.floorMod(millis, 1000L) * 1_000_000L);
        }
        case TIMESTAMP, TIMESTAMP_NTZ -> {
          long nanos = ColumnCopy.nanosAt(vector, index);
          // The outermost numbers are infinities to DuckDB.
          yield Math.abs(nanos) == Long.MAX_VALUE
              ? (nanos > 0 ? INFINITY : "-" + INFINITY)
              : time(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
        }
        case INTERVAL_YEAR_MONTH -> Integer.toString(((IntervalYearVector) vector).get(index));
        case INTERVAL_DAY_TIME -> Long.toString(ColumnCopy.nanosAt(vector, index));
      };
    }
    if (type instanceof DecimalType) {
      return ((DecimalVector) vector).getObject(index).toPlainString();
    }
    return string(vector, index);
  }

  private static String string(ValueVector vector, int index) {
    return new String(((BaseVariableWidthVector) vector).get(index), StandardCharsets.UTF_8);
  }

  private static String escaped(BaseVariableWidthVector vector, int index) {
    byte[] bytes = vector.get(index);
    StringBuilder text = new StringBuilder(4 * bytes.length);
    for (byte b : bytes) {
      text.append("\\x").append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
    }
    return text.toString();
  }

  private static String time(long seconds, long nanos) {
    return TIME.format(LocalDateTime.ofEpochSecond(seconds, (int) nanos, ZoneOffset.UTC));
  }

  /** Sets a value from its text. */
  static void read(MaxComputeType type, String text, FieldVector vector, int index) {
    if (type instanceof PrimitiveType primitive) {
      switch (primitive) {
        case TINYINT -> ((TinyIntVector) vector).setSafe(index, Byte.parseByte(text));
        case SMALLINT -> ((SmallIntVector) vector).setSafe(index, Short.parseShort(text));
        case INT -> ((IntVector) vector).setSafe(index, Integer.parseInt(text));
        case BIGINT -> ((BigIntVector) vector).setSafe(index, Long.parseLong(text));
        case FLOAT -> ((Float4Vector) vector).setSafe(index, (float) number(text, true));
        case DOUBLE -> ((Float8Vector) vector).setSafe(index, number(text, false));
        case BOOLEAN -> ((BitVector) vector).setSafe(index, text.equals("true") ? 1 : 0);
        case STRING, JSON -> setBytes(vector, index, text.getBytes(StandardCharsets.UTF_8));
        case BINARY -> setBytes(vector, index, unescaped(text));
        case DATE ->
            ((DateDayVector) vector).setSafe(index, (int) LocalDate.parse(text).toEpochDay());
        case DATETIME -> {
          LocalDateTime time = LocalDateTime.parse(text, TIME);
          ((DateMilliVector) vector)
              .setSafe(
                  index, time.toEpochSecond(ZoneOffset.UTC) * 1000 + time.getNano() / 1_000_000);
        }
        case TIMESTAMP, TIMESTAMP_NTZ -> {
          if (text.endsWith(INFINITY)) {
            setNanos(vector, index, text.equals(INFINITY) ? Long.MAX_VALUE : -Long.MAX_VALUE);
          } else {
            LocalDateTime time = LocalDateTime.parse(text, TIME);
            setTimestamp(vector, index, time.toEpochSecond(ZoneOffset.UTC), time.getNano());
          }
        }
        case INTERVAL_YEAR_MONTH ->
            ((IntervalYearVector) vector).setSafe(index, Integer.parseInt(text));
        case INTERVAL_DAY_TIME -> setDayTime(vector, index, Long.parseLong(text));
      }
    } else if (type instanceof DecimalType decimal) {
      ((DecimalVector) vector).setSafe(index, new BigDecimal(text).setScale(decimal.scale()));
    } else {
      setBytes(vector, index, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** DuckDB writes nan, inf and -inf. */
  private static double number(String text, boolean single) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "nan", "-nan" -> Double.NaN;
      case "inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      default -> single ? Float.parseFloat(text) : Double.parseDouble(text);
    };
  }

  private static byte[] unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\\') {
        bytes.write(Integer.parseInt(text, i + 2, i + 4, 16));
        i += 4;
      } else {
        bytes.write(c);
        i++;
      }
    }
    return bytes.toByteArray();
  }

  private static void setBytes(FieldVector vector, int index, byte[] bytes) {
    ((BaseVariableWidthVector) vector).setSafe(index, bytes);
  }

  /** Sets a TIMESTAMP or TIMESTAMP_NTZ in either form. */
  static void setNanos(FieldVector vector, int index, long nanos) {
    if (vector instanceof TimeStampNanoVector wire) {
      wire.setSafe(index, nanos);
    } else {
      setTimestamp(
          vector,
          index,
          Math.floorDiv(nanos, 1_000_000_000L),
          (int) Math.floorMod(nanos, 1_000_000_000L));
    }
  }

  private static void setTimestamp(FieldVector vector, int index, long seconds, int nanos) {
    if (vector instanceof StructVector struct) {
      struct.setIndexDefined(index);
      ((BigIntVector) struct.getVectorById(0)).setSafe(index, seconds);
      ((IntVector) struct.getVectorById(1)).setSafe(index, nanos);
    } else {
      // The floor of the seconds times 10^9 may leave 64 bits where the sum does not.
      ((TimeStampNanoVector) vector).setSafe(index, seconds * 1_000_000_000L + nanos);
    }
  }

  /** Sets an interval; the sign of both parts is that of the whole. */
  static void setDayTime(FieldVector vector, int index, long nanos) {
    if (vector instanceof StructVector struct) {
      struct.setIndexDefined(index);
      ((BigIntVector) struct.getVectorById(0)).setSafe(index, nanos / 1_000_000_000L);
      ((IntVector) struct.getVectorById(1)).setSafe(index, (int) (nanos % 1_000_000_000L));
    } else {
      ((IntervalDayVector) vector)
          .setSafe(
              index,
              (int) (nanos / ColumnCopy.NANOS_PER_DAY),
              (int) (nanos % ColumnCopy.NANOS_PER_DAY / 1_000_000L));
    }
  }
}
