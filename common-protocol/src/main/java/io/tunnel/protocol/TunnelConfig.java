package io.tunnel.protocol;

import io.tunnel.protocol.arrow.ContentCoding;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a connection. Immutable; {@code toString()} shows no secret.
 *
 * @see ConnectionOption
 */
public final class TunnelConfig {
  /** What stands in the place of a secret. */
  public static final String REDACTED = "*****";

  private static final Pattern URL_PARAMETER = Pattern.compile("[?&;]([^=&?;]+)=");
  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");
  private static final Pattern PROXY_USER =
      Pattern.compile("^(\\w+(?:://|%3[Aa]%2[Ff]%2[Ff]))?.*(?:@|%40)");
  private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

  private final URI endpoint;
  private final @Nullable URI tunnelEndpoint;
  private final String project;
  private final @Nullable String schema;
  private final Credentials credentials;
  private final @Nullable String quota;
  private final ContentCoding compression;
  private final Duration connectTimeout;
  private final Duration readTimeout;
  private final Duration writeTimeout;
  private final Duration callTimeout;
  private final Duration retryTimeout;
  private final @Nullable ProxyAddress proxy;
  private final List<String> tags;
  private final String userAgent;
  private final int blockMemory;

  private TunnelConfig(Builder builder) {
    endpoint = builder.endpoint;
    tunnelEndpoint = builder.tunnelEndpoint;
    project = builder.project;
    schema = builder.schema;
    credentials = builder.credentials;
    quota = builder.quota;
    compression = builder.compression;
    connectTimeout = builder.connectTimeout;
    readTimeout = builder.readTimeout;
    writeTimeout = builder.writeTimeout;
    callTimeout = builder.callTimeout;
    retryTimeout = builder.retryTimeout;
    proxy = builder.proxy;
    tags = List.copyOf(builder.tags);
    userAgent = builder.userAgent;
    blockMemory = builder.blockMemory;
  }

  /**
   * Starts with the defaults of {@link ConnectionOption} and no credentials.
   *
   * @param endpoint URL of the service, its base path included
   * @param project the default project
   * @throws IllegalArgumentException if the URL is not an absolute http or https one
   */
  public static Builder builder(URI endpoint, String project) {
    return new Builder(endpoint, project);
  }

  /**
   * Reads options as users write them.
   *
   * @param options name to value; names in any case; empty values count as absent
   * @param otherKnownNames names that belong to somebody else and are skipped here
   * @throws IllegalArgumentException if a name is unknown (the message has the nearest known one),
   *     a value cannot be read, or endpoint or project are missing
   */
  public static TunnelConfig fromOptions(Map<String, String> options, Set<String> otherKnownNames) {
    Map<ConnectionOption, String> values = new EnumMap<>(ConnectionOption.class);
    options.forEach(
        (name, value) -> {
          ConnectionOption option = ConnectionOption.named(name);
          if (option != null) {
            if (!value.isBlank()) {
              values.put(option, value.strip());
            }
          } else if (otherKnownNames.stream().noneMatch(name::equalsIgnoreCase)) {
            throw ConnectionOption.unknown(name, otherKnownNames);
          }
        });
    return new OptionReader(values).read();
  }

  /** The value as it may be shown in messages, logs and plans, judged by the option's name. */
  public static String redact(String name, String value) {
    if (ConnectionOption.isSecret(name)) {
      return REDACTED;
    }
    if (ConnectionOption.named(name.substring(name.lastIndexOf('.') + 1))
        == ConnectionOption.PROXY) {
      return PROXY_USER.matcher(value).replaceFirst("$1" + REDACTED + "@");
    }
    return redactUrl(value);
  }

  /** The same options, fit to be shown. */
  public static Map<String, String> redact(Map<String, String> options) {
    Map<String, String> shown = new LinkedHashMap<>();
    options.forEach((name, value) -> shown.put(name, redact(name, value)));
    return shown;
  }

