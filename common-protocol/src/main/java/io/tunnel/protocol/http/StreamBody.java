package io.tunnel.protocol.http;

import java.io.IOException;
import java.io.OutputStream;

/** A request body that is written while it is sent, once for each attempt. */
@FunctionalInterface
public interface StreamBody {
  /**
   * Writes the whole body. If this throws, the request ends without its last chunk, so that no
   * server can take the body for complete.
   */
  void writeTo(OutputStream out) throws IOException;
}
