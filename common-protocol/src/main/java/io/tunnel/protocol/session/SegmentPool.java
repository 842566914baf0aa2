package io.tunnel.protocol.session;

import java.util.ArrayDeque;
import java.util.Deque;

/** Byte arrays of one size that are used again. Keeps a few, lets the others go. Thread safe. */
final class SegmentPool {
  /** The size of an array. */
  static final int SEGMENT_BYTES = 128 * 1024;

  private static final int KEPT = 32;

  private final Deque<byte[]> free = new ArrayDeque<>();

  synchronized byte[] take() {
    byte[] segment = free.poll();
    return segment == null ? new byte[SEGMENT_BYTES] : segment;
  }

  synchronized void give(byte[] segment) {
    if (free.size() < KEPT) {
      free.push(segment);
    }
  }
}
