package io.tunnel.cli.download;

import java.nio.file.Path;
import java.util.Locale;

/** How a file is written. */
public enum FileFormat {
  /** Comma separated values with a heading; what {@code tunnel upload} reads. */
  CSV,
  /** One object to a line (JSON lines). */
  JSON;

  /** The format that a file's name asks for: JSON for .json, .jsonl, .ndjson, else CSV. */
  public static FileFormat of(Path file) {
    String name = plainName(file);
    return name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".ndjson")
        ? JSON
        : CSV;
  }

  /** Whether a file's name asks for gzip. */
  static boolean isPacked(Path file) {
    return name(file).endsWith(".gz");
  }

  private static String plainName(Path file) {
    String name = name(file);
    return isPacked(file) ? name.substring(0, name.length() - ".gz".length()) : name;
  }

  private static String name(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }
}
