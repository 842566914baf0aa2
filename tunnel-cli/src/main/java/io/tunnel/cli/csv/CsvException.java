package io.tunnel.cli.csv;

import java.io.IOException;

/**
 * A CSV file does not fit the table. The message names file, line, column, type and value, and says
 * what to change.
 */
public final class CsvException extends IOException {
  CsvException(String message) {
    super(message);
  }

  CsvException(String message, Throwable cause) {
    super(message, cause);
  }
}
