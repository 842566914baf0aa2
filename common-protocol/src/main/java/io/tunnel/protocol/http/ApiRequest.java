package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call to the service. Built in a chain, then not changed any more. Not thread safe. */
public final class ApiRequest {
  private final String method;
  private final String purpose;
  private final URI endpoint;
  private final List<String> path;
  private final Map<String, @Nullable String> parameters = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private byte @Nullable [] body;
  private Repeat repeat;

  private ApiRequest(String method, String purpose, URI endpoint, List<String> path) {
    for (String segment : path) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException("\"" + segment + "\" is not a name");
      }
    }
    this.method = method;
    this.purpose = purpose;
    this.endpoint = endpoint;
    this.path = List.copyOf(path);
    this.repeat = method.equals("GET") ? Repeat.SAFE : Repeat.NEVER;
  }

  /**
   * Starts a request. A GET is repeated whenever that may help, others never, unless {@link
   * #repeat(Repeat)} says otherwise.
   *
   * @param method the HTTP method
   * @param purpose what is done, as the start of an error sentence: {@code Reading the table
   *     demo.t}
   * @param endpoint where to; its own path is put in front and not signed
   * @param path names, not encoded
   * @throws IllegalArgumentException if a name is empty or a dot segment
   */
  public static ApiRequest of(String method, String purpose, URI endpoint, List<String> path) {
    return new ApiRequest(method, purpose, endpoint, path);
  }

  /** Adds a parameter without a value. */
  public ApiRequest flag(String name) {
    parameters.put(name, null);
    return this;
  }

  /** Adds a parameter, unless the value is null. */
  public ApiRequest parameter(String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
    return this;
  }

  /** Adds a header, unless the value is null. */
  public ApiRequest header(String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
    return this;
  }

  /** Sends an XML document, with its checksum. */
  public ApiRequest xml(String document) {
    body = document.getBytes(UTF_8);
    headers.put("Content-Type", "application/xml");
    headers.put("Content-MD5", Md5.hex(body));
    return this;
  }

  /** Says when the request may be sent again. */
  public ApiRequest repeat(Repeat when) {
    repeat = when;
    return this;
  }

  String method() {
    return method;
  }

  String purpose() {
    return purpose;
  }

  URI endpoint() {
    return endpoint;
  }

  /** The decoded path behind the endpoint, which is what is signed. */
  String signedPath() {
    return "/" + String.join("/", path);
  }

  Map<String, @Nullable String> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  Map<String, String> headers() {
    return Collections.unmodifiableMap(headers);
  }

  byte @Nullable [] body() {
    return body;
  }

  Repeat repeat() {
    return repeat;
  }

  /** The whole path, that of the endpoint in front, encoded as the official Java client does it. */
  String encodedPath() {
    StringBuilder encoded = new StringBuilder(endpoint.getRawPath());
    while (!encoded.isEmpty() && encoded.charAt(encoded.length() - 1) == '/') {
      encoded.setLength(encoded.length() - 1);
    }
    for (String segment : path) {
      encoded.append('/').append(encode(segment));
    }
    return encoded.isEmpty() ? "/" : encoded.toString();
  }

  /** The parameters, encoded as the official Java client does it (section 1.3); null if none. */
  @Nullable String encodedQuery() {
    if (parameters.isEmpty()) {
      return null;
    }
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) -> {
          query.append(query.isEmpty() ? "" : "&").append(name);
          if (value != null) {
            query.append('=').append(encode(value));
          }
        });
    return query.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
