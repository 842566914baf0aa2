package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import org.apache.arrow.memory.ArrowBuf;

/** Messages without chunks and checksums, as in Arrow's own streams. */
final class PlainInput implements MessageInput {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final PushbackInputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  PlainInput(InputStream in) {
    this.in = new PushbackInputStream(in);
  }

  @Override
  public boolean atEnd() throws IOException {
    int next = in.read();
    if (next >= 0) {
      in.unread(next);
    }
    return next < 0;
  }

  @Override
  public void readFully(byte[] target, int offset, int length) throws IOException {
    if (in.readNBytes(target, offset, length) < length) {
      throw MalformedBodyException.malformed("The Arrow stream ends in the middle of a message");
    }
  }

  /** Copies, because Arrow's own way needs a flag of the JVM. */
  @Override
  public void readFully(ArrowBuf target, long length) throws IOException {
    for (long to = 0; to < length; ) {
      int count = (int) Math.min(length - to, BUFFER_BYTES);
      readFully(buffer, 0, count);
      target.setBytes(to, buffer, 0, count);
      to += count;
    }
  }
}
