package io.tunnel.server.session;

import io.tunnel.server.error.ServiceError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Refuses a body beyond a size. */
final class BoundedInput extends FilterInputStream {
  private final long limit;
  private long count;

  BoundedInput(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      add(1);
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = super.read(target, offset, length);
    if (read > 0) {
      add(read);
    }
    return read;
  }

  private void add(int read) throws IOException {
    count += read;
    if (count > limit) {
      throw ServiceError.MAX_MESSAGE_LENGTH_EXCEEDED.exception(
          "The block has more than " + limit + " bytes; split it into several blocks");
    }
  }
}
