package io.tunnel.server.session;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets writers and codings be closed, which ends their form, without closing the answer. */
final class KeepOpenOutput extends FilterOutputStream {
  KeepOpenOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    out.flush();
  }
}
