package io.tunnel.protocol.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers of the record form (specification: regular tunnel, section 4.2). */
final class RecordFormat {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  static final int END_RECORD_FIELD = (1 << 25) - 1024;
  static final int END_RECORD = tag(END_RECORD_FIELD, VARINT);
  static final int END_METRICS = tag((1 << 25) - 256, VARINT);
  static final int RECORD_COUNT = tag((1 << 25) - 2, VARINT);
  static final int TOTAL_CRC = tag((1 << 25) - 1, VARINT);

  /** A text beside the records: the metrics of an answer in its trailer, or its schema in front. */
  static final int TEXT = tag(1, BYTES);

  static final int END_SCHEMA = tag((1 << 25) - 512, VARINT);

  /** The longest varint of 64 bits. */
  static final int MAX_VARINT_BYTES = 10;

  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  static final long NANOS_PER_SECOND = 1_000_000_000L;
  static final int NANOS_PER_MILLI = 1_000_000;
  static final long MILLIS_PER_DAY = 86_400_000L;

  private RecordFormat() {}

  static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }
}
