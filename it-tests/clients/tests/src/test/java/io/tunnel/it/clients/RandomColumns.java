package io.tunnel.it.clients;

import io.tunnel.it.clients.EveryType.Samples;
import io.tunnel.it.driven.Cells;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Columns of random types and values in neutral form, the same for the same seed. Every value is
 * made from the definition of its type, so it is the expectation for whatever client reads it.
 */
final class RandomColumns {
  /** Which types may come. */
  enum Kind {
    /** What bodies of both encodings carry. */
    BOTH_ENCODINGS,
    /** Also what clients do not agree on in Arrow: intervals and DECIMAL without parameters. */
    RECORDS,
    /**
     * What the official JDBC driver 3.4.2 reads: its SDK is older than TIMESTAMP_NTZ and JSON, its
     * java.sql dates count in the Julian calendar before October 1582, and it counts a character
     * outside the basic plane of Unicode as two.
     */
    OFFICIAL_JDBC
  }

  private static final int MAX_DEPTH = 3;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();

  /** A day later than the change, for all time zones. */
  private static final long FIRST_GREGORIAN_DAY = LocalDate.of(1582, 10, 16).toEpochDay();

  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long DAY_MILLIS = 86_400_000L;
  private static final int[] NO_SURROGATES = {0xD800, 0xE000};
  private static final String[] ODD_TEXTS = {
    "",
    " ",
    "\\N",
    "NULL",
    "'\"\\`",
    "a\tb\nc\rd",
    "\u0001\u001F\u007F",
    "e\u0301\u202E",
    "👩‍👩‍👧",
    "\uFEFFbom",
    ",;|\u0000"
  };

  private final Random random;
  private final Kind kind;

  /** A type and how its values are made. */
  private record Shape(String type, Supplier<Object> value) {}

  private RandomColumns(long seed, Kind kind) {
    this.random = new Random(seed);
    this.kind = kind;
  }

  /**
   * As many columns with as many values each; about a tenth of the values is NULL. A third of the
   * columns is nested as deep as it goes.
   */
  static List<Samples> make(long seed, Kind kind, int columns, int rows) {
    return make(new RandomColumns(seed, kind), columns, columns / 3, 2, rows);
  }

  /** As {@link #make}, without nested columns. */
  static List<Samples> makeFlat(long seed, Kind kind, int columns, int rows) {
    return make(new RandomColumns(seed, kind), columns, 0, 1, rows);
  }

