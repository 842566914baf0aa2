package io.tunnel.server.http;

import java.io.IOException;
import java.io.OutputStream;

/** The body of an answer up to the byte at which a fault cuts the connection. */
final class CutOutput extends OutputStream {
  private final OutputStream out;
  private final Runnable cut;
  private long left;

  /**
   * @param bytes how many get through at most; the end never does
   * @param cut closes the connection
   */
  CutOutput(OutputStream out, long bytes, Runnable cut) {
    this.out = out;
    this.left = bytes;
    this.cut = cut;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int count = (int) Math.min(length, left);
    if (count > 0) {
      out.write(bytes, offset, count);
      left -= count;
    }
    if (left == 0) {
      throw broken();
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Instead of the end of the answer. */
  @Override
  public void close() throws IOException {
    throw broken();
  }

  private IOException broken() {
    cut.run();
    return new IOException("A fault has cut the connection within the answer");
  }
}
