package io.tunnel.jdbc;

import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code SET} lines of their own said on a connection; travels with every statement. */
final class SessionSettings {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Starts with the connection's zone, in which the driver writes instants. */
  SessionSettings(ZoneId zone) {
    values.put("odps.sql.timezone", zone.getId());
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
}
