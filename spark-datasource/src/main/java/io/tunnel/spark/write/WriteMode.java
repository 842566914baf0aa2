package io.tunnel.spark.write;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a row of a DataFrame does to the table: the option {@code writeMode}. */
public enum WriteMode {
  /** Adds a row. */
  INSERT,
  /** Inserts the row, or updates the one with the same key. */
  UPSERT,
  /** Deletes the row with the same key, if there is one. */
  DELETE;

  /**
   * Reads the option in any case; INSERT if it is not given.
   *
   * @throws IllegalArgumentException if there is no such mode
   */
  static WriteMode of(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return INSERT;
    }
    for (WriteMode mode : values()) {
      if (mode.text().equals(text.strip().toLowerCase(Locale.ROOT))) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "The option writeMode cannot be \""
            + text
            + "\"; it is one of "
            + Arrays.stream(values()).map(WriteMode::text).collect(Collectors.joining(", ")));
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
