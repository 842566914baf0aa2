package io.tunnel.it.driven;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The neutral form of a value: null, text, or a list of neutral values. It is made of what JSON can
 * carry, says the same for every client, and is written by hand in the tests, so that what a client
 * read is compared with the input and never with the output of another client.
 *
 * <ul>
 *   <li>integers, booleans, DATE: their Java text
 *   <li>FLOAT, DOUBLE: {@link Float#toString}, {@link Double#toString}
 *   <li>DECIMAL: plain notation without trailing zeros
 *   <li>STRING, CHAR, VARCHAR, JSON: the text; BINARY: hexadecimal digits
 *   <li>DATETIME, TIMESTAMP: the wall clock in UTC; TIMESTAMP_NTZ: the wall clock
 *   <li>INTERVAL_YEAR_MONTH: the months; INTERVAL_DAY_TIME: the seconds, as a decimal
 *   <li>ARRAY: a list; STRUCT: the list of its fields; MAP: a list of pairs, ordered by the key
 * </ul>
 */
public final class Cells {
  private static final int NANO_DIGITS = 9;

  private Cells() {}

  /** The form of a decimal, whatever its scale. */
  public static String decimal(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  /** The form of bytes. */
  public static String binary(byte[] value) {
    return HexFormat.of().formatHex(value);
  }

  /** The bytes of that form. */
  public static byte[] binary(String cell) {
    return HexFormat.of().parseHex(cell);
  }

  /** The form of an instant, or of a wall clock that is counted as if it were UTC. */
  public static String dateTime(long epochSecond, int nano) {
    return LocalDateTime.ofEpochSecond(epochSecond, nano, ZoneOffset.UTC).toString();
  }

  /** The form of an instant in milliseconds. */
  public static String dateTimeMillis(long epochMilli) {
    return dateTime(
        Math.floorDiv(epochMilli, 1000), (int) Math.floorMod(epochMilli, 1000L) * 1_000_000);
  }

  /** Seconds since the epoch of a date-time in neutral form. */
  public static long epochSecond(String cell) {
    return LocalDateTime.parse(cell).toEpochSecond(ZoneOffset.UTC);
  }

  /** Nanoseconds within the second of a date-time in neutral form. */
  public static int nano(String cell) {
    return LocalDateTime.parse(cell).getNano();
  }

  /** The form of an interval of days and times. */
  public static String interval(long seconds, int nanos) {
    return decimal(BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, NANO_DIGITS)));
  }

  /** The whole seconds of an interval in neutral form; they are cut off towards zero. */
  public static long intervalSeconds(String cell) {
    return new BigDecimal(cell).longValue();
  }

  /** The nanoseconds of an interval behind its whole seconds, with the sign of the interval. */
  public static int intervalNanos(String cell) {
    return new BigDecimal(cell)
        .remainder(BigDecimal.ONE)
        .movePointRight(NANO_DIGITS)
        .intValueExact();
  }

  /** The form of a map from its pairs of key and value. */
  public static List<@Nullable Object> map(List<List<@Nullable Object>> pairs) {
    List<List<@Nullable Object>> ordered = new ArrayList<>(pairs);
    ordered.sort(
        Comparator.comparing((List<@Nullable Object> pair) -> String.valueOf(pair.get(0))));
    return new ArrayList<>(ordered);
  }
}
