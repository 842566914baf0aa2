package io.tunnel.protocol.pack;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/** Writes the pieces of records through one buffer, and feeds their checksums. */
final class RecordOutput {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final OutputStream out;
  private final RecordChecksum checksum = new RecordChecksum();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private long drained;

  RecordOutput(OutputStream out) {
    this.out = out;
  }

  /** Begins a field of a record. */
  void field(int column, int tag) throws IOException {
    reserve(RecordFormat.MAX_VARINT_BYTES);
    varint(tag);
    checksum.addInt(column);
  }

  void integer(long value) throws IOException {
    reserve(RecordFormat.MAX_VARINT_BYTES);
    varint(value << 1 ^ value >> 63);
    checksum.addLong(value);
  }

  void bool(int value) throws IOException {
    reserve(1);
    buffer[position++] = (byte) value;
    checksum.addByte(value);
  }

  void fixed32(int bits) throws IOException {
    reserve(Integer.BYTES);
    RecordFormat.INT.set(buffer, position, bits);
    position += Integer.BYTES;
    checksum.addInt(bits);
  }

  void fixed64(long bits) throws IOException {
    reserve(Long.BYTES);
    RecordFormat.LONG.set(buffer, position, bits);
    position += Long.BYTES;
    checksum.addLong(bits);
  }

  void secondsAndNanos(long seconds, int nanos) throws IOException {
    reserve(2 * RecordFormat.MAX_VARINT_BYTES);
    varint(seconds << 1 ^ seconds >> 63);
    varint((nanos << 1 ^ nanos >> 31) & 0xffffffffL);
    checksum.addLong(seconds);
    checksum.addInt(nanos);
  }

  void bytes(byte[] source, int offset, int length) throws IOException {
    reserve(RecordFormat.MAX_VARINT_BYTES + length);
    varint(length);
    System.arraycopy(source, offset, buffer, position, length);
    position += length;
    checksum.addBytes(source, offset, length);
  }

  void bytes(ArrowBuf source, long offset, int length) throws IOException {
    reserve(RecordFormat.MAX_VARINT_BYTES);
    varint(length);
    long from = offset;
    int left = length;
    while (left > 0) {
      reserve(Math.min(left, BUFFER_BYTES));
      int count = Math.min(left, BUFFER_BYTES - position);
      source.getBytes(from, buffer, position, count);
      checksum.addBytes(buffer, position, count);
      position += count;
      from += count;
      left -= count;
    }
  }

  /** The number of elements of a nested value; not part of the checksum. */
  void count(int count) throws IOException {
    reserve(RecordFormat.MAX_VARINT_BYTES);
    varint(count);
  }

  /** The flag before an element of a nested value; not part of the checksum. */
  void nullFlag(boolean isNull) throws IOException {
    reserve(1);
    buffer[position++] = (byte) (isNull ? 1 : 0);
  }

  /** Ends a record, and returns its checksum. */
  int endRecord() throws IOException {
    reserve(2 * RecordFormat.MAX_VARINT_BYTES);
    varint(RecordFormat.END_RECORD);
    int crc = checksum.endRecord();
    varint(crc & 0xffffffffL);
    return crc;
  }

  /** Bytes of the body so far. */
  long length() {
    return drained + position;
  }

  /** Writes the schema, which stands in front of all records. */
  void schema(byte[] schema) throws IOException {
    text(schema, RecordFormat.END_SCHEMA);
  }

  /** A text beside the records, whose checksum is not part of the total. */
  private void text(byte[] text, int end) throws IOException {
    field(RecordFormat.TEXT >>> 3, RecordFormat.TEXT);
    count(text.length);
    checksum.addBytes(text, 0, text.length);
    drain();
    out.write(text);
    drained += text.length;
    reserve(2 * RecordFormat.MAX_VARINT_BYTES);
    varint(end);
    varint(checksum.take() & 0xffffffffL);
  }

  /** Ends the body. */
  void finish(long records) throws IOException {
    finish(records, null);
  }

  /**
   * Ends the body.
   *
   * @param metrics what stands in the trailer, or null
   */
  void finish(long records, byte @Nullable [] metrics) throws IOException {
    reserve(2 * RecordFormat.MAX_VARINT_BYTES);
    varint(RecordFormat.RECORD_COUNT);
    varint(records << 1);
    if (metrics != null) {
      text(metrics, RecordFormat.END_METRICS);
    }
    reserve(2 * RecordFormat.MAX_VARINT_BYTES);
    varint(RecordFormat.TOTAL_CRC);
    varint(checksum.total() & 0xffffffffL);
    drain();
    out.flush();
  }

  private void varint(long value) {
    long rest = value;
    int at = position;
    while ((rest & ~0x7fL) != 0) {
      buffer[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[at++] = (byte) rest;
    position = at;
  }

  private void reserve(int count) throws IOException {
    if (BUFFER_BYTES - position < count) {
      drain();
    }
  }

  /** Hands on what is in the buffer. */
  void drain() throws IOException {
    out.write(buffer, 0, position);
    drained += position;
    position = 0;
  }
}
