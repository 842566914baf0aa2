package io.tunnel.jdbc.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** The short ways to days and wall clocks against those of the JDK, in every zone. */
class SqlTimesTest {
  private static final long HOUR = 3_600_000L;

  private static void inZone(String id, Runnable check) {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(id));
    try {
      check.run();
    } finally {
      TimeZone.setDefault(before);
    }
  }

  private static void checkAsTheJdk(String zone, long millis) {
    Date date = new Date(millis);
    long expected = new Date(millis).toLocalDate().toEpochDay();
    assertThat(SqlTimes.epochDay(date)).as("%s, %s", zone, millis).isEqualTo(expected);
    // The same object again: the JDK keeps the fields that it has computed in it.
    assertThat(date.toLocalDate().toEpochDay()).isEqualTo(expected);
    assertThat(SqlTimes.epochDay(date)).isEqualTo(expected);
    Timestamp time = new Timestamp(millis);
    time.setNanos((int) Math.floorMod(millis * 7919, 1_000_000_000L));
    LocalDateTime wall = ((Timestamp) time.clone()).toLocalDateTime();
    assertThat(SqlTimes.wall(time)).as("%s, %s", zone, time.getTime()).isEqualTo(wall);
  }

  @Example
  void everyZoneAroundEachOfItsTransitions() {
    for (String id : TimeZone.getAvailableIDs()) {
      inZone(id, () -> interesting(id).forEach(millis -> checkAsTheJdk(id, millis)));
    }
  }

  private static List<Long> interesting(String id) {
    List<Long> found = new ArrayList<>();
    // Before Christ, the Gregorian reform, the limits of DATE, and where the short way begins.
    for (String moment :
        List.of(
            "-0044-03-15T12:00:00Z",
            "0001-01-01T00:00:00Z",
            "1582-10-04T00:00:00Z",
            "1582-10-15T00:00:00Z",
            "1900-01-01T00:00:00Z",
            "1969-12-31T23:59:59.999Z",
            "1972-01-31T12:00:00Z",
            "1972-02-01T00:00:00Z",
            "2026-07-01T00:00:00Z",
            "2400-07-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z")) {
      addAround(found, Instant.parse(moment).toEpochMilli());
    }
    List<ZoneOffsetTransition> transitions =
        ZoneId.of(id, ZoneId.SHORT_IDS).getRules().getTransitions();
    for (ZoneOffsetTransition transition : transitions) {
      addAround(found, transition.getInstant().toEpochMilli());
    }
    return found;
  }

  private static void addAround(List<Long> found, long millis) {
    for (long difference : new long[] {-24 * HOUR, -HOUR, -1, 0, 1, HOUR, 12 * HOUR, 24 * HOUR}) {
      found.add(millis + difference);
    }
  }

  @Property
  void anyInstant(
      @ForAll @LongRange(min = -62_200_000_000_000L, max = 253_500_000_000_000L) long millis) {
    for (String id :
        List.of(
            "UTC",
            "Asia/Shanghai",
            "America/Los_Angeles",
            "Africa/Monrovia",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "Europe/Dublin",
            "Antarctica/Troll")) {
      inZone(id, () -> checkAsTheJdk(id, millis));
    }
  }

  @Example
  void aZoneThatWasChangedMeanwhileCounts() {
    long midnight = LocalDateTime.of(2026, 3, 5, 0, 0).toInstant(ZoneOffset.UTC).toEpochMilli();
    Date date = new Date(midnight);
    inZone("UTC", () -> assertThat(SqlTimes.epochDay(date)).isEqualTo(midnight / (24 * HOUR)));
    inZone(
        "America/Los_Angeles",
        () -> assertThat(SqlTimes.epochDay(date)).isEqualTo(midnight / (24 * HOUR) - 1));
  }
}
