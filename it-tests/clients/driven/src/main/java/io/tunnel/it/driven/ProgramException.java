package io.tunnel.it.driven;

import java.io.IOException;

/** What a driven program answered instead of a result. */
public final class ProgramException extends IOException {
  private final String type;
  private final String originalMessage;

  ProgramException(String type, String originalMessage, String message) {
    super(message);
    this.type = type;
    this.originalMessage = originalMessage;
  }

  /** The class of the exception in the program. */
  public String type() {
    return type;
  }

  /** Its message. */
  public String originalMessage() {
    return originalMessage;
  }
}
