package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.StructValue;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.arrow.OffHeapBuffer;
import io.tunnel.protocol.type.Column;
import java.lang.reflect.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/** Writes ARRAY, MAP and STRUCT. */
abstract class NestedWriter extends ColumnWriter {

  NestedWriter(Column column, ValueConverter converter, BufferAllocator allocator) {
    super(column, converter, allocator);
  }

  private static ValueException inside(String where, ValueException e) {
    return new ValueException(e.sqlState(), where + ": " + e.getMessage());
  }

  @Override
  final void resetValues() {
    for (ColumnWriter child : children()) {
      child.reset();
    }
  }

  @Override
  void closeValues() {
    for (ColumnWriter child : children()) {
      child.close();
    }
  }

  abstract ColumnWriter[] children();

  /** Values of any number in a slot: those of all slots after each other in one child. */
  private abstract static class RepeatedWriter extends NestedWriter {
    private final ColumnWriter[] child;
    private final OffHeapBuffer offsets;
    private final ByteCount count;

    RepeatedWriter(
        Column column,
        ColumnWriter child,
        ValueConverter converter,
        BufferAllocator allocator,
        ByteCount count) {
      super(column, converter, allocator);
      this.child = new ColumnWriter[] {child};
      this.offsets = new OffHeapBuffer(allocator);
      this.count = count;
    }

    /** Makes room for the values of a slot and returns the child's index of the first one. */
    final int start(int index, int size) {
      int start = MemoryUtil.getInt(offset(index));
      child[0].reserve(Math.addExact(start, size));
      return start;
    }

    final void putEnd(int index, int size) {
      MemoryUtil.putInt(offset(index + 1), MemoryUtil.getInt(offset(index)) + size);
      count.bytes += (long) size * child[0].slotBytes();
    }

    private long offset(int index) {
      return offsets.address() + ((long) index << 2);
    }

    @Override
    final ColumnWriter[] children() {
      return child;
    }

    @Override
    final int slotBytes() {
      return Integer.BYTES;
    }

    @Override
    final void reserveValues(int slots) {
      offsets.reserve((slots + 1L) << 2);
      MemoryUtil.putInt(offsets.address(), 0);
    }

    @Override
    final void rewindChildren(int end) {
      // Before the first value there may be no offsets to look at.
      child[0].rewind(end == 0 ? 0 : MemoryUtil.getInt(offset(end)));
    }

    @Override
    final void putNull(int index) {
      putEnd(index, 0);
    }

    @Override
    final void collectValues(int rows, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
      buffers.add(offsets.forMessage());
      child[0].collect(MemoryUtil.getInt(offset(rows)), nodes, buffers);
    }

    @Override
    final void closeValues() {
      offsets.close();
      super.closeValues();
    }
  }

  /** ARRAY, from {@link java.sql.Array}, Java arrays and collections. */
  static final class Elements extends RepeatedWriter {
    private final ColumnWriter element;

    Elements(
        Column column,
        ColumnWriter element,
        ValueConverter converter,
        BufferAllocator allocator,
        ByteCount count) {
      super(column, element, converter, allocator, count);
      this.element = element;
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      List<@Nullable Object> elements = elements(value);
      int start = start(index, elements.size());
      for (int i = 0; i < elements.size(); i++) {
        try {
          element.write(start + i, elements.get(i));
        } catch (ValueException e) {
          throw inside("element " + (i + 1), e);
        }
      }
      putEnd(index, elements.size());
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

  /** MAP, from {@link Map}: structs of a key and a value. */
  static final class Entries extends RepeatedWriter {
    private final ColumnWriter key;
    private final ColumnWriter value;

    Entries(
        Column column,
        ColumnWriter key,
        ColumnWriter value,
        ValueConverter converter,
        BufferAllocator allocator,
        ByteCount count) {
      super(
          column,
          new Fields(column, new ColumnWriter[] {key, value}, converter, allocator),
          converter,
          allocator,
          count);
      this.key = key;
      this.value = value;
    }

    @Override
    void putObject(int index, Object object) throws ValueException {
      if (!(object instanceof Map<?, ?> map)) {
        throw ValueException.wrongType(object, "a map");
      }
      int start = start(index, map.size());
      int size = 0;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        try {
          key.write(start + size, entry.getKey());
          value.write(start + size, entry.getValue());
        } catch (ValueException e) {
          throw inside("key " + entry.getKey(), e);
        }
        size++;
      }
      putEnd(index, size);
    }
  }

  /** STRUCT, from {@link Struct} by position or from {@link Map} by name. */
  static final class Fields extends NestedWriter {
    private final ColumnWriter[] fields;

    Fields(
        Column column, ColumnWriter[] fields, ValueConverter converter, BufferAllocator allocator) {
      super(column, converter, allocator);
      this.fields = fields;
    }

    @Override
    ColumnWriter[] children() {
      return fields;
    }

    @Override
    int slotBytes() {
      int bytes = 0;
      for (ColumnWriter field : fields) {
        bytes += field.slotBytes();
      }
      return bytes;
    }

    @Override
    void reserveValues(int slots) {
      for (ColumnWriter field : fields) {
        field.reserve(slots);
      }
    }

    @Override
    void rewindChildren(int end) {
      for (ColumnWriter field : fields) {
        field.rewind(end);
      }
    }

    @Override
    void putNull(int index) {
      for (ColumnWriter field : fields) {
        field.writeNull(index);
      }
    }

    @Override
    void putObject(int index, Object value) throws ValueException {
      @Nullable Object[] attributes = attributes(value);
      for (int i = 0; i < fields.length; i++) {
        try {
          fields[i].write(index, attributes[i]);
        } catch (ValueException e) {
          throw inside("field " + fields[i].column.name(), e);
        }
      }
    }

    @Override
    void collectValues(int count, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
      for (ColumnWriter field : fields) {
        field.collect(count, nodes, buffers);
      }
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
