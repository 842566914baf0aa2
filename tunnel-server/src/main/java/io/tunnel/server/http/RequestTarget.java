package io.tunnel.server.http;

import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Path and query of a request, decoded once.
 *
 * @param interactive whether the path begins with {@code /mcqa}, which stands for the same calls in
 *     an interactive quota (control plane, section 4.9)
 * @param service whether the request came to the service endpoint, which is below {@code /api}
 * @param rawPath the path behind the endpoint, as received
 * @param rawQuery the query as received, or null
 * @param segments the decoded segments of the path behind the endpoint, without {@code mcqa}
 * @param parameters decoded names and values; a name without value has the empty text; of a
 *     repeated name the first counts, unless the client has signed another
 */
record RequestTarget(
    boolean interactive,
    boolean service,
    String rawPath,
    @Nullable String rawQuery,
    List<String> segments,
    Map<String, String> parameters) {
  /** Where the service endpoint begins. */
  static final String PREFIX = "/api";

  private static final String INTERACTIVE = "mcqa";

  /** Whether a path belongs to the service endpoint. */
  static boolean isService(String path) {
    return path.equals(PREFIX) || path.startsWith(PREFIX + "/");
  }

  /** Reads the target; refuses what cannot be decoded. */
  static RequestTarget parse(String path, @Nullable String query) throws ServiceException {
    boolean service = isService(path);
    String rest = service ? path.substring(PREFIX.length()) : path;
    List<String> segments = new ArrayList<>();
    for (String segment : rest.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(decodePath(segment));
      }
    }
    boolean interactive = segments.size() > 1 && segments.get(0).equals(INTERACTIVE);
    if (interactive) {
      segments.remove(0);
    }
    return new RequestTarget(
        interactive,
        service,
        rest,
        query,
        Collections.unmodifiableList(segments),
        parameters(query));
  }

  /** A target that only says in which form its error is answered. */
  static RequestTarget undecodable(String path) {
    return new RequestTarget(false, isService(path), path, null, List.of(), Map.of());
  }

  /** The same target with the parameters that the client has signed. */
  RequestTarget withParameters(Map<String, String> signed) {
    return new RequestTarget(
        interactive, service, rawPath, rawQuery, segments, Collections.unmodifiableMap(signed));
  }

  /** The project that the path names, in lower case; empty if it names none. */
  String project() {
    boolean named = segments.size() > 1 && segments.get(0).equals("projects");
    return named ? segments.get(1).toLowerCase(Locale.ROOT) : "";
  }

  /** The table that the path names, {@code project.table} in lower case. */
  String table() {
    int at = segments.size() > 2 && segments.get(2).equals("schemas") ? 5 : 3;
    String name = segments.size() > at ? segments.get(at).toLowerCase(Locale.ROOT) : "";
    String schema = at == 5 ? segments.get(3).toLowerCase(Locale.ROOT) : TableEntry.DEFAULT_SCHEMA;
    return project() + "." + (schema.equals(TableEntry.DEFAULT_SCHEMA) ? "" : schema + ".") + name;
  }

  /** Whether the query has the parameter, with or without a value. */
  boolean has(String parameter) {
    return parameters.containsKey(parameter);
  }

  private static Map<String, String> parameters(@Nullable String query) throws ServiceException {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query != null) {
      for (String pair : query.split("&")) {
        if (!pair.isEmpty()) {
          int equals = pair.indexOf('=');
          String name = equals < 0 ? pair : pair.substring(0, equals);
          String value = equals < 0 ? "" : pair.substring(equals + 1);
          parameters.putIfAbsent(decode(name), decode(value));
        }
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static String decodePath(String segment) throws ServiceException {
    return decode(segment.replace("+", "%2B"));
  }

  private static String decode(String text) throws ServiceException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ServiceError.INVALID_URI.exception("\"" + text + "\" is not percent-encoded UTF-8", e);
    }
  }
}
