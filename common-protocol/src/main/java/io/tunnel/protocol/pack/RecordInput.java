package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.MalformedBodyException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads the pieces of records through one buffer, and feeds their checksums. */
final class RecordInput {
  /** Longest single text or binary value. */
  static final int MAX_VALUE_BYTES = 256 * 1024 * 1024;

  private static final int BUFFER_BYTES = 64 * 1024;

  private final InputStream in;
  private final RecordChecksum checksum = new RecordChecksum();

  /** Grows to the longest value that really arrived. */
  private byte[] buffer = new byte[BUFFER_BYTES];

  private int position;
  private int limit;

  /** Bytes of the body in front of the buffer. */
  private long before;

  private int valueStart;
  private int valueLength;

  RecordInput(InputStream in) {
    this.in = in;
  }

  /** Bytes of the body that have been consumed. */
  long consumed() {
    return before + position;
  }

  /** Whether the stream has ended. */
  boolean atEnd() throws IOException {
    return available(1) < 1;
  }

  /** A tag: field number and wire type. */
  int tag() throws IOException {
    return unsigned32();
  }

  /** Begins a field of a record. */
  void field(int column) {
    checksum.addInt(column);
  }

  long integer() throws IOException {
    long value = zigzag();
    checksum.addLong(value);
    return value;
  }

  int bool() throws IOException {
    long value = varint();
    if (value != 0 && value != 1) {
      throw new InvalidValueException("a boolean is 0 or 1, not " + Long.toUnsignedString(value));
    }
    checksum.addByte((int) value);
    return (int) value;
  }

  int fixed32() throws IOException {
    require(Integer.BYTES);
    int bits = (int) RecordFormat.INT.get(buffer, position);
    position += Integer.BYTES;
    checksum.addInt(bits);
    return bits;
  }

  long fixed64() throws IOException {
    require(Long.BYTES);
    long bits = (long) RecordFormat.LONG.get(buffer, position);
    position += Long.BYTES;
    checksum.addLong(bits);
    return bits;
  }

  long seconds() throws IOException {
    return integer();
  }

  int nanos() throws IOException {
    long value = zigzag();
    if (value != (int) value) {
      throw new InvalidValueException("nanoseconds of " + value + " are out of range");
    }
    checksum.addInt((int) value);
    return (int) value;
  }

  /** Reads a text or binary value, which then lies in {@link #valueArray()}. */
  void bytes() throws IOException {
    long length = varint();
    if (length < 0 || length > MAX_VALUE_BYTES) {
      throw new InvalidValueException(
          "a value of "
              + Long.toUnsignedString(length)
              + " bytes is too long, allowed are "
              + MAX_VALUE_BYTES);
    }
    require((int) length);
    valueStart = position;
    valueLength = (int) length;
    position += valueLength;
    checksum.addBytes(buffer, valueStart, valueLength);
  }

  /** The array of the value that {@link #bytes()} read; valid until the next call. */
  byte[] valueArray() {
    return buffer;
  }

  int valueStart() {
    return valueStart;
  }

  int valueLength() {
    return valueLength;
  }

  /** The number of elements of a nested value; not part of the checksum. */
  int count() throws IOException {
    long count = varint();
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw new InvalidValueException(
          Long.toUnsignedString(count) + " elements are more than a value may have");
    }
    return (int) count;
  }

  /** The flag before an element of a nested value; not part of the checksum. */
  boolean nullFlag() throws IOException {
    require(1);
    int flag = buffer[position++];
    if (flag != 0 && flag != 1) {
      throw new InvalidValueException("the NULL flag of an element is neither 0 nor 1");
    }
    return flag == 1;
  }

  /** Reads a checksum. */
  int crc() throws IOException {
    return unsigned32();
  }

  /** The record count of the trailer. */
  long recordCount() throws IOException {
    return zigzag();
  }

  int recordChecksum() {
    return checksum.endRecord();
  }

  int metricsChecksum() {
    return checksum.take();
  }

  int totalChecksum() {
    return checksum.total();
  }

  private int unsigned32() throws IOException {
    long value = varint();
    if (value >>> Integer.SIZE != 0) {
      throw MalformedBodyException.malformed(
          "The record body has a tag or checksum of more than 32 bits at byte " + consumed());
    }
    return (int) value;
  }

  private long zigzag() throws IOException {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  private long varint() throws IOException {
    if (limit - position < RecordFormat.MAX_VARINT_BYTES) {
      available(RecordFormat.MAX_VARINT_BYTES);
    }
    int at = position;
    if (at < limit && buffer[at] >= 0) {
      position = at + 1;
      return buffer[at];
    }
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == limit) {
        throw truncated();
      }
      byte next = buffer[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        if (shift == Long.SIZE - 1 && next > 1) {
          break;
        }
        position = at;
        return value;
      }
    }
    throw MalformedBodyException.malformed(
        "The record body has a varint of more than 64 bits at byte " + consumed());
  }

  private void require(int count) throws IOException {
    if (limit - position < count && available(count) < count) {
      throw truncated();
    }
  }

  /** Tries to have this many bytes in the buffer; fewer only at the end of the stream. */
  private int available(int wanted) throws IOException {
    if (limit - position >= wanted) {
      return limit - position;
    }
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    before += position;
    limit -= position;
    position = 0;
    while (limit < wanted) {
      if (limit == buffer.length) {
        // Doubles only when full, so that a forged length cannot take the memory.
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      int count = in.read(buffer, limit, buffer.length - limit);
      if (count < 0) {
        break;
      }
      limit += count;
    }
    return limit;
  }

  private static MalformedBodyException truncated() {
    return MalformedBodyException.malformed(
        "The record body is cut off: it ends in the middle of a record or without its trailer");
  }
}
