package io.tunnel.server.http;

import io.tunnel.server.limit.Pace;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The body of a streamed answer. Only {@link #finish()} ends the answer well; closing without it
 * breaks the connection, because the HTTP framing would otherwise call a cut body complete.
 */
final class AnswerStream extends BufferedOutputStream {
  private final Sink sink;
  private final Callback callback;
  private final Runnable ending;
  private boolean ended;

  /**
   * @param ending runs when everything but the end has been sent
   * @param pace how fast the bytes go; null for as fast as they can
   * @param times learns how long the client took
   */
  AnswerStream(
      OutputStream sink,
      Callback callback,
      Runnable ending,
      int bufferBytes,
      @Nullable Pace pace,
      TransferTimes times) {
    this(new Sink(sink, pace, times), callback, ending, bufferBytes);
  }

  private AnswerStream(Sink sink, Callback callback, Runnable ending, int bufferBytes) {
    super(sink, bufferBytes);
    this.sink = sink;
    this.callback = callback;
    this.ending = ending;
  }

  /** How many bytes the client's side has taken so far. */
  long sent() {
    return sink.sent;
  }

  /** Whether the writer waits for the client right now. */
  boolean isWaiting() {
    return sink.waiting;
  }

  /** Ends the answer. */
  void finish() throws IOException {
    flush();
    ending.run();
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

  /** Counts, and says when it waits; one thread writes, others look. */
  private static final class Sink extends FilterOutputStream {
    private volatile long sent;
    private volatile boolean waiting;

    private final @Nullable Pace pace;
    private final TransferTimes times;

    Sink(OutputStream out, @Nullable Pace pace, TransferTimes times) {
      super(out);
      this.pace = pace;
      this.times = times;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void write(byte[] bytes, int offset, int length) throws IOException {
      waiting = true;
      long start = System.nanoTime();
      try {
        out.write(bytes, offset, length);
        sent += length;
      } finally {
        waiting = false;
      }
      long written = System.nanoTime();
      times.waitedForClient(written - start);
      if (pace != null) {
        pace.moved(length);
        times.keptPace(System.nanoTime() - written);
      }
    }
  }
}
