package io.tunnel.protocol.http;

import java.io.Closeable;
import java.io.InputStream;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** An answer of the kind 2xx whose body is still to be read. Closing it frees the connection. */
public final class StreamAnswer implements Closeable {
  private final Response response;

  StreamAnswer(Response response) {
    this.response = response;
  }

  /** The value of a header, or null. */
  public @Nullable String header(String name) {
    return response.header(name);
  }

  /** The id of the request, or null. */
  public @Nullable String requestId() {
    return response.header(ErrorAnswer.REQUEST_ID_HEADER);
  }

  /** The body; the same stream each time. */
  public InputStream body() {
    return response.body().byteStream();
  }

  /** Frees the connection; what has not been read is given up. */
  @Override
  public void close() {
    response.close();
  }
}
