package io.tunnel.jdbc;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** The options that only this driver knows; the others are those of the protocol library. */
enum DriverOption {
  SSL("ssl", "https instead of http in the form jdbc:tunnel://HOST", "false"),
  USER("user", "The same as accessId", ""),
  PASSWORD("password", "The same as accessKey", ""),
  TIMEZONE(
      "timezone",
      "Zone between instants and wall clocks in getters and setters; never that of the JVM",
      "UTC"),
  FETCH_SIZE(
      "fetchSize", "Rows that are fetched at once unless the statement says; 0: a stream", "0"),
  QUERY_TIMEOUT("queryTimeout", "Seconds a statement may take unless it says; 0: no limit", "0"),
  CREATE_PARTITIONS(
      "createPartitions", "Whether batches create missing partitions, as INSERT does", "true"),
  ROW_COUNTS(
      "rowCounts",
      "exact: UPDATE and DELETE by key look up which keys there are; unknown: they do not, and do"
          + " not tell how many rows they have changed",
      "exact");

  private final String text;
  private final String description;
  private final String defaultValue;

  DriverOption(String text, String description, String defaultValue) {
    this.text = text;
    this.description = description;
    this.defaultValue = defaultValue;
  }

  String text() {
    return text;
  }

  String description() {
    return description;
  }

  String defaultValue() {
    return defaultValue;
  }

  static Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    Arrays.stream(values()).map(DriverOption::text).forEach(names::add);
    return names;
  }
}
