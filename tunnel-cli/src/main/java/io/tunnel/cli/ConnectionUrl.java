package io.tunnel.cli;

import io.tunnel.protocol.TunnelConfig;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The address that a person writes on the command line: any URL of the JDBC driver, with or without
 * {@code jdbc:tunnel:} in front of {@code http}. Credentials that the URL lacks are taken from the
 * environment, where they stand in no process list and no shell history.
 */
final class ConnectionUrl {
  private static final String JDBC = "jdbc:tunnel:";
  private static final String DEFAULT_PROJECT = "local";

  /** What only the driver understands; an upload has no use for them. */
  private static final Set<String> DRIVER_OPTIONS =
      Set.of("ssl", "timezone", "fetchSize", "queryTimeout", "createPartitions");

  private static final Map<String, String> CREDENTIALS =
      Map.of(
          "accessId", "TUNNEL_ACCESS_ID",
          "accessKey", "TUNNEL_ACCESS_KEY",
          "securityToken", "TUNNEL_SECURITY_TOKEN");

  private final String jdbcUrl;
  private final @Nullable URI endpoint;
  private final @Nullable Path directory;
  private final String project;
  private final Map<String, String> options;
  private final Map<String, String> environmentOptions;

  private ConnectionUrl(
      String jdbcUrl,
      @Nullable URI endpoint,
      @Nullable Path directory,
      String project,
      Map<String, String> options,
      Map<String, String> environmentOptions) {
    this.jdbcUrl = jdbcUrl;
    this.endpoint = endpoint;
    this.directory = directory;
    this.project = project;
    this.options = options;
    this.environmentOptions = environmentOptions;
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException if it is none; the message shows the forms and no secret
   */
  static ConnectionUrl parse(String text, Map<String, String> environment) {
    String rest = text.startsWith(JDBC) ? text.substring(JDBC.length()) : text;
    int question = rest.indexOf('?');
    String address = question < 0 ? rest : rest.substring(0, question);
    Map<String, String> options = query(question < 0 ? "" : rest.substring(question + 1));
    Map<String, String> credentials = credentials(options, environment);
    if (address.startsWith("local:") || address.startsWith("mem:")) {
      Path directory =
          address.startsWith("mem:") ? null : Path.of(decode(address.substring("local:".length())));
      String jdbcUrl = JDBC + address + withProject(rest.substring(address.length()), options);
      String project = project(options, DEFAULT_PROJECT);
      return new ConnectionUrl(jdbcUrl, null, directory, project, options, credentials);
    }
    if (address.startsWith("//")) {
      return hostAndProject(rest, address, options, credentials);
    }
    if (address.startsWith("http://") || address.startsWith("https://")) {
      return endpoint(rest, address, options, credentials);
    }
    throw malformed();
  }

  /** {@code //HOST[:PORT]/PROJECT}. */
  private static ConnectionUrl hostAndProject(
      String rest, String address, Map<String, String> options, Map<String, String> credentials) {
    boolean tls = "true".equalsIgnoreCase(take(options, "ssl"));
    URI uri = uri((tls ? "https:" : "http:") + address);
    String path = uri.getPath();
    if (path.length() < 2 || path.indexOf('/', 1) >= 0) {
      throw malformed();
    }
    URI endpoint = URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + "/api");
    return new ConnectionUrl(JDBC + rest, endpoint, null, path.substring(1), options, credentials);
  }

  /** {@code http[s]://HOST[:PORT][/path]?project=PROJECT}. */
  private static ConnectionUrl endpoint(
      String rest, String address, Map<String, String> options, Map<String, String> credentials) {
    URI uri = uri(address);
    boolean bare = uri.getPath().isEmpty() || uri.getPath().equals("/");
    URI endpoint =
        bare ? URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + "/api") : uri;
    String query = rest.substring(address.length());
    boolean loopback =
        Set.of("127.0.0.1", "localhost", "[::1]").contains(String.valueOf(uri.getHost()));
    if (loopback) {
      query = withProject(query, options);
    }
    String project = project(options, loopback ? DEFAULT_PROJECT : "");
    return new ConnectionUrl(
        JDBC + endpoint + query, endpoint, null, project, options, credentials);
  }

  /** The URL for {@code DriverManager}. It may hold a secret: not for messages. */
  String jdbcUrl() {
    return jdbcUrl;
  }

  /** The properties for {@code DriverManager}: credentials from the environment. */
  Properties jdbcProperties() {
    Properties properties = new Properties();
    properties.putAll(environmentOptions);
    return properties;
  }

  /** The project that the URL names, or the default one of a local server. */
  String project() {
    return project;
  }

  /** The folder of an embedded server; null if the URL names a server that runs. */
  @Nullable Path directory() {
    return directory;
  }

  /**
   * The same connection for the protocol library.
   *
   * @param running the endpoint of the embedded server that was started for this URL, or null
   * @throws IllegalArgumentException if an option is unknown, or nothing would be reached
   */
  TunnelConfig config(@Nullable URI running) {
    URI target = running == null ? endpoint : running;
    if (target == null) {
      throw new IllegalArgumentException(
          "jdbc:tunnel:mem: lives only as long as this process; start a server with tunnel serve,"
              + " or use jdbc:tunnel:local:DIRECTORY");
    }
    Map<String, String> all = new LinkedHashMap<>(options);
    rename(all, "user", "accessId");
    rename(all, "password", "accessKey");
    all.putAll(environmentOptions);
    all.put("endpoint", target.toString());
    all.put("project", project);
    return TunnelConfig.fromOptions(all, DRIVER_OPTIONS);
  }

  private static Map<String, String> query(String query) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : query.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "The options of a URL are written ?key=value&key=value; one of them has no value");
      }
      options.put(pair.substring(0, equals), decode(pair.substring(equals + 1)));
    }
    return options;
  }

  /** Percent signs only: a plus sign is common in keys and means itself. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Map<String, String> credentials(
      Map<String, String> options, Map<String, String> environment) {
    Map<String, String> found = new LinkedHashMap<>();
    if (has(options, "accessId") || has(options, "user")) {
      return found;
    }
    CREDENTIALS.forEach(
        (option, variable) -> {
          String value = environment.get(variable);
          if (value != null) {
            found.put(option, value);
          }
        });
    return found;
  }

  private static String project(Map<String, String> options, String otherwise) {
    String project = take(options, "project");
    if (project == null && otherwise.isEmpty()) {
      throw new IllegalArgumentException("The URL names no project: add ?project=NAME to it");
    }
    return project == null ? otherwise : project;
  }

  /** The query with the default project, unless one is named. */
  private static String withProject(String query, Map<String, String> options) {
    if (has(options, "project")) {
      return query;
    }
    return (query.length() > 1 ? query + "&" : "?") + "project=" + DEFAULT_PROJECT;
  }

  private static boolean has(Map<String, String> options, String name) {
    return options.keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  /** The names that JDBC gives to credentials. */
  private static void rename(Map<String, String> options, String from, String to) {
    String value = take(options, from);
    if (value != null) {
      options.put(to, value);
    }
  }

  private static @Nullable String take(Map<String, String> options, String name) {
    for (String key : options.keySet()) {
      if (key.equalsIgnoreCase(name)) {
        return options.remove(key);
      }
    }
    return null;
  }

  private static URI uri(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    if (uri.getHost() == null || uri.getUserInfo() != null) {
      throw malformed();
    }
    return uri;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "The URL is not understood; write http://HOST:PORT?project=PROJECT,"
            + " jdbc:tunnel://HOST:PORT/PROJECT or jdbc:tunnel:local:DIRECTORY?project=PROJECT");
  }
}
