package io.tunnel.spark.row;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.unsafe.Platform;

/** Integers, floating point numbers and booleans. */
final class NumberWriters {
  private NumberWriters() {}

  /** TINYINT from byte. */
  static final class OfByte extends FixedWidthWriter {
    OfByte(Target target, BufferAllocator allocator) {
      super(target, allocator, Byte.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putByte(null, base() + index, row.getByte(ordinal));
    }
  }

  /** SMALLINT from short. */
  static final class OfShort extends FixedWidthWriter {
    OfShort(Target target, BufferAllocator allocator) {
      super(target, allocator, Short.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putShort(null, base() + ((long) index << 1), row.getShort(ordinal));
    }
  }

  /** INT from int, and INTERVAL_YEAR_MONTH from months. */
  static final class OfInt extends FixedWidthWriter {
    OfInt(Target target, BufferAllocator allocator) {
      super(target, allocator, Integer.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putInt(null, base() + ((long) index << 2), row.getInt(ordinal));
    }
  }

  /** BIGINT from long. */
  static final class OfLong extends FixedWidthWriter {
    OfLong(Target target, BufferAllocator allocator) {
      super(target, allocator, Long.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putLong(null, base() + ((long) index << 3), row.getLong(ordinal));
    }
  }

  /** FLOAT from float. */
  static final class OfFloat extends FixedWidthWriter {
    OfFloat(Target target, BufferAllocator allocator) {
      super(target, allocator, Float.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putFloat(null, base() + ((long) index << 2), row.getFloat(ordinal));
    }
  }

  /** DOUBLE from double. */
  static final class OfDouble extends FixedWidthWriter {
    OfDouble(Target target, BufferAllocator allocator) {
      super(target, allocator, Double.BYTES);
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putDouble(null, base() + ((long) index << 3), row.getDouble(ordinal));
    }
  }

  /** DOUBLE from a number that it always holds exactly: float, byte, short or int. */
  static final class WidenedToDouble extends FixedWidthWriter {
    private final boolean fromFloat;
    private final IntegerSource source;

    WidenedToDouble(
        Target target, BufferAllocator allocator, boolean fromFloat, IntegerSource source) {
      super(target, allocator, Double.BYTES);
      this.fromFloat = fromFloat;
      this.source = source;
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      double value = fromFloat ? row.getFloat(ordinal) : source.read(row, ordinal);
      Platform.putDouble(null, base() + ((long) index << 3), value);
    }
  }

  /** FLOAT from a byte or a short, which it holds exactly. */
  static final class WidenedToFloat extends FixedWidthWriter {
    private final IntegerSource source;

    WidenedToFloat(Target target, BufferAllocator allocator, IntegerSource source) {
      super(target, allocator, Float.BYTES);
      this.source = source;
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      Platform.putFloat(null, base() + ((long) index << 2), (float) source.read(row, ordinal));
    }
  }

  /** An integer of one width from an integer of another; what does not fit is refused. */
  static final class CheckedInteger extends FixedWidthWriter {
    private final IntegerSource source;
    private final int width;
    private final long least;
    private final long most;

    CheckedInteger(Target target, BufferAllocator allocator, int width, IntegerSource source) {
      super(target, allocator, width);
      this.source = source;
      this.width = width;
      most = Long.MAX_VALUE >>> (Long.SIZE - width * Byte.SIZE);
      least = -most - 1;
    }

    @Override
    void put(int index, SpecializedGetters row, int ordinal) {
      long value = source.read(row, ordinal);
      if (value < least || value > most) {
        throw refused(value, "does not fit, the range is " + least + " to " + most);
      }
      long address = base() + (long) index * width;
      switch (width) {
        case Byte.BYTES -> Platform.putByte(null, address, (byte) value);
        case Short.BYTES -> Platform.putShort(null, address, (short) value);
        case Integer.BYTES -> Platform.putInt(null, address, (int) value);
        default -> Platform.putLong(null, address, value);
      }
    }
  }

  /** How a Spark integer of any width is read. */
  enum IntegerSource {
    BYTE,
    SHORT,
    INT,
    LONG;

    long read(SpecializedGetters row, int ordinal) {
      return switch (this) {
        case BYTE -> row.getByte(ordinal);
        case SHORT -> row.getShort(ordinal);
        case INT -> row.getInt(ordinal);
        case LONG -> row.getLong(ordinal);
      };
    }
  }
}
