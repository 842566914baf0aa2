package io.tunnel.protocol;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a call to the service fails: an error answer, no answer at all, or an answer
 * that makes no sense. The message is one sentence, followed by the code and the request id if
 * there is one.
 */
public final class TunnelException extends IOException {
  private static final long serialVersionUID = 1;

  private final String reason;
  private final String code;
  private final int status;
  private final @Nullable String requestId;
  private final boolean retryable;
  private final Duration retryAfter;
  private final @Nullable String routedServer;

  private TunnelException(
      String reason,
      String code,
      int status,
      @Nullable String requestId,
      boolean retryable,
      Duration retryAfter,
      @Nullable String routedServer,
      @Nullable Throwable cause) {
    super(
        reason + " (code " + code + (requestId == null ? "" : ", request id " + requestId) + ")",
        cause);
    this.reason = reason;
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
    this.routedServer = routedServer;
  }

  /**
   * A failure found on this side; never retryable.
   *
   * @param code a code of the service's vocabulary, or a name of ours
   * @param reason one sentence that says what to change
   */
  public static TunnelException of(String code, String reason) {
    return new TunnelException(reason, code, 0, null, false, Duration.ZERO, null, null);
  }

  /** As {@link #of(String, String)}, with a cause and the id of the request that showed it. */
  public static TunnelException of(
      String code, String reason, @Nullable String requestId, @Nullable Throwable cause) {
    return new TunnelException(reason, code, 0, requestId, false, Duration.ZERO, null, cause);
  }

  /**
   * No complete answer arrived.
   *
   * @param retryable whether the cause may go away by itself
   */
  public static TunnelException noAnswer(
      String code, String reason, boolean retryable, IOException cause) {
    return new TunnelException(reason, code, 0, null, retryable, Duration.ZERO, null, cause);
  }

  /**
   * An error answer.
   *
   * @param retryAfter how long the service asks to wait at least; zero if it does not say
   */
  public static TunnelException answer(
      String code, int status, @Nullable String requestId, String reason, Duration retryAfter) {
    boolean retryable =
        status == 308
            || status == 408
            || status == 429
            || (status >= 500 && status != 501)
            // "Not yet": the service says when to come back (control plane, section 4.2).
            || (status == 409 && !retryAfter.isZero());
    return new TunnelException(reason, code, status, requestId, retryable, retryAfter, null, null);
  }

  /** The same failure, with a longer story. */
  public TunnelException withReason(String longerReason) {
    return copy(longerReason, routedServer);
  }

  /**
   * The same failure, with the server to which the service has moved a slot.
   *
   * @param server host and port, or null if the answer named none
   */
  public TunnelException withRoutedServer(@Nullable String server) {
    return server == null ? this : copy(reason, server);
  }

  private TunnelException copy(String newReason, @Nullable String server) {
    TunnelException copy =
        new TunnelException(
            newReason, code, status, requestId, retryable, retryAfter, server, getCause());
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /**
   * The service's error code, such as {@code NoSuchTable} or {@code ODPS-0130131}; {@code HttpNNN}
   * if an error answer carries none; {@code Unreachable}, {@code ConnectionLost}, {@code TimedOut}
   * or {@code UntrustedServer} if there was no answer; {@code ClientClosed} or {@code Interrupted}
   * if this side has given up.
   */
  public String code() {
    return code;
  }

  /** The HTTP status; 0 if there was no answer. */
  public int status() {
    return status;
  }

  /** The id under which the service has logged the request, if it said so. */
  public @Nullable String requestId() {
    return requestId;
  }

  /** The sentence without code and request id. */
  public String reason() {
    return reason;
  }

  /** Whether the same request may succeed later without any change. */
  public boolean isRetryable() {
    return retryable;
  }

  /** How long the service asks to wait at least before the next request; zero if it did not say. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /** The server to which the service has moved the slot of an upsert session, or null. */
  public @Nullable String routedServer() {
    return routedServer;
  }

  /** Whether the service says that the object does not exist. */
  public boolean isNotFound() {
    return status == 404 || code.startsWith("NoSuch");
  }
}
