package io.tunnel.cli.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/** Bytes of text that grow at their end. Used again after each {@link #drainTo}. */
final class Utf8Buffer {
  private byte[] bytes = new byte[1 << 16];
  private int length;

  int length() {
    return length;
  }

  byte at(int index) {
    return bytes[index];
  }

  void append(int character) {
    reserve(1);
    bytes[length++] = (byte) character;
  }

  void append(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    reserve(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
  }

  void append(ArrowBuf source, long offset, int count) {
    reserve(count);
    source.getBytes(offset, bytes, length, count);
    length += count;
  }

  /** Decimal digits, filled up with zeros to a width. */
  void appendDigits(long value, int width) {
    reserve(20);
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int end = length + Math.max(digits, width);
    long rest = value;
    for (int i = end - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
  }

  void appendWhole(long value) {
    if (value == Long.MIN_VALUE) {
      append(Long.toString(value));
    } else {
      if (value < 0) {
        append('-');
      }
      appendDigits(Math.abs(value), 1);
    }
  }

  /** Puts one more byte before what stands from this position on. */
  void insert(int position, int character) {
    reserve(1);
    System.arraycopy(bytes, position, bytes, position + 1, length - position);
    bytes[position] = (byte) character;
    length++;
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes =
          Arrays.copyOf(
              bytes, Math.max(Math.addExact(length, more), bytes.length + (bytes.length >> 1)));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** Writes everything and becomes empty. */
  void drainTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
    length = 0;
  }
}
