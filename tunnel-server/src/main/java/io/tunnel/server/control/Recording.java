package io.tunnel.server.control;

import io.tunnel.server.Operation;
import io.tunnel.server.control.RecordedRequest.End;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The record of a request that is being written. Thread safe. */
public final class Recording {
  private final String requestId;
  private final String method;
  private final String path;
  private final Instant start;
  private final long startNanos = System.nanoTime();
  private final Operation operation;
  private End end = End.RUNNING;
  private int status;
  private @Nullable String errorCode;
  private long requestBytes;
  private long answerBytes;
  private Duration duration = Duration.ZERO;
  private @Nullable Fault fault;

  Recording(String requestId, Operation operation, String method, String path, Instant start) {
    this.requestId = requestId;
    this.operation = operation;
    this.method = method;
    this.path = path;
    this.start = start;
  }

  /** The call has a fault. */
  synchronized void has(Fault value) {
    fault = value;
  }

  /**
   * The answer is settled; its last byte follows only after this, so that a client that has its
   * answer finds it recorded.
   */
  public synchronized void answered(
      int sentStatus, @Nullable String code, long bytesIn, long bytesOut) {
    status = sentStatus;
    errorCode = code;
    end(End.ANSWERED, bytesIn, bytesOut);
  }

  /** The connection is about to be cut, whatever was settled before. */
  public synchronized void cut(long bytesIn, long bytesOut) {
    end(End.CUT, bytesIn, bytesOut);
  }

  private void end(End value, long bytesIn, long bytesOut) {
    if (end != End.CUT) {
      end = value;
      requestBytes = bytesIn;
      answerBytes = bytesOut;
      duration = Duration.ofNanos(System.nanoTime() - startNanos);
    }
  }

  synchronized RecordedRequest snapshot() {
    return new RecordedRequest(
        requestId,
        operation,
        method,
        path,
        end,
        status,
        errorCode,
        requestBytes,
        answerBytes,
        start,
        duration,
        fault);
  }
}
