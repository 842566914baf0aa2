package io.tunnel.jdbc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.jdbc.value.ValueConverter.Fraction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ValueConverterTest {
  private final ValueConverter utc = new ValueConverter(ZoneOffset.UTC);
  private final ValueConverter shanghai = new ValueConverter(ZoneId.of("Asia/Shanghai"));

  private static void refused(String state, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ValueException.class, e -> assertThat(e.sqlState()).isEqualTo(state));
  }

  private long integral(Object value) throws ValueException {
    return utc.toIntegral(value, Long.MIN_VALUE, Long.MAX_VALUE, Fraction.REFUSE);
  }

  @Test
  void integersComeFromEverythingThatIsOne() throws ValueException {
    assertThat(integral("  -12 ")).isEqualTo(-12);
    assertThat(integral(new BigDecimal("9.223372036854775807E18"))).isEqualTo(Long.MAX_VALUE);
    assertThat(integral(BigInteger.valueOf(Long.MIN_VALUE))).isEqualTo(Long.MIN_VALUE);
    assertThat(integral(-3.0)).isEqualTo(-3);
    assertThat(integral(true)).isEqualTo(1);
    refused("22003", () -> integral(new BigDecimal("9223372036854775808")));
    refused("22003", () -> integral(0.5));
    refused("22003", () -> integral(Double.NaN));
    refused("22018", () -> integral(""));
    refused("07006", () -> integral(new Object()));
    refused("22003", () -> utc.toIntegral(300, -128, 127, Fraction.CUT));
    assertThat(utc.toIntegral(-1.9, -128, 127, Fraction.CUT)).isEqualTo(-1);
    assertThat(utc.toIntegral("127.99999999999999999999", -128, 127, Fraction.CUT)).isEqualTo(127);
  }

  @Test
  void hugeExponentsCostNothing() {
    refused("22003", () -> integral("1E+999999999"));
    refused("22003", () -> integral("1E-999999999"));
  }

  @Test
  void floatsAndBooleans() throws ValueException {
    assertThat(utc.toFloat("0.1")).isEqualTo(0.1f);
    refused("22003", () -> utc.toFloat(1e300));
    refused("22003", () -> utc.toDouble(new BigDecimal("1E+400")));
    assertThat(utc.toBoolean("TRUE")).isTrue();
    assertThat(utc.toBoolean(0L)).isFalse();
    refused("22003", () -> utc.toBoolean(2));
    refused("22018", () -> utc.toBoolean("yes"));
  }

  @Test
  void textIsOneFormForEachKindOfValue() throws ValueException {
    assertThat(utc.toText(new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(utc.toText(Instant.parse("2026-01-01T00:00:00.120Z")))
        .isEqualTo("2026-01-01 00:00:00.12");
    assertThat(shanghai.toText(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo("2026-01-01 08:00:00");
    assertThat(utc.toText(new byte[] {0, -1})).isEqualTo("00FF");
    assertThat(utc.toText(List.of(1, "a\"\n", Map.of("k", true))))
        .isEqualTo("[1,\"a\\\"\\n\",{\"k\":true}]");
    refused("07006", () -> utc.toText(new Object()));
  }

  @Test
  void timesAreReadFromText() throws ValueException {
    assertThat(utc.toInstant("2026-01-01")).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(shanghai.toInstant("2026-01-01T08:00:00"))
        .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(shanghai.toInstant("2026-01-01 08:00:00.5+09:00"))
        .isEqualTo(Instant.parse("2025-12-31T23:00:00.5Z"));
    assertThat(shanghai.toDateTime("2026-01-01 00:00:00Z"))
        .isEqualTo(LocalDateTime.parse("2026-01-01T08:00"));
    assertThat(utc.toTime("12:34")).isEqualTo(LocalTime.of(12, 34));
    refused("22018", () -> utc.toDate("2026-02-29"));
    refused("22018", () -> utc.toInstant("tomorrow"));
    refused("07006", () -> utc.toInstant(LocalTime.NOON));
    refused("07006", () -> utc.toInstant(Time.valueOf("01:00:00")));
  }

  @Test
  void javaSqlClassesFollowTheCalendar() throws ValueException {
    Calendar tokyo = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"));
    LocalDateTime wall = LocalDateTime.parse("1500-02-28T01:02:03.000000004");
    Timestamp timestamp = utc.toSqlTimestamp(wall, tokyo);
    assertThat(utc.toDateTime(new ZonedSqlValue(timestamp, tokyo))).isEqualTo(wall);
    Date date = utc.toSqlDate(LocalDate.of(2026, 1, 1), tokyo);
    assertThat(date.getTime()).isEqualTo(Instant.parse("2025-12-31T15:00:00Z").toEpochMilli());
    assertThat(utc.toDate(new ZonedSqlValue(date, tokyo))).isEqualTo(LocalDate.of(2026, 1, 1));
    Time time = utc.toSqlTime(Instant.parse("2026-01-01T00:00:00Z"), tokyo);
    assertThat(time.getTime()).isEqualTo(0);
  }

  @Property(tries = 300)
  void instantsPassThroughTimestampsUnchanged(
      @ForAll @net.jqwik.api.constraints.LongRange(min = -62_135_596_800L, max = 253_402_300_799L)
          long second,
      @ForAll @net.jqwik.api.constraints.IntRange(max = 999_999_999) int nano)
      throws ValueException {
    Instant instant = Instant.ofEpochSecond(second, nano);
    assertThat(utc.toInstant(utc.toSqlTimestamp(instant, null))).isEqualTo(instant);
    assertThat(shanghai.toInstant(shanghai.toDateTime(instant))).isEqualTo(instant);
    assertThat(utc.toInstant(utc.toText(instant))).isEqualTo(instant);
  }

  @Test
  void targetTypesConvertAtOnce() throws ValueException {
    assertThat(TargetTypes.convert("5", Types.INTEGER, 0, utc)).isEqualTo(5L);
    assertThat(TargetTypes.convert(1.255, Types.DECIMAL, 2, utc)).isEqualTo(new BigDecimal("1.26"));
    assertThat(TargetTypes.convert(7, Types.VARCHAR, 0, utc)).isEqualTo("7");
    assertThat(TargetTypes.convert("2026-01-01", Types.DATE, 0, utc))
        .isEqualTo(LocalDate.of(2026, 1, 1));
    Timestamp timestamp = new Timestamp(0);
    assertThat(TargetTypes.convert(timestamp, Types.TIMESTAMP, 0, utc)).isSameAs(timestamp);
    refused("22003", () -> TargetTypes.convert(300, Types.TINYINT, 0, utc));
    refused("07006", () -> TargetTypes.convert(1, Types.DATALINK, 0, utc));
  }

  @Test
  void objectsAreConvertedByTheirClass() throws ValueException {
    assertThat(ObjectConversions.convert(utc, 5L, Integer.class)).isEqualTo(5);
    assertThat(ObjectConversions.convert(utc, "x", Object.class)).isEqualTo("x");
    assertThat(ObjectConversions.convert(utc, LocalDate.EPOCH, Object.class))
        .isEqualTo(Date.valueOf("1970-01-01"));
    refused("07006", () -> ObjectConversions.convert(utc, "x", Thread.class));
    refused("22003", () -> ObjectConversions.convert(utc, 5_000_000_000L, Integer.class));
  }

  @Test
  void literalsOfInstantsAreWallClocksOfTheZoneOfSql() throws ValueException {
    Instant instant = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(Literals.of(instant, utc, ZoneId.of("Asia/Shanghai")))
        .isEqualTo("TIMESTAMP '2026-01-01 08:00:00'");
    assertThat(Literals.of("it's", utc, ZoneOffset.UTC)).isEqualTo("'it\\'s'");
    refused("07006", () -> Literals.of(new Object(), utc, ZoneOffset.UTC));
  }
}
