package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelException;
import okhttp3.Call;

/** One request with a streamed body. */
public final class UploadCall {
  private final Call call;
  private final HttpTransport.Attempt<ApiAnswer> attempt;

  UploadCall(Call call, HttpTransport.Attempt<ApiAnswer> attempt) {
    this.call = call;
    this.attempt = attempt;
  }

  /**
   * Sends the request, writes its body and reads the answer. Must be called at most once.
   *
   * @throws TunnelException if there is no answer of the kind 2xx
   */
  public ApiAnswer execute() throws TunnelException {
    return attempt.run();
  }

  /** Breaks the connection, from any thread. The body then has no proper end. */
  public void cancel() {
    call.cancel();
  }
}
