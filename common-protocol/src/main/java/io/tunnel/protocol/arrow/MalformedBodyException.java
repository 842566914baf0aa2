package io.tunnel.protocol.arrow;

import java.io.IOException;

/** A body that is truncated, damaged, or does not match the schema. */
public final class MalformedBodyException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The code of a body that is not well-formed or does not match the schema. */
  public static final String MALFORMED = "MalformedDataStream";

  /** The code of a body whose checksum is wrong. */
  public static final String CORRUPTED = "CorruptedDataStream";

  private final String code;

  private MalformedBodyException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** A body that is not well-formed or does not match the schema. */
  public static MalformedBodyException malformed(String message) {
    return new MalformedBodyException(MALFORMED, message);
  }

  /** As {@link #malformed(String)}, with the exception that showed it. */
  public static MalformedBodyException malformed(String message, Throwable cause) {
    MalformedBodyException exception = malformed(message);
    exception.initCause(cause);
    return exception;
  }

  /** A body whose checksum is wrong, or whose compressed form is damaged. */
  public static MalformedBodyException corrupted(String message) {
    return new MalformedBodyException(CORRUPTED, message);
  }

  /** As {@link #corrupted(String)}, with the exception that showed it. */
  public static MalformedBodyException corrupted(String message, Throwable cause) {
    MalformedBodyException exception = corrupted(message);
    exception.initCause(cause);
    return exception;
  }

  /** The error code of the service: {@link #MALFORMED} or {@link #CORRUPTED}. */
  public String code() {
    return code;
  }
}
