package io.tunnel.cli.download;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.StructType;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** The text of arrays, maps and structs: JSON, in a CSV field too. */
abstract class NestedColumnText<V extends FieldVector> extends ColumnText.OfVector<V> {
  private NestedColumnText(V vector) {
    super(vector);
  }

  @Override
  final void text(int row, Utf8Buffer out) {
    json(row, out);
  }

  @Override
  abstract void json(int row, Utf8Buffer out);

  private static void element(ColumnText elements, int index, Utf8Buffer out) {
    if (elements.isNull(index)) {
      out.append("null");
    } else {
      elements.json(index, out);
    }
  }

  /** {@code [1,2]}. */
  static final class OfArray extends NestedColumnText<ListVector> {
    private final ColumnText elements;

    OfArray(ArrayType type, ListVector vector, ZoneId zone) {
      super(vector);
      elements = ColumnText.of(type.element(), vector.getDataVector(), zone);
    }

    @Override
    void json(int row, Utf8Buffer out) {
      out.append('[');
      int start = vector.getElementStartIndex(row);
      int end = vector.getElementEndIndex(row);
      for (int i = start; i < end; i++) {
        if (i > start) {
          out.append(',');
        }
        element(elements, i, out);
      }
      out.append(']');
    }
  }

  /** {@code {"key":1}}; keys that are no texts are put in quotes. */
  static final class OfMap extends NestedColumnText<MapVector> {
    private final ColumnText keys;
    private final ColumnText values;

    OfMap(MapType type, MapVector vector, ZoneId zone) {
      super(vector);
      StructVector entries = (StructVector) vector.getDataVector();
      keys = ColumnText.of(type.key(), (FieldVector) entries.getChildByOrdinal(0), zone);
      values = ColumnText.of(type.value(), (FieldVector) entries.getChildByOrdinal(1), zone);
    }

    @Override
    void json(int row, Utf8Buffer out) {
      out.append('{');
      int start = vector.getElementStartIndex(row);
      int end = vector.getElementEndIndex(row);
      for (int i = start; i < end; i++) {
        if (i > start) {
          out.append(',');
        }
        keys.quoted(i, out);
        out.append(':');
        element(values, i, out);
      }
      out.append('}');
    }
  }

  /** {@code {"name":1}}. */
  static final class OfStruct extends NestedColumnText<StructVector> {
    private final List<String> names;
    private final List<ColumnText> fields;

    OfStruct(StructType type, StructVector vector, ZoneId zone) {
      super(vector);
      names = type.fields().stream().map(field -> JsonText.quote(field.name()) + ":").toList();
      fields =
          IntStream.range(0, names.size())
              .mapToObj(
                  i ->
                      ColumnText.of(
                          type.fields().get(i).type(),
                          (FieldVector) vector.getChildByOrdinal(i),
                          zone))
              .toList();
    }

    @Override
    void json(int row, Utf8Buffer out) {
      out.append('{');
      for (int i = 0; i < names.size(); i++) {
        if (i > 0) {
          out.append(',');
        }
        out.append(names.get(i));
        element(fields.get(i), row, out);
      }
      out.append('}');
    }
  }
}
