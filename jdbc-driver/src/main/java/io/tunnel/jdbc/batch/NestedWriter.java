package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.StructValue;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import java.lang.reflect.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/** Writes ARRAY, MAP and STRUCT. */
abstract class NestedWriter extends ColumnWriter {

  NestedWriter(Column column, FieldVector vector, ValueConverter converter) {
    super(column, vector, converter);
  }

  private static ValueException inside(String where, ValueException e) {
    return new ValueException(e.sqlState(), where + ": " + e.getMessage());
  }

  /** ARRAY, from {@link java.sql.Array}, Java arrays and collections. */
  static final class Elements extends NestedWriter {
    private final ListVector vector;
    private final ColumnWriter element;

    Elements(Column column, ListVector vector, ColumnWriter element, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
      this.element = element;
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      List<@Nullable Object> elements = elements(value);
      int start = vector.startNewValue(row);
      for (int i = 0; i < elements.size(); i++) {
        try {
          element.write(start + i, elements.get(i));
        } catch (ValueException e) {
          throw inside("element " + (i + 1), e);
        }
      }
      vector.endValue(row, elements.size());
    }

    private static List<@Nullable Object> elements(Object value) throws ValueException {
      if (value instanceof Collection<?> collection) {
        return new ArrayList<>(collection);
      }
      Object array = value;
      if (value instanceof java.sql.Array sqlArray) {
        try {
          array = sqlArray.getArray();
        } catch (SQLException e) {
          throw new ValueException(ValueException.WRONG_TYPE, String.valueOf(e.getMessage()));
        }
      }
      if (array == null || !array.getClass().isArray() || array instanceof byte[]) {
        throw ValueException.wrongType(value, "an array");
      }
      List<@Nullable Object> elements = new ArrayList<>(Array.getLength(array));
      for (int i = 0; i < Array.getLength(array); i++) {
        elements.add(Array.get(array, i));
      }
      return elements;
    }
  }

  /** MAP, from {@link Map}. */
  static final class Entries extends NestedWriter {
    private final MapVector vector;
    private final StructVector pair;
    private final ColumnWriter key;
    private final ColumnWriter value;

    Entries(
        Column column,
        MapVector vector,
        ColumnWriter key,
        ColumnWriter value,
        ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
      this.pair = (StructVector) vector.getDataVector();
      this.key = key;
      this.value = value;
    }

    @Override
    void writeObject(int row, Object object) throws ValueException {
      if (!(object instanceof Map<?, ?> map)) {
        throw ValueException.wrongType(object, "a map");
      }
      int index = vector.startNewValue(row);
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        try {
          key.write(index, entry.getKey());
          value.write(index, entry.getValue());
        } catch (ValueException e) {
          throw inside("key " + entry.getKey(), e);
        }
        pair.setIndexDefined(index++);
      }
      vector.endValue(row, map.size());
    }
  }

  /** STRUCT, from {@link Struct} by position or from {@link Map} by name. */
  static final class Fields extends NestedWriter {
    private final StructVector vector;
    private final ColumnWriter[] fields;

    Fields(Column column, StructVector vector, ColumnWriter[] fields, ValueConverter converter) {
      super(column, vector, converter);
      this.vector = vector;
      this.fields = fields;
    }

    @Override
    void writeNull(int row) {
      vector.setNull(row);
      for (ColumnWriter field : fields) {
        field.writeNull(row);
      }
    }

    @Override
    void writeObject(int row, Object value) throws ValueException {
      @Nullable Object[] attributes = attributes(value);
      for (int i = 0; i < fields.length; i++) {
        try {
          fields[i].write(row, attributes[i]);
        } catch (ValueException e) {
          throw inside("field " + fields[i].column.name(), e);
        }
      }
      vector.setIndexDefined(row);
    }

    private @Nullable Object[] attributes(Object value) throws ValueException {
      @Nullable Object[] attributes;
      if (value instanceof Map<?, ?> map) {
        attributes = byName(map);
      } else if (value instanceof StructValue struct) {
        attributes = struct.getAttributes();
      } else if (value instanceof Struct struct) {
        try {
          attributes = struct.getAttributes();
        } catch (SQLException e) {
          throw new ValueException(ValueException.WRONG_TYPE, String.valueOf(e.getMessage()));
        }
      } else {
        throw ValueException.wrongType(value, "a struct");
      }
      if (attributes.length != fields.length) {
        throw new ValueException(
            ValueException.WRONG_TYPE,
            "it has " + attributes.length + " fields, the column " + fields.length);
      }
      return attributes;
    }

    private @Nullable Object[] byName(Map<?, ?> map) throws ValueException {
      @Nullable Object[] attributes = new @Nullable Object[fields.length];
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        int i = 0;
        while (i < fields.length
            && !fields[i].column.name().equalsIgnoreCase(String.valueOf(entry.getKey()))) {
          i++;
        }
        if (i == fields.length) {
          throw new ValueException(
              ValueException.WRONG_TYPE, "the column has no field " + entry.getKey());
        }
        attributes[i] = entry.getValue();
      }
      return attributes;
    }
  }
}