  /** A URL as it may be shown: secrets among its parameters and its user info are replaced. */
  public static String redactUrl(String url) {
    StringBuilder shown = new StringBuilder();
    Matcher parameter = URL_PARAMETER.matcher(url);
    int from = 0;
    while (parameter.find(from)) {
      String name =
          ESCAPE
              .matcher(parameter.group(1))
              .replaceAll(found -> Matcher.quoteReplacement(character(found.group(1))));
      boolean proxy = ConnectionOption.named(name) == ConnectionOption.PROXY;
      boolean secret = ConnectionOption.isSecret(name);
      // A secret may contain a semicolon, which separates parameters in some forms only.
      int end = parameter.end();
      while (end < url.length()
          && url.charAt(end) != '&'
          && (url.charAt(end) != ';' || secret || proxy)) {
        end++;
      }
      String value = url.substring(parameter.end(), end);
      shown
          .append(url, from, parameter.end())
          .append(secret ? REDACTED : proxy ? redact(name, value) : value);
      from = end;
    }
    return USER_INFO
        .matcher(shown.append(url, from, url.length()))
        .replaceAll("//" + REDACTED + "@");
  }

  private static String character(String hexadecimal) {
    return String.valueOf((char) Integer.parseInt(hexadecimal, 16));
  }

  /** URL of the service, its base path included, without a slash at the end. */
  public URI endpoint() {
    return endpoint;
  }

  /** URL of the data service; null if it is to be asked from the service. */
  public @Nullable URI tunnelEndpoint() {
    return tunnelEndpoint;
  }

  /** The default project. */
  public String project() {
    return project;
  }

  /** The default schema of a three-tier project, or null. */
  public @Nullable String schema() {
    return schema;
  }

  /** Who signs. */
  public Credentials credentials() {
    return credentials;
  }

  /** The name of the tunnel quota, or null. */
  public @Nullable String quota() {
    return quota;
  }

  /** The compression of bodies that are sent, and the one asked for in bodies that are read. */
  public ContentCoding compression() {
    return compression;
  }

  /** Longest time to connect; zero for no limit. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** Longest silence while waiting for an answer; zero for no limit. */
  public Duration readTimeout() {
    return readTimeout;
  }

  /** Longest time in which the network takes no data; zero for no limit. */
  public Duration writeTimeout() {
    return writeTimeout;
  }

  /** Longest time of one call in all, data streams excepted; zero for no limit. */
  public Duration callTimeout() {
    return callTimeout;
  }

  /**
   * How long a call is repeated after transient faults; after answers of the kind 5xx never more
   * than seven times.
   */
  public Duration retryTimeout() {
    return retryTimeout;
  }

  /** The proxy, or null. */
  public @Nullable ProxyAddress proxy() {
    return proxy;
  }

  /** Tags that the service logs with tunnel requests. */
  public List<String> tags() {
    return tags;
  }

  /** Text added to the user agent; possibly empty. */
  public String userAgent() {
    return userAgent;
  }

  /** Bytes of an open block that are kept in memory before a temporary file is used. */
  public int blockMemory() {
    return blockMemory;
  }

  /** A builder with these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder(endpoint, project);
    builder.tunnelEndpoint = tunnelEndpoint;
    builder.schema = schema;
    builder.credentials = credentials;
    builder.quota = quota;
    builder.compression = compression;
    builder.connectTimeout = connectTimeout;
    builder.readTimeout = readTimeout;
    builder.writeTimeout = writeTimeout;
    builder.callTimeout = callTimeout;
    builder.retryTimeout = retryTimeout;
    builder.proxy = proxy;
    builder.tags = tags;
    builder.userAgent = userAgent;
    builder.blockMemory = blockMemory;
    return builder;
  }

  /** Endpoint, project and who signs; no secret. */
  @Override
  public String toString() {
    return "project " + project + " at " + endpoint + " as " + credentials;
  }

  /**
   * A proxy.
   *
   * @param socks whether it speaks SOCKS instead of HTTP
   * @param host its host
   * @param port its port
   * @param user user name for an HTTP proxy, or null
   * @param password password for an HTTP proxy, or null
   */
  public record ProxyAddress(
      boolean socks, String host, int port, @Nullable String user, @Nullable String password) {
    /** Host and port only. */
    @Override
    public String toString() {
      return (socks ? "socks://" : "http://") + host + ":" + port;
    }
  }