  private static List<Samples> make(
      RandomColumns maker, int columns, int deepest, int depths, int rows) {
    List<Samples> made = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      Shape shape = maker.shape(column < deepest ? MAX_DEPTH : maker.random.nextInt(depths));
      List<@Nullable Object> values = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        values.add(maker.orNull(shape));
      }
      made.add(new Samples("c" + column, shape.type(), values));
    }
    return made;
  }

  private @Nullable Object orNull(Shape shape) {
    return random.nextInt(10) == 0 ? null : shape.value().get();
  }

  private Shape shape(int depth) {
    if (depth == 0) {
      return leaf();
    }
    return switch (random.nextInt(3)) {
      case 0 -> array(shape(depth - 1));
      case 1 -> map(key(), shape(depth - 1));
      default -> struct(depth);
    };
  }

  private Shape array(Shape element) {
    return new Shape(
        "ARRAY<" + element.type() + ">",
        () -> {
          List<@Nullable Object> elements = new ArrayList<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            elements.add(orNull(element));
          }
          return elements;
        });
  }

  private Shape map(Shape key, Shape value) {
    return new Shape(
        "MAP<" + key.type() + "," + value.type() + ">",
        () -> {
          Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            entries.put(key.value().get(), orNull(value));
          }
          List<List<@Nullable Object>> pairs = new ArrayList<>();
          entries.forEach(
              (k, v) -> {
                List<@Nullable Object> pair = new ArrayList<>();
                pair.add(k);
                pair.add(v);
                pairs.add(pair);
              });
          return Cells.map(pairs);
        });
  }

  private Shape struct(int depth) {
    List<Shape> fields =
        IntStream.rangeClosed(0, random.nextInt(3))
            .mapToObj(i -> shape(i == 0 ? depth - 1 : random.nextInt(depth)))
            .toList();
    StringBuilder type = new StringBuilder("STRUCT<");
    for (int i = 0; i < fields.size(); i++) {
      type.append(i == 0 ? "" : ",").append("f").append(i).append(':').append(fields.get(i).type());
    }
    return new Shape(
        type.append('>').toString(),
        () -> {
          List<@Nullable Object> values = new ArrayList<>();
          fields.forEach(field -> values.add(orNull(field)));
          return values;
        });
  }

  /** Keys whose equality no client sees differently. */
  private Shape key() {
    return switch (random.nextInt(4)) {
      case 0 -> new Shape("BIGINT", this::bigint);
      case 1 -> new Shape("INT", () -> String.valueOf(random.nextInt()));
      case 2 -> new Shape("DATE", this::date);
      default -> new Shape("STRING", () -> text(12));
    };
  }

  private Shape leaf() {
    int types =
        switch (kind) {
          case OFFICIAL_JDBC -> 16;
          case BOTH_ENCODINGS -> 18;
          case RECORDS -> 21;
        };
    return switch (random.nextInt(types)) {
      case 0 -> integers("TINYINT", Byte.MIN_VALUE, Byte.MAX_VALUE);
      case 1 -> integers("SMALLINT", Short.MIN_VALUE, Short.MAX_VALUE);
      case 2 -> integers("INT", Integer.MIN_VALUE, Integer.MAX_VALUE);
      case 3 -> new Shape("BIGINT", this::bigint);
      case 4 -> new Shape("FLOAT", this::floatValue);
      case 5 -> new Shape("DOUBLE", this::doubleValue);
      case 6 -> new Shape("BOOLEAN", () -> String.valueOf(random.nextBoolean()));
      case 7 -> decimal(38, 18);
      case 8 -> {
        int precision = 1 + random.nextInt(38);
        yield decimal(precision, random.nextInt(Math.min(precision, 18) + 1));
      }
      case 9 -> new Shape("STRING", () -> text(40));
      case 10 -> sized("CHAR", 255);
      case 11 -> sized("VARCHAR", 65_535);
      case 12 -> new Shape("BINARY", this::binary);
      case 13 -> new Shape("DATE", this::date);
      case 14 -> new Shape("DATETIME", this::datetime);
      case 15 -> new Shape("TIMESTAMP", this::timestamp);
      case 16 -> new Shape("TIMESTAMP_NTZ", this::timestamp);
      case 17 -> new Shape("JSON", this::json);
      case 18 -> new Shape("DECIMAL", () -> decimalValue(38, 18));
      case 19 -> new Shape("INTERVAL_YEAR_MONTH", this::months);
      default -> new Shape("INTERVAL_DAY_TIME", this::interval);
    };
  }

  private Shape integers(String type, long least, long most) {
    return new Shape(type, () -> String.valueOf(odd(least, most)));
  }

  private String bigint() {
    // The official SDK refuses -2^63, see TypeLimitsIT.
    return String.valueOf(odd(-Long.MAX_VALUE, Long.MAX_VALUE));
  }

  /** A number between two; every third time one of the extremes, or next to zero. */
  private long odd(long least, long most) {
    return switch (random.nextInt(9)) {
      case 0 -> least;
      case 1 -> most;
      case 2 -> random.nextInt(3) - 1;
      default -> least + Math.floorMod(random.nextLong() >>> 1, most / 2 - least / 2 + 1) * 2;
    };
  }

  private String floatValue() {
    float[] odd = {
      0f,
      -0f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_NORMAL,
      0.1f
    };
    return Float.toString(
        random.nextInt(3) == 0
            ? odd[random.nextInt(odd.length)]
            : Float.intBitsToFloat(random.nextInt()));
  }

  private String doubleValue() {
    double[] odd = {
      0d,
      -0d,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Double.MIN_NORMAL,
      0.1
    };
    return Double.toString(
        random.nextInt(3) == 0
            ? odd[random.nextInt(odd.length)]
            : Double.longBitsToDouble(random.nextLong()));
  }

  private Shape decimal(int precision, int scale) {
    return new Shape(
        "DECIMAL(" + precision + "," + scale + ")", () -> decimalValue(precision, scale));
  }

  private String decimalValue(int precision, int scale) {
    BigInteger limit = BigInteger.TEN.pow(precision);
    BigInteger digits =
        switch (random.nextInt(5)) {
          case 0 -> limit.subtract(BigInteger.ONE);
          case 1 -> BigInteger.valueOf(random.nextInt(3) - 1);
          default ->
              new BigInteger(limit.bitLength(), random)
                  .mod(limit)
                  .shiftRight(random.nextInt(limit.bitLength()));
        };
    return Cells.decimal(new BigDecimal(random.nextBoolean() ? digits : digits.negate(), scale));
  }

  private Shape sized(String type, int longest) {
    int length = 1 + random.nextInt(random.nextInt(4) == 0 ? longest : 20);
    // Blanks at the end are not what CHAR is about, see TypeLimitsIT.
    return new Shape(type + "(" + length + ")", () -> text(length).stripTrailing());
  }

  private int length(String text) {
    return kind == Kind.OFFICIAL_JDBC ? text.length() : text.codePointCount(0, text.length());
  }

  /** At most so many characters. */
  private String text(int longest) {
    if (random.nextInt(4) == 0) {
      String odd = ODD_TEXTS[random.nextInt(ODD_TEXTS.length)];
      return length(odd) <= longest ? odd : "";
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(Math.min(longest, 60) + 1); i > 0; i--) {
      text.appendCodePoint(codePoint());
    }
    return text.toString();
  }

  private int codePoint() {
    int bound =
        switch (random.nextInt(4)) {
          case 0 -> 0x80;
          case 1 -> 0x800;
          case 2 -> 0x10000;
          default -> kind == Kind.OFFICIAL_JDBC ? 0x10000 : 0x110000;
        };
    int codePoint = random.nextInt(bound);
    return codePoint >= NO_SURROGATES[0] && codePoint < NO_SURROGATES[1] ? '?' : codePoint;
  }

  private String binary() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return Cells.binary(bytes);
  }

  private String date() {
    return LocalDate.ofEpochDay(day()).toString();
  }

  /** Every fourth time one of the days around which calendars and clocks change. */
  private long day() {
    long[] odd = {
      FIRST_DAY,
      LAST_DAY,
      0,
      -1,
      LocalDate.of(1582, 10, 4).toEpochDay(),
      LocalDate.of(1582, 10, 15).toEpochDay(),
      LocalDate.of(1900, 2, 28).toEpochDay(),
      LocalDate.of(1986, 5, 4).toEpochDay()
    };
    long day =
        random.nextInt(4) == 0
            ? odd[random.nextInt(odd.length)]
            : FIRST_DAY + (long) (random.nextDouble() * (LAST_DAY - FIRST_DAY));
    return kind == Kind.OFFICIAL_JDBC ? Math.max(day, FIRST_GREGORIAN_DAY) : day;
  }

  private String datetime() {
    long[] odd = {0, 1, 999, DAY_MILLIS - 1, DAY_MILLIS / 3};
    long time =
        random.nextInt(3) == 0
            ? odd[random.nextInt(odd.length)]
            : (long) (random.nextDouble() * DAY_MILLIS);
    return Cells.dateTimeMillis(day() * DAY_MILLIS + time);
  }

  /** Within 64 bits of nanoseconds, which is what Arrow carries: 1677-09-22 to 2262-04-10. */
  private String timestamp() {
    long first = LocalDate.of(1677, 9, 22).toEpochDay() * 86_400L;
    long last = LocalDate.of(2262, 4, 11).toEpochDay() * 86_400L - 1;
    long second =
        switch (random.nextInt(6)) {
          case 0 -> first;
          case 1 -> last;
          case 2 -> random.nextInt(3) - 1;
          default -> first + (long) (random.nextDouble() * (last - first));
        };
    int nano =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 999_999_999;
          case 2 -> 1;
          default -> random.nextInt(1_000_000_000);
        };
    return Cells.dateTime(second, nano);
  }

  private String months() {
    // 9999 years either way.
    return String.valueOf(odd(-9999L * 12, 9999L * 12));
  }

  private String interval() {
    long seconds = odd(-100_000L * 86_400, 100_000L * 86_400);
    int nanos = random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000);
    return Cells.interval(seconds, seconds < 0 ? -nanos : nanos);
  }

  private String json() {
    return switch (random.nextInt(5)) {
      case 0 -> "{}";
      case 1 -> "[1,null,true,\"ü\\n\"]";
      case 2 -> "{\"k" + random.nextInt(100) + "\":{\"a\":[" + random.nextInt() + "]}}";
      case 3 -> "\"text " + random.nextInt(1000) + "\"";
      default -> String.valueOf(random.nextInt());
    };
  }
}
