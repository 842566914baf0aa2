package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/** Values with parts (section 4.2.3), and the extended form of timestamps and intervals. */
final class NestedEncoders {
  private NestedEncoders() {}

  static final class OfArray extends ValueEncoder {
    private final ArrowBuf offsets;
    private final ValueEncoder element;

    OfArray(ListVector vector, ArrayType type) {
      super(vector);
      offsets = vector.getOffsetBuffer();
      element = ValueEncoder.of(type.element(), vector.getDataVector());
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long at = (long) index * Integer.BYTES;
      int start = offsets.getInt(at);
      int end = offsets.getInt(at + Integer.BYTES);
      out.count(end - start);
      for (int i = start; i < end; i++) {
        element.writeElement(i, out);
      }
    }
  }

  /** All keys come first, then all values, each with a count of its own. */
  static final class OfMap extends ValueEncoder {
    private final ArrowBuf offsets;
    private final ValueEncoder key;
    private final ValueEncoder value;

    OfMap(MapVector vector, MapType type) {
      super(vector);
      offsets = vector.getOffsetBuffer();
      List<FieldVector> entries = vector.getDataVector().getChildrenFromFields();
      key = ValueEncoder.of(type.key(), entries.get(0));
      value = ValueEncoder.of(type.value(), entries.get(1));
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      long at = (long) index * Integer.BYTES;
      int start = offsets.getInt(at);
      int end = offsets.getInt(at + Integer.BYTES);
      out.count(end - start);
      for (int i = start; i < end; i++) {
        if (key.isNull(i)) {
          throw new InvalidValueException("a map has a NULL key, and keys must not be NULL");
        }
        key.writeElement(i, out);
      }
      out.count(end - start);
      for (int i = start; i < end; i++) {
        value.writeElement(i, out);
      }
    }
  }

  static final class OfStruct extends ValueEncoder {
    private final ValueEncoder[] fields;

    OfStruct(StructVector vector, StructType type) {
      super(vector);
      List<FieldVector> children = vector.getChildrenFromFields();
      if (children.size() != type.fields().size()) {
        throw new InvalidValueException(
            type + " needs " + type.fields().size() + " fields, the batch has " + children.size());
      }
      fields = new ValueEncoder[children.size()];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = ValueEncoder.of(type.fields().get(i).type(), children.get(i));
      }
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      for (ValueEncoder field : fields) {
        field.writeElement(index, out);
      }
    }
  }

  /** {@code struct<sec:int64,nano:int32>}. */
  static final class OfSecondsAndNanos extends ValueEncoder {
    private final BigIntVector seconds;
    private final IntVector nanos;
    private final long leastNanos;

    OfSecondsAndNanos(StructVector vector, long leastNanos) {
      super(vector);
      this.leastNanos = leastNanos;
      List<FieldVector> children = vector.getChildrenFromFields();
      if (children.size() != 2) {
        throw new InvalidValueException("a struct of sec and nano is needed");
      }
      seconds = ValueEncoder.require(BigIntVector.class, PrimitiveType.BIGINT, children.get(0));
      nanos = ValueEncoder.require(IntVector.class, PrimitiveType.INT, children.get(1));
    }

    @Override
    int wireType() {
      return RecordFormat.BYTES;
    }

    @Override
    void write(int index, RecordOutput out) throws IOException {
      if (seconds.isNull(index) || nanos.isNull(index)) {
        throw new InvalidValueException("sec and nano must both be set");
      }
      int nano = nanos.get(index);
      if (nano < leastNanos || nano >= RecordFormat.NANOS_PER_SECOND) {
        throw new InvalidValueException(
            "nano is " + nano + ", allowed are " + leastNanos + " to 999999999");
      }
      out.secondsAndNanos(seconds.get(index), nano);
    }
  }
}