  /** Collects settings. Not thread safe. */
  public static final class Builder {
    private final URI endpoint;
    private final String project;
    private @Nullable URI tunnelEndpoint;
    private @Nullable String schema;
    private Credentials credentials = Credentials.anonymous();
    private @Nullable String quota;
    private ContentCoding compression = ContentCoding.NONE;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration readTimeout = Duration.ofMinutes(5);
    private Duration writeTimeout = Duration.ofMinutes(1);
    private Duration callTimeout = Duration.ZERO;
    private Duration retryTimeout = Duration.ofMinutes(10);
    private @Nullable ProxyAddress proxy;
    private List<String> tags = new ArrayList<>();
    private String userAgent = "";
    private int blockMemory = 4 * 1024 * 1024;

    private Builder(URI endpoint, String project) {
      this.endpoint = checked("endpoint", endpoint);
      if (project.isBlank()) {
        throw new IllegalArgumentException("The option project must not be empty");
      }
      this.project = project;
    }

    /** URL of the data service. */
    public Builder tunnelEndpoint(URI url) {
      tunnelEndpoint = checked("tunnelEndpoint", url);
      return this;
    }

    /** The default schema of a three-tier project. */
    public Builder schema(@Nullable String name) {
      schema = name;
      return this;
    }

    /** Who signs. */
    public Builder credentials(Credentials who) {
      credentials = who;
      return this;
    }

    /** The name of the tunnel quota. */
    public Builder quota(@Nullable String name) {
      quota = name;
      return this;
    }

    /** The compression of bodies. */
    public Builder compression(ContentCoding coding) {
      compression = coding;
      return this;
    }

    /** See {@link TunnelConfig#connectTimeout()}. */
    public Builder connectTimeout(Duration limit) {
      connectTimeout = limit;
      return this;
    }

    /** See {@link TunnelConfig#readTimeout()}. */
    public Builder readTimeout(Duration limit) {
      readTimeout = limit;
      return this;
    }

    /** See {@link TunnelConfig#writeTimeout()}. */
    public Builder writeTimeout(Duration limit) {
      writeTimeout = limit;
      return this;
    }

    /** See {@link TunnelConfig#callTimeout()}. */
    public Builder callTimeout(Duration limit) {
      callTimeout = limit;
      return this;
    }

    /** See {@link TunnelConfig#retryTimeout()}; zero means that nothing is repeated. */
    public Builder retryTimeout(Duration limit) {
      retryTimeout = limit;
      return this;
    }

    /** The proxy. */
    public Builder proxy(@Nullable ProxyAddress address) {
      proxy = address;
      return this;
    }

    /** See {@link TunnelConfig#tags()}. */
    public Builder tags(List<String> names) {
      names.forEach(name -> printable("tags", name));
      tags = List.copyOf(names);
      return this;
    }

    /** See {@link TunnelConfig#userAgent()}. */
    public Builder userAgent(String text) {
      printable("userAgent", text);
      userAgent = text;
      return this;
    }

    /** See {@link TunnelConfig#blockMemory()}; at least 0. */
    public Builder blockMemory(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("The option blockMemory must not be negative");
      }
      blockMemory = bytes;
      return this;
    }

    /** The settings. */
    public TunnelConfig build() {
      return new TunnelConfig(this);
    }

    private static void printable(String option, String text) {
      if (!Credentials.isPrintable(text)) {
        throw new IllegalArgumentException(
            "The option " + option + " travels in a header and must be printable ASCII");
      }
    }

    private static URI checked(String option, URI url) {
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((!scheme.equals("http") && !scheme.equals("https"))
          || url.getHost() == null
          || url.getRawQuery() != null
          || url.getRawFragment() != null
          || url.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "The option "
                + option
                + " is \""
                + redactUrl(url.toString())
                + "\" but must be a URL of the form http[s]://host[:port][/path]");
      }
      String text = url.toString();
      while (text.endsWith("/")) {
        text = text.substring(0, text.length() - 1);
      }
      return URI.create(text);
    }
  }
}
