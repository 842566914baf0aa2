package io.tunnel.server.control;

import io.tunnel.server.Operation;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request and its answer as the server saw them. Nothing secret is in it: of a parameter's value
 * only what the protocol needs is kept, and no header.
 *
 * @param requestId the id that the answer carries
 * @param operation what was asked for
 * @param method the HTTP method
 * @param path the path with its parameters
 * @param end how the answer ended
 * @param status the HTTP status that was sent, or would have been without the fault; 0 if none was
 *     settled
 * @param errorCode the error code of the answer, or null
 * @param requestBytes the body of the request, as far as it had been read when the answer was made
 * @param answerBytes the body of the answer, as far as it was sent
 * @param start when the request came, by the server's clock
 * @param duration from the request's head to the end of the answer, by the clock of the machine
 * @param fault what was made to go wrong, or null
 */
public record RecordedRequest(
    String requestId,
    Operation operation,
    String method,
    String path,
    End end,
    int status,
    @Nullable String errorCode,
    long requestBytes,
    long answerBytes,
    Instant start,
    Duration duration,
    @Nullable Fault fault) {
  /** How an answer ended. */
  public enum End {
    /** It has not: the call is being served. */
    RUNNING,
    /** It was given to the network whole. */
    ANSWERED,
    /** The connection was cut before. */
    CUT
  }

  /** One line for people. */
  @Override
  public String toString() {
    return start
        + " "
        + method
        + " "
        + path
        + " -> "
        + switch (end) {
          case RUNNING -> "still running";
          case ANSWERED -> status + (errorCode == null ? "" : " " + errorCode);
          case CUT -> "cut" + (status == 0 ? "" : ", was " + status);
        }
        + ", "
        + requestBytes
        + " bytes in, "
        + answerBytes
        + " out, "
        + duration.toMillis()
        + " ms, "
        + requestId
        + (fault == null ? "" : ", " + fault);
  }
}
