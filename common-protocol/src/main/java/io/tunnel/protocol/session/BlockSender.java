package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.UploadCall;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams a spool in one PUT, and again from its start after a transient fault, until the service
 * has acknowledged the block. Runs once: on a thread of the client, or on that of the caller who
 * waits for it.
 */
final class BlockSender implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockSender.class);

  /** The service closes a PUT on which nothing arrives for 120 s; gateways may be quicker. */
  private static final long IDLE_MILLIS = 30_000;

  /** An attempt that lasted as long has made progress: the waits start anew. */
  private static final Duration LONG_ATTEMPT = Duration.ofMinutes(1);

  private static final int MOST_RESENDS = 20;
  private static final int FILE_BUFFER = 64 * 1024;

  private final HttpTransport transport;
  private final Supplier<ApiRequest> request;
  private final Spool spool;
  private final RetryPolicy.Attempts attempts;

  // Guarded by this.
  private boolean started;
  private boolean done;
  private @Nullable Throwable failure;
  private @Nullable Thread runner;
  private @Nullable UploadCall call;

  // Used by the runner only.
  private boolean sentAll;
  private long lastProgress;
  private long longestGap;

  BlockSender(HttpTransport transport, Supplier<ApiRequest> request, Spool spool) {
    this.transport = transport;
    this.request = request;
    this.spool = spool;
    this.attempts = transport.policy().start();
  }

  /** Claims the right to run; only the first caller gets it. */
  private synchronized boolean claim() {
    if (started || spool.isAbandoned()) {
      return false;
    }
    started = true;
    runner = Thread.currentThread();
    return true;
  }

  @Override
  public void run() {
    if (!claim()) {
      return;
    }
    Throwable problem = null;
    try {
      sendUntilAcknowledged();
    } catch (IOException | RuntimeException | Error e) {
      problem =
          transport.isClosed() && !spool.isAbandoned()
              ? TunnelException.of(
                  "ClientClosed", "The block was given up: the client has been closed", null, e)
              : e;
    }
    ended(problem);
  }

  private void ended(@Nullable Throwable problem) {
    boolean interruptedByClose;
    synchronized (this) {
      runner = null;
      call = null;
      failure = problem;
      done = true;
      interruptedByClose = spool.isAbandoned();
      notifyAll();
    }
    if (interruptedByClose) {
      // The interrupt was meant for this block, not for the thread's next task.
      Thread.interrupted();
    }
    try {
      spool.release();
    } catch (IOException e) {
      LOG.warn("The temporary file of a block could not be removed", e);
    }
  }

  private void sendUntilAcknowledged() throws TunnelException {
    int idleCloses = 0;
    int resends = 0;
    while (true) {
      Instant start = transport.policy().clock().instant();
      try {
        sendOnce();
        return;
      } catch (TunnelException e) {
        if (spool.isAbandoned() || !mayResend(e) || ++resends > MOST_RESENDS) {
          throw e;
        }
        long seen = spool.length();
        LOG.debug("Sending the block again after {} bytes of input", seen, e);
        boolean idle = longestGap >= IDLE_MILLIS && !spool.isSealed();
        Duration lasted = Duration.between(start, transport.policy().clock().instant());
        if (idle || lasted.compareTo(LONG_ATTEMPT) >= 0) {
          attempts.succeeded();
        }
        // Also after an idle time: the failure may have been a refusal.
        attempts.awaitNext(e);
        if (idle) {
          awaitInput(++idleCloses, seen);
        }
      }
    }
  }

  /**
   * The input was so slow that the service gave up waiting. The first time the block is sent again
   * when more input is there; if it happens again, when the input is complete, so that a slow input
   * does not send its beginning over and over.
   */
  private void awaitInput(int idleCloses, long seen) throws TunnelException {
    try {
      if (idleCloses == 1) {
        spool.awaitGrowth(seen);
      } else {
        spool.awaitSeal();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TunnelException.of("Interrupted", "The sending thread was interrupted", null, e);
    }
  }

  private void sendOnce() throws TunnelException {
    sentAll = false;
    longestGap = 0;
    UploadCall current = transport.upload(request.get(), this::stream);
    synchronized (this) {
      if (spool.isAbandoned()) {
        throw TunnelException.of("Abandoned", "The block has been given up");
      }
      call = current;
    }
    current.execute();
    if (!sentAll) {
      throw TunnelException.noAnswer(
          "ConnectionLost",
          "The service answered before it had received the whole block",
          true,
          new IOException("Answer before the end of the request"));
    }
  }

  private void stream(OutputStream out) throws IOException {
    byte[] buffer = new byte[FILE_BUFFER];
    long position = 0;
    lastProgress = transport.policy().clock().millis();
    try {
      while (true) {
        int count = spool.copyTo(out, position, buffer, this::noteGap);
        if (count < 0) {
          sentAll = true;
          return;
        }
        position += count;
        // Time in which the network took no data is not a lack of input.
        lastProgress = transport.policy().clock().millis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  /** Called before each write: how long has the connection been silent for lack of input? */
  private void noteGap() {
    long gap = transport.policy().clock().millis() - lastProgress;
    longestGap = Math.max(longestGap, gap);
  }

  /** Writing the same again harms nobody, so everything that may be transient is worth it. */
  static boolean mayResend(TunnelException e) {
    return e.isRetryable()
        || e.code().equals("RequestTimeOut")
        || e.code().equals("CorruptedDataStream")
        || e.code().equals("IncompleteBody");
  }

  /** Runs on this thread if nobody has begun, and returns when the service has acknowledged. */
  void finish() throws IOException {
    run();
    synchronized (this) {
      while (!done) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw TunnelException.of(
              "Interrupted", "The thread was interrupted while it waited for a block", null, e);
        }
      }
    }
    throwFailure();
  }

  /** Throws what has made the sender give up, if it has. */
  void throwFailure() throws IOException {
    Throwable problem;
    synchronized (this) {
      problem = failure;
    }
    if (problem instanceof TunnelException known) {
      throw known.withReason(known.reason());
    } else if (problem != null) {
      throw new IOException("The block could not be sent: " + problem, problem);
    }
  }

  /** Gives the block up: breaks the request, so that the service drops what it has received. */
  void abandon() throws IOException {
    UploadCall current;
    boolean nobodyRuns;
    synchronized (this) {
      spool.abandon();
      current = call;
      Thread thread = runner;
      if (thread != null) {
        thread.interrupt();
      }
      nobodyRuns = !started;
      started = true;
      if (nobodyRuns) {
        // For a thread that is about to call finish().
        failure = TunnelException.of("Abandoned", "The block has been given up");
        done = true;
        notifyAll();
      }
    }
    if (current != null) {
      current.cancel();
    }
    if (nobodyRuns) {
      spool.release();
    }
  }
}
