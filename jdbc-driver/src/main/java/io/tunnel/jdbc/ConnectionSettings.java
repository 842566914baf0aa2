package io.tunnel.jdbc;

import io.tunnel.jdbc.ConnectionUrl.Kind;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.ContentCoding;
import java.net.URI;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * URL and properties, read and checked. {@link #toString()} shows no secret.
 *
 * @param url the URL that was given
 * @param options all options but {@code user} and {@code password}, which became accessId and
 *     accessKey
 * @param zone between instants and wall clocks
 * @param fetchSize rows at once, 0 for a stream
 * @param queryTimeout seconds, 0 for no limit
 * @param createPartitions whether batches create missing partitions
 * @param exactCounts whether keys are looked up before rows are updated or deleted by key
 */
record ConnectionSettings(
    ConnectionUrl url,
    Map<String, String> options,
    ZoneId zone,
    int fetchSize,
    int queryTimeout,
    boolean createPartitions,
    boolean exactCounts) {
  private static final Set<String> OWN_NAMES = DriverOption.names();

  /** Stands for the address of an embedded server that is not started yet. */
  private static final URI NOT_STARTED = URI.create("http://127.0.0.1:1/api");

  /**
   * Reads URL and properties; a property wins over a parameter of the URL.
   *
   * @throws SQLException with state 08001 for anything that is wrong; an unknown option is told
   *     with the nearest known name
   */
  static ConnectionSettings read(String url, Properties properties) throws SQLException {
    ConnectionUrl parsed = ConnectionUrl.parse(url);
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(parsed.options());
    for (String name : properties.stringPropertyNames()) {
      options.put(name, properties.getProperty(name));
    }
    try {
      renameUser(options, "user", "accessId");
      renameUser(options, "password", "accessKey");
      ConnectionSettings settings =
          new ConnectionSettings(
              parsed,
              options,
              zone(text(options, DriverOption.TIMEZONE)),
              number(options, DriverOption.FETCH_SIZE),
              number(options, DriverOption.QUERY_TIMEOUT),
              bool(options, DriverOption.CREATE_PARTITIONS),
              exact(options));
      settings.checkProject();
      settings.config(settings.isEmbedded() ? NOT_STARTED : settings.endpoint());
      return settings;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw SqlErrors.url(TunnelConfig.redactUrl(String.valueOf(e.getMessage())));
    }
  }

  private static void renameUser(Map<String, String> options, String alias, String name) {
    String value = options.remove(alias);
    if (value != null && !value.isEmpty()) {
      options.putIfAbsent(name, value);
    }
  }

  private void checkProject() {
    if (project().isBlank()) {
      throw new IllegalArgumentException(
          "The URL names no project; add "
              + (url.kind() == Kind.SERVER ? "/PROJECT behind the host" : "project=NAME"));
    }
  }

  /** The same settings for another project. */
  ConnectionSettings withProject(String project) {
    Map<String, String> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    changed.putAll(options);
    changed.put("project", project);
    return new ConnectionSettings(
        url, changed, zone, fetchSize, queryTimeout, createPartitions, exactCounts);
  }

  String project() {
    return options.getOrDefault("project", "").strip();
  }

  ContentCoding compression() {
    return config(NOT_STARTED).compression();
  }

  /** Whether a server inside this JVM is meant. */
  boolean isEmbedded() {
    return url.kind() == Kind.LOCAL || url.kind() == Kind.MEMORY;
  }

  /** The service's address; not for an embedded server. */
  URI endpoint() {
    String text;
    if (url.kind() == Kind.SERVER) {
      text = (bool(options, DriverOption.SSL) ? "https://" : "http://") + url.location() + "/api";
    } else {
      // Without a path the usual one is meant: MaxCompute and the local server answer under /api.
      URI given = URI.create(url.location());
      String path = given.getRawPath() == null ? "" : given.getRawPath();
      text =
          path.isEmpty() || path.equals("/")
              ? withoutSlash(url.location()) + "/api"
              : url.location();
    }
    return URI.create(text);
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * The settings of the protocol library.
   *
   * @throws IllegalArgumentException for an unknown option or a value that cannot be read
   */
  TunnelConfig config(URI endpoint) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(options);
    if (all.put("endpoint", endpoint.toString()) != null) {
      throw new IllegalArgumentException(
          "The option endpoint has no place here: the URL itself is the endpoint");
    }
    all.merge("userAgent", "tunnel-jdbc", (given, own) -> own + " " + given);
    return TunnelConfig.fromOptions(all, OWN_NAMES);
  }

  private static String text(Map<String, String> options, DriverOption option) {
    String value = options.getOrDefault(option.text(), "").strip();
    return value.isEmpty() ? option.defaultValue() : value;
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "The option timezone is \"" + text + "\"; use a zone such as Asia/Shanghai or UTC", e);
    }
  }

  private static int number(Map<String, String> options, DriverOption option) {
    String value = text(options, option);
    try {
      int number = Integer.parseInt(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, together with negative numbers.
    }
    throw new IllegalArgumentException(
        "The option " + option.text() + " is \"" + value + "\"; use a whole number from 0 on");
  }

  private static boolean bool(Map<String, String> options, DriverOption option) {
    String value = text(options, option);
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "The option " + option.text() + " is \"" + value + "\"; use true or false");
    };
  }

  private static boolean exact(Map<String, String> options) {
    String value = text(options, DriverOption.ROW_COUNTS);
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "exact" -> true;
      case "unknown" -> false;
      default ->
          throw new IllegalArgumentException(
              "The option rowCounts is \"" + value + "\"; use exact or unknown");
    };
  }

  @Override
  public String toString() {
    return TunnelConfig.redact(options).toString();
  }
}
