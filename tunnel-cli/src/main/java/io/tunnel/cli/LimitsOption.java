package io.tunnel.cli;

import io.tunnel.server.ServerLimits;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** The value of {@code --limits}: a name, or a file of properties. */
final class LimitsOption {
  private static final List<String> KEYS =
      List.of(
          "base",
          "session-life",
          "blocks-per-session",
          "block-bytes",
          "field-bytes",
          "clock-skew",
          "idle-time",
          "kept-statements",
          "upload-sessions-in-5-minutes",
          "blocks-in-5-minutes",
          "active-upload-sessions",
          "commits-in-15-seconds",
          "download-sessions-in-5-minutes",
          "result-downloads-in-5-minutes",
          "slots",
          "bytes-per-second",
          "upsert-commits-per-minute",
          "isolate");

  private final Properties values;

  private LimitsOption(Properties values) {
    this.values = values;
  }

  /**
   * Reads the limits.
   *
   * @param text {@code maxcompute}, {@code none}, or the path of a file
   * @throws IllegalArgumentException if the file cannot be read or says something impossible
   */
  static ServerLimits parse(String text) {
    if (text.equalsIgnoreCase("maxcompute") || text.equalsIgnoreCase("none")) {
      return named(text);
    }
    Properties values = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(text))) {
      values.load(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--limits is maxcompute, none, or a file that can be read, not \"" + text + "\"", e);
    }
    for (String key : values.stringPropertyNames()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "the limits file has no key \"" + key + "\"" + NearestName.suggestion(key, KEYS));
      }
    }
    return new LimitsOption(values).limits();
  }

  private static ServerLimits named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "default" -> ServerLimits.DEFAULT;
      case "maxcompute" -> ServerLimits.MAXCOMPUTE;
      case "none" -> ServerLimits.NONE;
      default ->
          throw new IllegalArgumentException(
              "base is default, maxcompute or none, not \"" + name + "\"");
    };
  }

  private ServerLimits limits() {
    ServerLimits base = named(values.getProperty("base", "default").strip());
    RateLimits rates = base.rates();
    return new ServerLimits(
        duration("session-life", base.sessionLife()),
        number("blocks-per-session", base.blocks()),
        bytes("block-bytes", base.blockBytes()),
        number("field-bytes", base.fieldBytes()),
        duration("clock-skew", base.clockSkew()),
        duration("idle-time", base.idleTime()),
        number("kept-statements", base.keptInstances()),
        new RateLimits(
            number("upload-sessions-in-5-minutes", rates.uploadSessions()),
            number("blocks-in-5-minutes", rates.blocks()),
            number("active-upload-sessions", rates.activeUploads()),
            number("commits-in-15-seconds", rates.commits()),
            number("download-sessions-in-5-minutes", rates.downloadSessions()),
            number("result-downloads-in-5-minutes", rates.resultDownloads()),
            number("slots", rates.slots()),
            number("bytes-per-second", rates.bytesPerSecond()),
            number("upsert-commits-per-minute", rates.upsertCommits()),
            flag("isolate", rates.isolate())));
  }

  private boolean flag(String key, boolean base) {
    String text = values.getProperty(key);
    if (text == null) {
      return base;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(key + " is true or false, not " + text);
    };
  }

  private int number(String key, int base) {
    long value = bytes(key, base);
    if (value > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + " is at most " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  private long bytes(String key, long base) {
    String text = values.getProperty(key);
    if (text == null) {
      return base;
    }
    try {
      long value = Long.parseLong(text.strip().replace("_", ""));
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " is a whole number above 0, not " + text, e);
    }
    throw new IllegalArgumentException(key + " is a whole number above 0, not " + text);
  }

  private Duration duration(String key, Duration base) {
    String text = values.getProperty(key);
    if (text == null) {
      return base;
    }
    try {
      return Duration.parse("PT" + text.strip());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          key + " is a time such as 24h, 15m or 30s, not " + text, e);
    }
  }
}
