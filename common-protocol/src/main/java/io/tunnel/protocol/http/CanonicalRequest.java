package io.tunnel.protocol.http;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The string to sign of a request (specification: control plane, sections 1.2 and 1.3), the same
 * for signature versions 2 and 4.
 */
public final class CanonicalRequest {
  private static final String HEADER_PREFIX = "x-odps-";

  private CanonicalRequest() {}

  /**
   * Builds the string.
   *
   * @param method the HTTP method
   * @param path the decoded path behind the endpoint, such as {@code /projects/demo}
   * @param parameters decoded query parameters; null and empty values are the same
   * @param headers the request headers; names in any case, values as the HTTP stack carries them.
   *     All those that are not signed are ignored
   */
  public static String of(
      String method,
      String path,
      Map<String, ? extends @Nullable String> parameters,
      Map<String, String> headers) {
    SortedMap<String, String> signed = new TreeMap<>();
    signed.put("content-md5", "");
    signed.put("content-type", "");
    headers.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (lower.equals("content-md5")
              || lower.equals("content-type")
              || lower.equals("date")
              || lower.startsWith(HEADER_PREFIX)) {
            signed.put(lower, value);
          }
        });
    parameters.forEach(
        (name, value) -> {
          if (name.startsWith(HEADER_PREFIX)) {
            signed.put(name, value == null ? "" : value);
          }
        });

    StringBuilder text = new StringBuilder(256);
    text.append(method.toUpperCase(Locale.ROOT)).append('\n');
    signed.forEach(
        (name, value) -> {
          if (name.startsWith(HEADER_PREFIX)) {
            text.append(name).append(':');
          }
          text.append(value).append('\n');
        });
    text.append(path);
    char separator = '?';
    for (Map.Entry<String, ? extends @Nullable String> entry :
        new TreeMap<String, @Nullable String>(parameters).entrySet()) {
      text.append(separator).append(entry.getKey());
      String value = entry.getValue();
      if (value != null && !value.isEmpty()) {
        text.append('=').append(value);
      }
      separator = '&';
    }
    return text.toString();
  }
}
