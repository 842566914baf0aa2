package io.tunnel.protocol.pack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Bytes in memory that grow without being copied. The first chunk is small, so that thousands of
 * packs may be open at once. Not thread safe.
 */
final class ByteChunks extends OutputStream {
  private static final int FIRST_BYTES = 512;
  private static final int MOST_BYTES = 64 * 1024;

  private final List<byte[]> full = new ArrayList<>();
  private byte[] last = new byte[0];
  private int used;
  private long before;
  private long capacity;

  /** Bytes of memory, used or not. */
  long capacity() {
    return capacity;
  }

  /** Bytes so far. */
  long length() {
    return before + used;
  }

  @Override
  public void write(int value) {
    if (used == last.length) {
      addChunk();
    }
    last[used++] = (byte) value;
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (used == last.length) {
        addChunk();
      }
      int count = Math.min(end - from, last.length - used);
      System.arraycopy(source, from, last, used, count);
      used += count;
      from += count;
    }
  }

  private void addChunk() {
    if (used > 0) {
      full.add(last);
      before += used;
    }
    // In all never more than twice of what is written.
    last = new byte[(int) Math.max(FIRST_BYTES, Math.min(MOST_BYTES, before))];
    capacity += last.length;
    used = 0;
  }

  /** Writes everything. */
  void writeTo(OutputStream out) throws IOException {
    for (byte[] chunk : full) {
      out.write(chunk, 0, chunk.length);
    }
    out.write(last, 0, used);
  }

  /** Reads everything from the start; nothing may be written meanwhile. */
  InputStream open() {
    List<InputStream> streams = new ArrayList<>(full.size() + 1);
    full.forEach(chunk -> streams.add(new ByteArrayInputStream(chunk)));
    streams.add(new ByteArrayInputStream(last, 0, used));
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  /** Forgets everything, and gives the memory back. */
  void clear() {
    full.clear();
    last = new byte[0];
    used = 0;
    before = 0;
    capacity = 0;
  }

  /** Hands all bytes to somebody who cannot fail. */
  void forEach(Piece piece) {
    for (byte[] chunk : full) {
      piece.take(chunk, 0, chunk.length);
    }
    piece.take(last, 0, used);
  }

  /** Takes a part of an array. */
  @FunctionalInterface
  interface Piece {
    /** The array is only lent. */
    void take(byte[] source, int offset, int length);
  }
}
