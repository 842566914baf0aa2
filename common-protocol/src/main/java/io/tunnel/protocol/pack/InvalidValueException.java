package io.tunnel.protocol.pack;

/** A value that cannot be carried; whoever knows column and row adds them to the message. */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidValueException(String message) {
    super(message);
  }
}
