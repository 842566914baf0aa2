package io.tunnel.protocol.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
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
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Rows as plain objects, to compare what went in with what came out: Long, Float, Double, Boolean,
 * BigDecimal, hexadecimal text for text and bytes, {@link Seconds}, and List for arrays (elements),
 * maps (pairs) and structs (fields).
 */
public final class TableValues {
  /** Timestamps and day-time intervals. */
  public record Seconds(long sec, int nano) {}

  private TableValues() {}

  /** All rows of a body. */
  public static List<List<Object>> readAll(BatchReader reader, List<Column> columns)
      throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    while (reader.loadNextBatch()) {
      rows.addAll(rows(reader.root(), columns));
    }
    return rows;
  }

  /** The rows of a batch. */
  public static List<List<Object>> rows(VectorSchemaRoot root, List<Column> columns) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        values.add(get(columns.get(i).type(), root.getVector(i), row));
      }
      rows.add(values);
    }
    return rows;
  }

  /** A batch with these rows. */
  public static VectorSchemaRoot batch(
      List<Column> columns,
      List<List<Object>> rows,
      ArrowMapping.Form form,
      BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(ArrowMapping.schema(columns, form), allocator);
    root.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      for (int i = 0; i < columns.size(); i++) {
        set(columns.get(i).type(), root.getVector(i), row, rows.get(row).get(i));
      }
    }
    root.setRowCount(rows.size());
    return root;
  }

  /** One value of a vector. */
  public static Object get(MaxComputeType type, FieldVector vector, int index) {
    if (vector.isNull(index)) {
      return null;
    }
    if (type instanceof ArrayType || type instanceof MapType) {
      return elements(type, (ListVector) vector, index);
    }
    if (type instanceof StructType struct) {
      List<FieldVector> children = ((StructVector) vector).getChildrenFromFields();
      List<Object> fields = new ArrayList<>();
      for (int i = 0; i < children.size(); i++) {
        fields.add(get(struct.fields().get(i).type(), children.get(i), index));
      }
      return fields;
    }
    if (vector instanceof StructVector struct) {
      List<FieldVector> children = struct.getChildrenFromFields();
      return new Seconds(
          ((BigIntVector) children.get(0)).get(index), ((IntVector) children.get(1)).get(index));
    }
    if (vector instanceof TimeStampNanoVector nanos) {
      long value = nanos.get(index);
      return new Seconds(
          Math.floorDiv(value, 1_000_000_000L), (int) Math.floorMod(value, 1_000_000_000L));
    }
    if (vector instanceof IntervalDayVector interval) {
      long millis =
          IntervalDayVector.getDays(interval.getDataBuffer(), index) * 86_400_000L
              + IntervalDayVector.getMilliseconds(interval.getDataBuffer(), index);
      return new Seconds(millis / 1000, (int) (millis % 1000) * 1_000_000);
    }
    return scalar(vector, index);
  }

  private static Object scalar(FieldVector vector, int index) {
    if (vector instanceof BaseVariableWidthVector variable) {
      return HexFormat.of().formatHex(variable.get(index));
    }
    if (vector instanceof BaseIntVector integer) {
      return integer.getValueAsLong(index);
    }
    if (vector instanceof DateDayVector days) {
      return (long) days.get(index);
    }
    if (vector instanceof DateMilliVector millis) {
      return millis.get(index);
    }
    if (vector instanceof IntervalYearVector months) {
      return (long) months.get(index);
    }
    if (vector instanceof BitVector bits) {
      return bits.get(index) == 1;
    }
    return vector.getObject(index);
  }

  private static List<Object> elements(MaxComputeType type, ListVector vector, int index) {
    List<Object> elements = new ArrayList<>();
    for (int i = vector.getElementStartIndex(index); i < vector.getElementEndIndex(index); i++) {
      if (type instanceof ArrayType array) {
        elements.add(get(array.element(), vector.getDataVector(), i));
      } else {
        MapType map = (MapType) type;
        List<FieldVector> entry = ((StructVector) vector.getDataVector()).getChildrenFromFields();
        List<Object> pair = new ArrayList<>();
        pair.add(get(map.key(), entry.get(0), i));
        pair.add(get(map.value(), entry.get(1), i));
        elements.add(pair);
      }
    }
    return elements;
  }

  /** Stores one value; indexes ascend. */
  static void set(MaxComputeType type, FieldVector vector, int index, Object value) {
    if (value == null) {
      return;
    }
    if (type instanceof StructType struct) {
      StructVector structs = (StructVector) vector;
      structs.setIndexDefined(index);
      List<?> fields = (List<?>) value;
      for (int i = 0; i < fields.size(); i++) {
        set(
            struct.fields().get(i).type(),
            structs.getChildrenFromFields().get(i),
            index,
            fields.get(i));
      }
    } else if (type instanceof ArrayType || type instanceof MapType) {
      setElements(type, (ListVector) vector, index, (List<?>) value);
    } else if (value instanceof Seconds seconds) {
      setSeconds(vector, index, seconds);
    } else if (value instanceof BigDecimal decimal) {
      ((DecimalVector) vector).setSafe(index, decimal);
    } else if (value instanceof Float number) {
      ((Float4Vector) vector).setSafe(index, number);
    } else if (value instanceof Double number) {
      ((Float8Vector) vector).setSafe(index, number);
    } else if (value instanceof Boolean bool) {
      ((BitVector) vector).setSafe(index, bool ? 1 : 0);
    } else if (value instanceof String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      ((BaseVariableWidthVector) vector).setSafe(index, bytes, 0, bytes.length);
    } else {
      setLong(vector, index, (Long) value);
    }
  }

  private static void setLong(FieldVector vector, int index, long value) {
    if (vector instanceof TinyIntVector v) {
      v.setSafe(index, (byte) value);
    } else if (vector instanceof SmallIntVector v) {
      v.setSafe(index, (short) value);
    } else if (vector instanceof IntVector v) {
      v.setSafe(index, (int) value);
    } else if (vector instanceof DateDayVector v) {
      v.setSafe(index, (int) value);
    } else if (vector instanceof IntervalYearVector v) {
      v.setSafe(index, (int) value);
    } else if (vector instanceof DateMilliVector v) {
      v.setSafe(index, value);
    } else {
      ((BigIntVector) vector).setSafe(index, value);
    }
  }

  private static void setSeconds(FieldVector vector, int index, Seconds seconds) {
    if (vector instanceof StructVector struct) {
      struct.setIndexDefined(index);
      setLong(struct.getChildrenFromFields().get(0), index, seconds.sec());
      setLong(struct.getChildrenFromFields().get(1), index, seconds.nano());
    } else if (vector instanceof IntervalDayVector interval) {
      interval.setSafe(
          index,
          (int) (seconds.sec() / 86_400),
          (int) (seconds.sec() % 86_400) * 1000 + seconds.nano() / 1_000_000);
    } else {
      // Wraps around and back for the first second of the range.
      ((TimeStampNanoVector) vector)
          .setSafe(index, seconds.sec() * 1_000_000_000L + seconds.nano());
    }
  }

  private static void setElements(
      MaxComputeType type, ListVector vector, int index, List<?> elements) {
    int start = vector.startNewValue(index);
    for (int i = 0; i < elements.size(); i++) {
      if (type instanceof ArrayType array) {
        set(array.element(), vector.getDataVector(), start + i, elements.get(i));
      } else {
        MapType map = (MapType) type;
        StructVector entries = (StructVector) vector.getDataVector();
        entries.setIndexDefined(start + i);
        List<?> pair = (List<?>) elements.get(i);
        set(map.key(), entries.getChildrenFromFields().get(0), start + i, pair.get(0));
        set(map.value(), entries.getChildrenFromFields().get(1), start + i, pair.get(1));
      }
    }
    vector.endValue(index, elements.size());
  }

  /** A value of the golden vectors, in the conventions of their README. */
  static Object fromJson(MaxComputeType type, JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    if (type instanceof ArrayType array) {
      List<Object> elements = new ArrayList<>();
      json.forEach(element -> elements.add(fromJson(array.element(), element)));
      return elements;
    }
    if (type instanceof MapType map) {
      List<Object> entries = new ArrayList<>();
      for (JsonNode entry : json) {
        List<Object> pair = new ArrayList<>();
        pair.add(fromJson(map.key(), entry.get(0)));
        pair.add(fromJson(map.value(), entry.get(1)));
        entries.add(pair);
      }
      return entries;
    }
    if (type instanceof StructType struct) {
      List<Object> fields = new ArrayList<>();
      struct.fields().forEach(f -> fields.add(fromJson(f.type(), json.get(f.name()))));
      return fields;
    }
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(json.asText()).setScale(decimal.scale());
    }
    return type instanceof PrimitiveType primitive
        ? primitiveFromJson(primitive, json)
        : bytesFromJson(json);
  }

  private static Object primitiveFromJson(PrimitiveType type, JsonNode json) {
    return switch (type) {
      case TINYINT, SMALLINT, INT, BIGINT -> Long.parseLong(json.asText());
      case FLOAT -> Float.parseFloat(json.asText());
      case DOUBLE -> Double.parseDouble(json.asText());
      case BOOLEAN -> json.booleanValue();
      case STRING, JSON, BINARY -> bytesFromJson(json);
      case DATE -> json.get("epochDay").asLong();
      case DATETIME -> Long.parseLong(json.get("epochMilli").asText());
      case INTERVAL_YEAR_MONTH -> json.get("months").asLong();
      case TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME ->
          new Seconds(Long.parseLong(json.get("sec").asText()), json.get("nano").intValue());
    };
  }

  private static String bytesFromJson(JsonNode json) {
    return json.isObject()
        ? json.get("hex").asText()
        : HexFormat.of().formatHex(json.asText().getBytes(StandardCharsets.UTF_8));
  }
}
