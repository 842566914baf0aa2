package io.tunnel.cli.file;

import java.io.IOException;

/**
 * A file does not fit the table. The message names file, line or row, column, type and value, and
 * says what to change.
 */
public final class FileContentException extends IOException {
  FileContentException(String message) {
    super(message);
  }

  FileContentException(String message, Throwable cause) {
    super(message, cause);
  }
}
