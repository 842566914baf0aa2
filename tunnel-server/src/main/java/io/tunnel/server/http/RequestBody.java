package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.limit.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as it arrives. A body that breaks off, or on which nothing arrives for too
 * long, gives an IOException, never an early end. Read by one thread; closing it does nothing, so
 * that what a reader leaves can still be dropped.
 */
final class RequestBody extends InputStream {
  private final Request request;
  private final TransferTimes times;
  private final Semaphore arrivals = new Semaphore(0);
  private final Runnable arrived =
      Invocable.from(Invocable.InvocationType.NON_BLOCKING, arrivals::release);
  private Content.@Nullable Chunk chunk;
  private @Nullable Pace pace;
  private @Nullable Runnable cut;
  private long cutAfter = Long.MAX_VALUE;
  private @Nullable BodyDigest digest;
  private volatile long received;
  private volatile boolean waiting;

  RequestBody(Request request, TransferTimes times) {
    this.request = request;
    this.times = times;
  }

  /** From here on bytes are given out at this pace. */
  void setPace(Pace value) {
    pace = value;
  }

  /** The body will have to match this; the read that finds its end fails if it does not. */
  void setDigest(@Nullable BodyDigest value) {
    digest = value;
  }

  /**
   * The connection breaks when so many bytes have been given out, and at the latest at the end.
   *
   * @param connection closes the connection
   */
  void cutAfter(long bytes, Runnable connection) {
    cutAfter = bytes;
    cut = connection;
  }

  /** How many bytes have been read so far. */
  long received() {
    return received;
  }

  /** Whether the reader waits for the client right now. */
  boolean isWaiting() {
    return waiting;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    Content.Chunk current = received < cutAfter ? await() : null;
    if (current == null) {
      if (cut != null) {
        cut.run();
        throw new IOException("A fault has cut the connection within the request");
      }
      BodyDigest ended = digest;
      digest = null;
      if (ended != null) {
        ended.require();
      }
      return -1;
    }
    ByteBuffer bytes = current.getByteBuffer();
    int count = (int) Math.min(Math.min(length, bytes.remaining()), cutAfter - received);
    bytes.get(target, offset, count);
    if (digest != null) {
      digest.update(target, offset, count);
    }
    received += count;
    if (!bytes.hasRemaining()) {
      next(current);
    }
    if (pace != null) {
      long start = System.nanoTime();
      pace.moved(count);
      times.keptPace(System.nanoTime() - start);
    }
    return count;
  }

  /** A chunk with bytes, or null at the end of the body. */
  private Content.@Nullable Chunk await() throws IOException {
    while (true) {
      Content.Chunk current = chunk;
      if (current == null) {
        current = request.read();
        if (current == null) {
          awaitArrival();
          continue;
        }
        chunk = current;
      }
      if (Content.Chunk.isFailure(current)) {
        if (!current.isLast()) {
          // The request can be answered still.
          chunk = null;
        }
        throw failure(current.getFailure());
      }
      if (current.hasRemaining()) {
        return current;
      }
      if (current.isLast()) {
        return null;
      }
      next(current);
    }
  }

  private void next(Content.Chunk current) {
    current.release();
    chunk = current.isLast() ? Content.Chunk.EOF : null;
  }

  private void awaitArrival() throws IOException {
    request.demand(arrived);
    waiting = true;
    long start = System.nanoTime();
    try {
      arrivals.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The server is closing");
    } finally {
      waiting = false;
      times.waitedForClient(System.nanoTime() - start);
    }
  }

  static IOException failure(Throwable cause) {
    if (cause instanceof TimeoutException) {
      return ServiceError.REQUEST_TIME_OUT.exception(
          "Nothing of the body arrived for too long; send it again", cause);
    }
    return ServiceError.INCOMPLETE_BODY.exception("The body broke off", cause);
  }

  /** Gives back what has been received and not read. */
  void release() {
    Content.Chunk current = chunk;
    if (current != null && !Content.Chunk.isFailure(current)) {
      next(current);
    }
  }
}
