package io.tunnel.server.store;

import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Bits that are 1 where a value is not NULL, the lowest of a byte first, in DuckDB and in Arrow.
 */
final class ValidityBits {
  private ValidityBits() {}

  /**
   * Whether a bit is 1.
   *
   * @param bits the address; 0 if all are 1
   */
  static boolean isSet(long bits, int index) {
    return bits == 0 || (MemoryUtil.getByte(bits + (index >> 3)) >> (index & 7) & 1) != 0;
  }

  /** Makes a bit 1. */
  static void set(long bits, int index) {
    long address = bits + (index >> 3);
    MemoryUtil.putByte(address, (byte) (MemoryUtil.getByte(address) | 1 << (index & 7)));
  }

  /**
   * Copies bits to where all bits are 0.
   *
   * @param source the address; 0 if all are 1
   */
  static void copy(long source, int from, long target, int to, int count) {
    int done = 0;
    if ((to & 7) == 0 && (from & 7) == 0) {
      int bytes = count >> 3;
      if (source == 0) {
        MemoryUtil.setMemory(target + (to >> 3), bytes, (byte) 0xff);
      } else {
        MemoryUtil.copyMemory(source + (from >> 3), target + (to >> 3), bytes);
      }
      done = bytes << 3;
    }
    for (; done < count; done++) {
      if (isSet(source, from + done)) {
        set(target, to + done);
      }
    }
  }
}
