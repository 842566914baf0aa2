package io.tunnel.it.driven;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/**
 * Puts neutral values into Arrow vectors of the regular tunnel and takes them out again. It is
 * written for the tests alone and knows nothing of the project's codecs. Compiled once, it runs
 * with the Arrow of the official SDK and with ours.
 */
public final class ArrowCells {
  private static final long NANOS = 1_000_000_000L;
  private static final long DAY_MILLIS = 86_400_000L;

  private ArrowCells() {}

  /** The value of one row. */
  public static @Nullable Object read(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof MapVector map) {
      return readMap(map, row);
    }
    if (vector instanceof ListVector list) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
        elements.add(read(list.getDataVector(), i));
      }
      return elements;
    }
    if (vector instanceof StructVector struct) {
      List<@Nullable Object> fields = new ArrayList<>();
      for (FieldVector child : struct.getChildrenFromFields()) {
        fields.add(read(child, row));
      }
      return fields;
    }
    return readText(vector, row);
  }

  private static List<@Nullable Object> readMap(MapVector map, int row) {
    StructVector entries = (StructVector) map.getDataVector();
    List<FieldVector> children = entries.getChildrenFromFields();
    List<List<@Nullable Object>> pairs = new ArrayList<>();
    for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
      List<@Nullable Object> pair = new ArrayList<>();
      pair.add(read(children.get(0), i));
      pair.add(read(children.get(1), i));
      pairs.add(pair);
    }
    return Cells.map(pairs);
  }

  private static String readText(FieldVector vector, int row) {
    if (vector instanceof VarCharVector text) {
      return new String(text.get(row), StandardCharsets.UTF_8);
    }
    if (vector instanceof VarBinaryVector binary) {
      return Cells.binary(binary.get(row));
    }
    if (vector instanceof DecimalVector decimal) {
      return Cells.decimal(decimal.getObject(row));
    }
    if (vector instanceof DateDayVector date) {
      return LocalDate.ofEpochDay(date.get(row)).toString();
    }
    if (vector instanceof DateMilliVector dateTime) {
      return Cells.dateTimeMillis(dateTime.get(row));
    }
    if (vector instanceof TimeStampNanoVector timestamp) {
      long nanos = timestamp.get(row);
      return Cells.dateTime(Math.floorDiv(nanos, NANOS), (int) Math.floorMod(nanos, NANOS));
    }
    if (vector instanceof IntervalYearVector months) {
      return String.valueOf(IntervalYearVector.getTotalMonths(months.getDataBuffer(), row));
    }
    if (vector instanceof IntervalDayVector interval) {
      long millis =
          IntervalDayVector.getDays(interval.getDataBuffer(), row) * DAY_MILLIS
              + IntervalDayVector.getMilliseconds(interval.getDataBuffer(), row);
      return Cells.interval(millis / 1000, (int) (millis % 1000) * 1_000_000);
    }
    if (vector instanceof BitVector bit) {
      return String.valueOf(bit.get(row) == 1);
    }
    // The rest are numbers, whose Java text is the neutral form.
    return String.valueOf(vector.getObject(row));
  }

  /** Sets the value of one row; rows are set in ascending order. */
  public static void write(FieldVector vector, int row, @Nullable Object cell) {
    if (cell == null) {
      vector.setNull(row);
    } else if (vector instanceof MapVector map) {
      writeMap(map, row, list(cell));
    } else if (vector instanceof ListVector list) {
      List<?> elements = list(cell);
      int start = list.startNewValue(row);
      for (int i = 0; i < elements.size(); i++) {
        write(list.getDataVector(), start + i, elements.get(i));
      }
      list.endValue(row, elements.size());
    } else if (vector instanceof StructVector struct) {
      struct.setIndexDefined(row);
      List<?> fields = list(cell);
      for (int i = 0; i < fields.size(); i++) {
        write(struct.getChildrenFromFields().get(i), row, fields.get(i));
      }
    } else {
      writeText(vector, row, (String) cell);
    }
  }

  private static void writeMap(MapVector map, int row, List<?> pairs) {
    StructVector entries = (StructVector) map.getDataVector();
    List<FieldVector> children = entries.getChildrenFromFields();
    int start = map.startNewValue(row);
    for (int i = 0; i < pairs.size(); i++) {
      List<?> pair = list(pairs.get(i));
      entries.setIndexDefined(start + i);
      write(children.get(0), start + i, pair.get(0));
      write(children.get(1), start + i, pair.get(1));
    }
    map.endValue(row, pairs.size());
  }

  private static void writeText(FieldVector vector, int row, String cell) {
    if (vector instanceof VarCharVector text) {
      text.setSafe(row, cell.getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof VarBinaryVector binary) {
      binary.setSafe(row, Cells.binary(cell));
    } else if (vector instanceof DecimalVector decimal) {
      decimal.setSafe(
          row, new BigDecimal(cell).setScale(decimal.getScale(), RoundingMode.UNNECESSARY));
    } else if (vector instanceof DateDayVector date) {
      date.setSafe(row, Math.toIntExact(LocalDate.parse(cell).toEpochDay()));
    } else if (vector instanceof DateMilliVector dateTime) {
      dateTime.setSafe(row, Cells.epochSecond(cell) * 1000 + Cells.nano(cell) / 1_000_000);
    } else if (vector instanceof TimeStampNanoVector timestamp) {
      // Floor first: seconds alone may leave the range although the sum does not.
      long second = Cells.epochSecond(cell);
      timestamp.setSafe(
          row,
          second < 0
              ? Math.addExact(Math.multiplyExact(second + 1, NANOS), Cells.nano(cell) - NANOS)
              : Math.addExact(Math.multiplyExact(second, NANOS), Cells.nano(cell)));
    } else if (vector instanceof IntervalYearVector months) {
      months.setSafe(row, Integer.parseInt(cell));
    } else if (vector instanceof IntervalDayVector interval) {
      long millis = Cells.intervalSeconds(cell) * 1000 + Cells.intervalNanos(cell) / 1_000_000;
      interval.setSafe(row, (int) (millis / DAY_MILLIS), (int) (millis % DAY_MILLIS));
    } else {
      writeNumber(vector, row, cell);
    }
  }

  private static void writeNumber(FieldVector vector, int row, String cell) {
    if (vector instanceof TinyIntVector number) {
      number.setSafe(row, Byte.parseByte(cell));
    } else if (vector instanceof SmallIntVector number) {
      number.setSafe(row, Short.parseShort(cell));
    } else if (vector instanceof IntVector number) {
      number.setSafe(row, Integer.parseInt(cell));
    } else if (vector instanceof BigIntVector number) {
      number.setSafe(row, Long.parseLong(cell));
    } else if (vector instanceof Float4Vector number) {
      number.setSafe(row, Float.parseFloat(cell));
    } else if (vector instanceof Float8Vector number) {
      number.setSafe(row, Double.parseDouble(cell));
    } else if (vector instanceof BitVector bit) {
      bit.setSafe(row, Boolean.parseBoolean(cell) ? 1 : 0);
    } else {
      throw new IllegalArgumentException("No neutral form for " + vector.getField());
    }
  }

  private static List<?> list(@Nullable Object cell) {
    if (cell instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("A nested value is a list, not " + cell);
  }
}
