package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.StructType;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Values with parts (section 4.2.3), and the extended form of timestamps and intervals. */
final class NestedDecoders {
  private NestedDecoders() {}

  static final class OfArray extends ValueDecoder {
    private final ListVector vector;
    private final ValueDecoder element;

    OfArray(ListVector vector, ArrayType type) {
      this.vector = vector;
      element = ValueDecoder.of(type.element(), vector.getDataVector());
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      int count = in.count();
      int start = vector.startNewValue(index);
      requireRoom(start, count);
      for (int i = 0; i < count; i++) {
        element.readElement(start + i, in);
      }
      vector.endValue(index, count);
    }
  }

  /** All keys come first, then all values, each with a count of its own. */
  static final class OfMap extends ValueDecoder {
    private final MapVector vector;
    private final StructVector entries;
    private final ValueDecoder key;
    private final ValueDecoder value;

    OfMap(MapVector vector, MapType type) {
      this.vector = vector;
      entries = (StructVector) vector.getDataVector();
      List<FieldVector> children = entries.getChildrenFromFields();
      key = ValueDecoder.of(type.key(), children.get(0));
      value = ValueDecoder.of(type.value(), children.get(1));
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      int count = in.count();
      int start = vector.startNewValue(index);
      requireRoom(start, count);
      for (int i = 0; i < count; i++) {
        if (in.nullFlag()) {
          throw new InvalidValueException("a map has a NULL key, and keys must not be NULL");
        }
        entries.setIndexDefined(start + i);
        key.read(start + i, in);
      }
      int values = in.count();
      if (values != count) {
        throw new InvalidValueException(
            "a map has " + count + " keys and " + values + " values, both must be equal");
      }
      for (int i = 0; i < count; i++) {
        value.readElement(start + i, in);
      }
      vector.endValue(index, count);
    }
  }

  static final class OfStruct extends ValueDecoder {
    private final StructVector vector;
    private final ValueDecoder[] fields;

    OfStruct(StructVector vector, StructType type) {
      this.vector = vector;
      List<FieldVector> children = vector.getChildrenFromFields();
      fields = new ValueDecoder[children.size()];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = ValueDecoder.of(type.fields().get(i).type(), children.get(i));
      }
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      vector.setIndexDefined(index);
      for (ValueDecoder field : fields) {
        field.readElement(index, in);
      }
    }
  }

  /** {@code struct<sec:int64,nano:int32>}. */
  static final class OfSecondsAndNanos extends ValueDecoder {
    private final StructVector vector;
    private final BigIntVector seconds;
    private final IntVector nanos;
    private final boolean timestamp;

    OfSecondsAndNanos(StructVector vector, boolean timestamp) {
      this.vector = vector;
      this.timestamp = timestamp;
      List<FieldVector> children = vector.getChildrenFromFields();
      seconds = (BigIntVector) children.get(0);
      nanos = (IntVector) children.get(1);
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void read(int index, RecordInput in) throws IOException {
      long second = in.seconds();
      int nano = in.nanos();
      long least = timestamp ? 0 : 1 - RecordFormat.NANOS_PER_SECOND;
      if (nano < least || nano >= RecordFormat.NANOS_PER_SECOND) {
        throw new InvalidValueException(
            "nanoseconds of " + nano + " are out of range, allowed are " + least + " to 999999999");
      }
      vector.setIndexDefined(index);
      seconds.setSafe(index, second);
      nanos.setSafe(index, nano);
    }
  }

  private static void requireRoom(int start, int count) {
    if (count > Integer.MAX_VALUE - start) {
      throw new InvalidValueException(
          count + " elements are more than a batch can hold; read smaller batches");
    }
  }
}
