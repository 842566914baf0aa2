package io.tunnel.protocol.http;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the kind 2xx whose body is still to be read. Closing it frees the connection. If the
 * transport is closed first, reading fails with a {@link io.tunnel.protocol.TunnelException} of the
 * code {@code ClientClosed}.
 */
public final class StreamAnswer implements Closeable {
  private final Response response;
  private final ApiRequest request;
  private final RunningCalls calls;
  private final Call call;
  private final InputStream body;

  StreamAnswer(Response response, ApiRequest request, RunningCalls calls, Call call) {
    this.response = response;
    this.request = request;
    this.calls = calls;
    this.call = call;
    this.body = new Body(response.body().byteStream());
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
    return body;
  }

  /** Frees the connection; what has not been read is given up. */
  @Override
  public void close() {
    calls.remove(call);
    response.close();
  }

  /** Says why a read has failed. */
  private final class Body extends FilterInputStream {
    Body(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        throw explained(e);
      }
    }

    private IOException explained(IOException failure) {
      return calls.isClosed() ? RunningCalls.broken(request, failure) : failure;
    }
  }
}
