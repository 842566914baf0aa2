package io.tunnel.server.sql.function;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** PARSE_URL, URL_ENCODE and URL_DECODE. */
final class UrlParts {
  /** The groups are scheme, authority, path, query and fragment of RFC 3986, appendix B. */
  private static final Pattern URL =
      Pattern.compile(
          "(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?", Pattern.DOTALL);

  private UrlParts() {}

  /** A part of a URL; null when the URL does not have it or there is no such part. */
  static @Nullable String part(String url, String part) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      return null;
    }
    return switch (part.toUpperCase(Locale.ROOT)) {
      case "PROTOCOL" -> matcher.group(1);
      case "AUTHORITY" -> matcher.group(2);
      case "USERINFO" -> userInfo(matcher.group(2));
      case "HOST" -> host(matcher.group(2));
      case "PATH" -> matcher.group(3);
      case "QUERY" -> matcher.group(4);
      case "FILE" ->
          matcher.group(4) == null ? matcher.group(3) : matcher.group(3) + "?" + matcher.group(4);
      case "REF" -> matcher.group(5);
      default -> null;
    };
  }

  private static @Nullable String userInfo(@Nullable String authority) {
    int at = authority == null ? -1 : authority.lastIndexOf('@');
    return authority == null || at < 0 ? null : authority.substring(0, at);
  }

  private static @Nullable String host(@Nullable String authority) {
    if (authority == null) {
      return null;
    }
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    int colon = host.indexOf(':', host.indexOf(']') + 1);
    return colon < 0 ? host : host.substring(0, colon);
  }

  /** The value of a key in the query. */
  static @Nullable String queryValue(String url, String part, String key) {
    String query = part.equalsIgnoreCase("QUERY") ? part(url, part) : null;
    if (query != null) {
      for (String pair : query.split("&")) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).equals(key)) {
          return pair.substring(equals + 1);
        }
      }
    }
    return null;
  }

  /** The form of {@code application/x-www-form-urlencoded} in UTF-8. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The text of such a form; null when it is none. */
  static @Nullable String decode(String form) {
    try {
      return URLDecoder.decode(form, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
