package io.tunnel.cli.output;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. A megabyte is 1,000,000 bytes. */
public final class Amounts {
  private Amounts() {}

  /** {@code 171,075 rows}. */
  public static String rows(long rows) {
    return rows == 1 ? "1 row" : String.format(Locale.ROOT, "%,d rows", rows);
  }

  /** {@code 2.9 MB}. */
  public static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  /** {@code 1.93 s}, {@code 14.2 s}, {@code 2 min 05 s}. */
  public static String seconds(Duration time) {
    double seconds = time.toNanos() / 1e9;
    if (seconds >= 99.95) {
      long whole = Math.round(seconds);
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, seconds < 9.995 ? "%.2f s" : "%.1f s", seconds);
  }

  /** {@code 90,102 rows/s}. */
  public static String rowRate(long rows, Duration time) {
    return String.format(Locale.ROOT, "%,d rows/s", Math.round(perSecond(rows, time)));
  }

  /** {@code 1.5 MB/s}. */
  public static String byteRate(long bytes, Duration time) {
    return String.format(Locale.ROOT, "%,.1f MB/s", perSecond(bytes, time) / 1e6);
  }

  private static double perSecond(long amount, Duration time) {
    return amount / Math.max(time.toNanos() / 1e9, 1e-3);
  }
}
