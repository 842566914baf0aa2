package io.tunnel.protocol.http;

import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A body of unknown length, sent in chunks and never twice. */
final class ChunkedBody extends RequestBody {
  private final StreamBody body;

  ChunkedBody(StreamBody body) {
    this.body = body;
  }

  /** The header is set, and signed, with the request. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    OutputStream out = sink.outputStream();
    body.writeTo(out);
    out.flush();
  }
}
