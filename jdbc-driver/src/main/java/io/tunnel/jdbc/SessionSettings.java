package io.tunnel.jdbc;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code SET} lines of their own said on a connection; travels with every statement. */
final class SessionSettings {
  private static final String TIMEZONE = "odps.sql.timezone";

  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Starts with UTC for SQL, so that what the driver writes and reads as text does not depend on
   * the project's zone.
   */
  SessionSettings() {
    values.put(TIMEZONE, "UTC");
  }

  void putAll(Map<String, String> settings) {
    values.putAll(settings);
  }

  /** These settings, overruled by those of one statement. */
  Map<String, String> with(Map<String, String> ofStatement) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.putAll(ofStatement);
    return all;
  }

  /** The zone in which SQL reads the literals of instants; UTC if the service has to refuse it. */
  ZoneId zone(Map<String, String> ofStatement) {
    try {
      return ZoneId.of(with(ofStatement).getOrDefault(TIMEZONE, "UTC"));
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }
}
