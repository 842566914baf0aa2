package io.tunnel.server.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.util.Callback;

/**
 * The body of a streamed answer. Only {@link #finish()} ends the answer well; closing without it
 * breaks the connection, because the HTTP framing would otherwise call a cut body complete.
 */
final class AnswerStream extends BufferedOutputStream {
  private final OutputStream sink;
  private final Callback callback;
  private boolean ended;

  AnswerStream(OutputStream sink, Callback callback, int bufferBytes) {
    super(sink, bufferBytes);
    this.sink = sink;
    this.callback = callback;
  }

  /** Ends the answer. */
  void finish() throws IOException {
    flush();
    sink.close();
    ended = true;
    callback.succeeded();
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      callback.failed(new IOException("The answer was not finished"));
    }
  }
}
