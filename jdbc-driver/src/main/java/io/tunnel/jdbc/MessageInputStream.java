package io.tunnel.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Byte arrays, asked for one after the other, as one stream. */
final class MessageInputStream extends InputStream {

  /** Gives the next message, or null behind the last one. */
  interface Messages {
    byte @Nullable [] next() throws SQLException, IOException;
  }

  private final Messages messages;
  private byte[] current = new byte[0];
  private int position;
  private boolean ended;

  MessageInputStream(Messages messages) {
    this.messages = messages;
  }

  @Override
  public int read() throws IOException {
    return hasBytes() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!hasBytes()) {
      return -1;
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int available() {
    return current.length - position;
  }

  private boolean hasBytes() throws IOException {
    while (position == current.length && !ended) {
      try {
        byte[] next = messages.next();
        ended = next == null;
        current = next == null ? new byte[0] : next;
        position = 0;
      } catch (SQLException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    return position < current.length;
  }
}
