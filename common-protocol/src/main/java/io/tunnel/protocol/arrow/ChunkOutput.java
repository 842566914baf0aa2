package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Cuts a payload into chunks, each followed by its CRC-32C, and ends it with the CRC-32C of
 * everything (specification: regular tunnel, section 4.1.1). Holds one chunk in memory.
 */
final class ChunkOutput {
  /** The chunk size that all official writers use. */
  static final int CHUNK_BYTES = 65_536;

  private final OutputStream out;
  private final int chunkBytes;

  /** One chunk and room for its CRC. */
  private final byte[] chunk;

  private final CRC32C chunkCrc = new CRC32C();
  private final CRC32C totalCrc = new CRC32C();
  private int position;
  private boolean started;

  ChunkOutput(OutputStream out, int chunkBytes) {
    this.out = out;
    this.chunkBytes = chunkBytes;
    chunk = new byte[chunkBytes + Integer.BYTES];
  }

  void write(byte[] source, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      int count = Math.min(end - from, chunkBytes - position);
      System.arraycopy(source, from, chunk, position, count);
      from += count;
      advance(count);
    }
  }

  void write(ArrowBuf source, long length) throws IOException {
    long from = 0;
    while (from < length) {
      int count = (int) Math.min(length - from, chunkBytes - position);
      source.getBytes(from, chunk, position, count);
      from += count;
      advance(count);
    }
  }

  /** Zero bytes up to the next multiple of 8 behind {@code length} bytes of content. */
  void pad(long length) throws IOException {
    zeros(-length & 7);
  }

  void zeros(long count) throws IOException {
    for (long i = 0; i < count; i++) {
      chunk[position] = 0;
      advance(1);
    }
  }

  /** Writes the size field, which otherwise waits for the first payload byte. */
  void start() throws IOException {
    if (!started) {
      started = true;
      byte[] size = new byte[Integer.BYTES];
      putInt(size, 0, chunkBytes);
      out.write(size);
    }
  }

  /** Writes the last piece and the total CRC. */
  void finish() throws IOException {
    if (position > 0) {
      start();
      totalCrc.update(chunk, 0, position);
    }
    putInt(chunk, position, (int) totalCrc.getValue());
    out.write(chunk, 0, position + Integer.BYTES);
    position = 0;
    out.flush();
  }

  private void advance(int count) throws IOException {
    position += count;
    if (position == chunkBytes) {
      start();
      chunkCrc.reset();
      chunkCrc.update(chunk, 0, chunkBytes);
      totalCrc.update(chunk, 0, chunkBytes);
      putInt(chunk, chunkBytes, (int) chunkCrc.getValue());
      out.write(chunk, 0, chunkBytes + Integer.BYTES);
      position = 0;
    }
  }

  private static void putInt(byte[] target, int offset, int value) {
    target[offset] = (byte) (value >>> 24);
    target[offset + 1] = (byte) (value >>> 16);
    target[offset + 2] = (byte) (value >>> 8);
    target[offset + 3] = (byte) value;
  }
}
