package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.TunnelConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connection URL, taken apart but not judged: options are text.
 *
 * <pre>
 * jdbc:tunnel://HOST[:PORT]/PROJECT[?key=value&amp;...]
 * jdbc:tunnel:http[s]://HOST[:PORT][/path]?project=PROJECT[&amp;...]
 * jdbc:tunnel:local:DIRECTORY?project=PROJECT
 * jdbc:tunnel:mem:NAME?project=PROJECT
 * </pre>
 *
 * @param kind which form
 * @param location the text behind {@code jdbc:tunnel:} and before {@code ?}: authority and project,
 *     endpoint, directory or name
 * @param options the parameters, names without regard to case, values percent-decoded
 */
record ConnectionUrl(Kind kind, String location, Map<String, String> options) {
  static final String PREFIX = "jdbc:tunnel:";

  private static final String FORMS =
      "use jdbc:tunnel://HOST[:PORT]/PROJECT, jdbc:tunnel:http[s]://HOST[:PORT][/path]?project=P,"
          + " jdbc:tunnel:local:DIRECTORY?project=P or jdbc:tunnel:mem:NAME?project=P";

  enum Kind {
    SERVER,
    ENDPOINT,
    LOCAL,
    MEMORY
  }

  /** Whether the driver is meant. */
  static boolean accepts(@Nullable String url) {
    return url != null && url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  /**
   * Takes a URL apart.
   *
   * @throws SQLException with state 08001 if it has none of the forms
   */
  static ConnectionUrl parse(String url) throws SQLException {
    String rest = url.substring(PREFIX.length());
    int question = rest.indexOf('?');
    String location = question < 0 ? rest : rest.substring(0, question);
    Map<String, String> options = options(question < 0 ? "" : rest.substring(question + 1), url);
    if (location.startsWith("//")) {
      return server(location.substring(2), options, url);
    }
    if (hasPrefix(location, "http://") || hasPrefix(location, "https://")) {
      return new ConnectionUrl(Kind.ENDPOINT, location, options);
    }
    if (hasPrefix(location, "local:")) {
      return embedded(Kind.LOCAL, decode(location.substring(6), url), "a directory", options, url);
    }
    if (hasPrefix(location, "mem:")) {
      return embedded(Kind.MEMORY, decode(location.substring(4), url), "a name", options, url);
    }
    throw malformed(url, FORMS);
  }

  private static boolean hasPrefix(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private static ConnectionUrl server(String rest, Map<String, String> options, String url)
      throws SQLException {
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String project = slash < 0 ? "" : rest.substring(slash + 1);
    if (project.endsWith("/")) {
      project = project.substring(0, project.length() - 1);
    }
    if (authority.isEmpty()) {
      throw malformed(url, "the host is missing; " + FORMS);
    }
    if (authority.indexOf('@') >= 0) {
      throw malformed(url, "user and password do not belong there; use ?user=...&password=...");
    }
    if (project.indexOf('/') >= 0) {
      throw malformed(url, "behind the host stands one project; a schema is the option schema");
    }
    if (!project.isEmpty()) {
      String named = options.putIfAbsent("project", decode(project, url));
      if (named != null) {
        throw malformed(url, "the project stands twice, in the path and as an option");
      }
    }
    return new ConnectionUrl(Kind.SERVER, authority, options);
  }

  private static ConnectionUrl embedded(
      Kind kind, String name, String what, Map<String, String> options, String url)
      throws SQLException {
    if (name.isBlank()) {
      throw malformed(url, what + " is missing; " + FORMS);
    }
    return new ConnectionUrl(kind, name, options);
  }

  private static Map<String, String> options(String query, String url) throws SQLException {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String parameter : query.split("&", -1)) {
      if (parameter.isEmpty()) {
        continue;
      }
      int equals = parameter.indexOf('=');
      if (equals <= 0) {
        throw malformed(url, "the parameter \"" + parameter + "\" is not of the form key=value");
      }
      String name = decode(parameter.substring(0, equals), url);
      String value = decode(parameter.substring(equals + 1), url);
      if (options.put(name, value) != null) {
        throw malformed(url, "the parameter " + name + " stands twice");
      }
    }
    return options;
  }

  /** Percent-decoding; a plus sign is a plus sign, because secrets contain it. */
  private static String decode(String text, String url) throws SQLException {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != '%') {
        bytes.write(raw[i]);
        continue;
      }
      int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
      int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw malformed(url, "a % is not followed by two hexadecimal digits; write %25 for %");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed(url, "percent-encoded bytes are not UTF-8");
    }
  }

  private static SQLException malformed(String url, String reason) {
    return SqlErrors.url("The URL " + TunnelConfig.redactUrl(url) + " is malformed: " + reason);
  }
}
