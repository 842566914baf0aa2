package io.tunnel.cli.file;

/** A field is not a value of its column. */
final class BadFieldException extends Exception {
  private final String reason;

  BadFieldException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** The end of the sentence {@code "value" ...}. */
  String reason() {
    return reason;
  }
}
