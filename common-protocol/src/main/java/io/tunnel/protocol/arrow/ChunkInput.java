package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Reads the payload out of its chunks; no byte is handed out before its checksum was right
 * (specification: regular tunnel, section 4.1.1).
 */
final class ChunkInput implements MessageInput {
  /** Largest chunk size that is accepted, so that a forged size field cannot take the memory. */
  static final int MAX_CHUNK_BYTES = 64 * 1024 * 1024;

  private final InputStream in;
  private final CRC32C chunkCrc = new CRC32C();
  private final CRC32C totalCrc = new CRC32C();

  /** Grows with what really arrives, up to a chunk and its CRC. */
  private byte[] chunk = new byte[ChunkOutput.CHUNK_BYTES + Integer.BYTES];

  private int chunkBytes = -1;
  private int position;
  private int limit;
  private boolean last;

  ChunkInput(InputStream in) {
    this.in = in;
  }

  /** Whether the payload has ended, its total CRC being right. */
  @Override
  public boolean atEnd() throws IOException {
    while (position == limit) {
      if (last) {
        return true;
      }
      nextChunk();
    }
    return false;
  }

  @Override
  public void readFully(byte[] target, int offset, int length) throws IOException {
    int to = offset;
    int end = offset + length;
    while (to < end) {
      int count = available(end - to);
      System.arraycopy(chunk, position, target, to, count);
      position += count;
      to += count;
    }
  }

  @Override
  public void readFully(ArrowBuf target, long length) throws IOException {
    long to = 0;
    while (to < length) {
      int count = available(length - to);
      target.setBytes(to, chunk, position, count);
      position += count;
      to += count;
    }
  }

  private int available(long wanted) throws IOException {
    if (atEnd()) {
      throw MalformedBodyException.malformed("The Arrow body ends in the middle of a message");
    }
    return (int) Math.min(wanted, limit - position);
  }

  private void nextChunk() throws IOException {
    if (chunkBytes < 0) {
      readSize();
      if (last) {
        return;
      }
    }
    int count = fill(chunkBytes + Integer.BYTES);
    if (count < Integer.BYTES) {
      throw MalformedBodyException.malformed(
          "The Arrow body is cut off: its total checksum is missing");
    }
    int payload = count - Integer.BYTES;
    totalCrc.update(chunk, 0, payload);
    if (payload == chunkBytes) {
      chunkCrc.reset();
      chunkCrc.update(chunk, 0, payload);
      require(payload, chunkCrc, "chunk");
    } else {
      require(payload, totalCrc, "whole payload");
      last = true;
    }
    position = 0;
    limit = payload;
  }

  private void readSize() throws IOException {
    int count = fill(Integer.BYTES);
    if (count > 0 && count < Integer.BYTES) {
      throw MalformedBodyException.malformed("The Arrow body is cut off in its chunk size");
    }
    chunkBytes = count == 0 ? 0 : intAt(0);
    if (chunkBytes == 0) {
      // No byte at all, or the total CRC of nothing without a size: both mean no rows.
      if (fill(1) > 0) {
        throw MalformedBodyException.malformed("The Arrow body has the chunk size 0");
      }
      last = true;
    } else if (chunkBytes < 0 || chunkBytes > MAX_CHUNK_BYTES) {
      throw MalformedBodyException.malformed(
          "The Arrow body has the chunk size "
              + Integer.toUnsignedString(chunkBytes)
              + ", allowed are 1 to "
              + MAX_CHUNK_BYTES);
    }
  }

  /** Reads up to {@code wanted} bytes; fewer only at the end of the stream. */
  private int fill(int wanted) throws IOException {
    int count = 0;
    while (count < wanted) {
      if (count == chunk.length) {
        chunk = Arrays.copyOf(chunk, Math.min(wanted, 2 * chunk.length));
      }
      int read = in.read(chunk, count, Math.min(wanted, chunk.length) - count);
      if (read < 0) {
        break;
      }
      count += read;
    }
    return count;
  }

  private void require(int offset, CRC32C computed, String what) throws MalformedBodyException {
    int found = intAt(offset);
    if (found != (int) computed.getValue()) {
      throw MalformedBodyException.corrupted(
          "The checksum of the "
              + what
              + " is wrong: the Arrow body carries "
              + Integer.toHexString(found)
              + ", its bytes give "
              + Integer.toHexString((int) computed.getValue()));
    }
  }

  private int intAt(int offset) {
    return (chunk[offset] & 0xff) << 24
        | (chunk[offset + 1] & 0xff) << 16
        | (chunk[offset + 2] & 0xff) << 8
        | (chunk[offset + 3] & 0xff);
  }
}
