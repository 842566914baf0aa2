package io.tunnel.server.control;

import io.tunnel.server.error.ServiceError;
import java.time.Duration;

/** What goes wrong with a call. Immutable. */
public sealed interface Fault {
  /**
   * The call is refused and changes nothing.
   *
   * @param status the HTTP status, 300 to 599 without 304, which cannot have a body; 308 is the
   *     service's slot reassignment and comes without {@code Location}
   * @param code the service's error code
   * @param message the text for people
   * @param retryAfter the header {@code Retry-After}, which has whole seconds; zero for none
   * @param hold the member {@code HoldClientMillis} of the error (specification: regular tunnel,
   *     section 7.1), which only answers of the tunnel endpoint have; zero for none
   */
  record Refuse(int status, String code, String message, Duration retryAfter, Duration hold)
      implements Fault {
    /** Rejects what cannot be sent. */
    public Refuse {
      if (status < 300 || status > 599 || status == 304) {
        throw new IllegalArgumentException(
            "The status " + status + " is no error: take one from 300 to 599, but not 304");
      }
      if (code.isEmpty()) {
        throw new IllegalArgumentException("An error needs a code, for example FlowExceeded");
      }
      if (retryAfter.isNegative() || hold.isNegative()) {
        throw new IllegalArgumentException("A client cannot wait for less than no time");
      }
    }

    /** The same with another text. */
    public Refuse message(String text) {
      return new Refuse(status, code, text, retryAfter, hold);
    }

    /** The same with a {@code Retry-After}, rounded up to whole seconds. */
    public Refuse retryAfter(Duration time) {
      return new Refuse(status, code, message, time, hold);
    }

    /** What {@code Retry-After} says; 0 for none. */
    public long retryAfterSeconds() {
      return retryAfter.plusSeconds(1).minusNanos(1).toSeconds();
    }

    /** The same with a {@code HoldClientMillis}. */
    public Refuse hold(Duration time) {
      return new Refuse(status, code, message, retryAfter, time);
    }
  }

  /** The call is done, and the connection is cut before anything of the answer is sent. */
  record LoseAnswer() implements Fault {}

  /**
   * The connection is cut when so many bytes of the request's body have arrived, and at the latest
   * at its end, so the body never counts as complete. Calls other than blocks are small documents:
   * they are cut when they have arrived and before they are obeyed. Where nobody reads a body, for
   * example because the session has expired, the connection is cut in place of the answer.
   *
   * @param bytes 0 or more
   */
  record CutRequest(long bytes) implements Fault {
    /** Rejects what is negative. */
    public CutRequest {
      if (bytes < 0) {
        throw new IllegalArgumentException("A connection cannot be cut after " + bytes + " bytes");
      }
    }
  }

  /**
   * The call is done, and the connection is cut when so many bytes of the answer's body have been
   * sent, and at the latest before its end, so the answer never counts as complete.
   *
   * @param bytes 1 or more; nothing at all is {@link LoseAnswer}
   */
  record CutAnswer(long bytes) implements Fault {
    /** Rejects what is not positive. */
    public CutAnswer {
      if (bytes < 1) {
        throw new IllegalArgumentException(
            "An answer is cut after 1 byte or more; to send nothing at all, lose the answer");
      }
    }
  }

  /**
   * Body and rows move slowly. Time passes here as it does for the network: the controlled clock
   * has no part in it.
   *
   * @param bytesPerSecond the pace, 1 or more
   */
  record Slow(long bytesPerSecond) implements Fault {
    /** Rejects what is not positive. */
    public Slow {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException(
            "A pace of " + bytesPerSecond + " bytes per second would never end");
      }
    }
  }

  /** The call is refused with an error of the server's own table. */
  static Refuse refuse(ServiceError error) {
    return refuse(error.status(), error.code()).message(error.message());
  }

  /** The call is refused with any status and code. */
  static Refuse refuse(int status, String code) {
    return new Refuse(status, code, "A fault asked for by a test", Duration.ZERO, Duration.ZERO);
  }

  /** The call is done and its answer is lost. */
  static LoseAnswer loseAnswer() {
    return new LoseAnswer();
  }

  /** The connection is cut within the body of the request. */
  static CutRequest cutRequest(long afterBytes) {
    return new CutRequest(afterBytes);
  }

  /** The call is done and the connection is cut within the body of the answer. */
  static CutAnswer cutAnswer(long afterBytes) {
    return new CutAnswer(afterBytes);
  }

  /** Body and rows move slowly. */
  static Slow slow(long bytesPerSecond) {
    return new Slow(bytesPerSecond);
  }
}
