package io.tunnel.protocol;

import io.tunnel.protocol.TunnelConfig.ProxyAddress;
import io.tunnel.protocol.arrow.ContentCoding;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns the text of options into settings; every message names the option and an example. */
final class OptionReader {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h)?");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*([kmg]?)b?");

  private final Map<ConnectionOption, String> values;

  OptionReader(Map<ConnectionOption, String> values) {
    this.values = values;
  }

  TunnelConfig read() {
    TunnelConfig.Builder builder =
        TunnelConfig.builder(
            url(ConnectionOption.ENDPOINT, required(ConnectionOption.ENDPOINT)),
            required(ConnectionOption.PROJECT));
    String tunnelEndpoint = values.get(ConnectionOption.TUNNEL_ENDPOINT);
    if (tunnelEndpoint != null) {
      builder.tunnelEndpoint(url(ConnectionOption.TUNNEL_ENDPOINT, tunnelEndpoint));
    }
    String proxy = values.get(ConnectionOption.PROXY);
    if (proxy != null) {
      builder.proxy(proxy(proxy));
    }
    String tags = values.get(ConnectionOption.TAGS);
    if (tags != null) {
      builder.tags(Stream.of(tags.split(",")).map(String::strip).toList());
    }
    String agent = values.get(ConnectionOption.USER_AGENT);
    if (agent != null) {
      builder.userAgent(agent);
    }
    duration(ConnectionOption.CONNECT_TIMEOUT, builder::connectTimeout);
    duration(ConnectionOption.READ_TIMEOUT, builder::readTimeout);
    duration(ConnectionOption.WRITE_TIMEOUT, builder::writeTimeout);
    duration(ConnectionOption.CALL_TIMEOUT, builder::callTimeout);
    duration(ConnectionOption.RETRY_TIMEOUT, builder::retryTimeout);
    String memory = values.get(ConnectionOption.BLOCK_MEMORY);
    if (memory != null) {
      builder.blockMemory(size(ConnectionOption.BLOCK_MEMORY, memory));
    }
    return builder
        .schema(values.get(ConnectionOption.SCHEMA))
        .quota(values.get(ConnectionOption.QUOTA))
        .credentials(credentials())
        .compression(compression())
        .build();
  }

  private Credentials credentials() {
    String id = values.get(ConnectionOption.ACCESS_ID);
    String secret = values.get(ConnectionOption.ACCESS_KEY);
    if (id == null && secret == null) {
      return Credentials.anonymous();
    }
    if (id == null || secret == null) {
      throw new IllegalArgumentException(
          "The options accessId and accessKey belong together; "
              + (id == null ? "accessId" : "accessKey")
              + " is missing");
    }
    return new Credentials.AccessKey(
        id,
        secret,
        values.get(ConnectionOption.SECURITY_TOKEN),
        values.get(ConnectionOption.REGION));
  }

  private ContentCoding compression() {
    String text = values.get(ConnectionOption.COMPRESSION);
    if (text == null || text.equalsIgnoreCase("none")) {
      return ContentCoding.NONE;
    }
    try {
      return ContentCoding.forWireName(text);
    } catch (IllegalArgumentException e) {
      throw bad(ConnectionOption.COMPRESSION, text, "none, deflate or zstd");
    }
  }

  private String required(ConnectionOption option) {
    String value = values.get(option);
    if (value == null) {
      throw new IllegalArgumentException(
          "The option " + option.text() + " is missing: " + option.description());
    }
    return value;
  }

  private static URI url(ConnectionOption option, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // The cause is left out because it repeats the text, which may hold a secret.
      throw bad(option, text, "http://127.0.0.1:8080/api");
    }
  }

  private void duration(ConnectionOption option, Consumer<Duration> target) {
    String text = values.get(option);
    if (text == null) {
      return;
    }
    Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw bad(option, text, "30s, 500ms, 2m or a number of seconds");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "s" : matcher.group(2);
    Duration duration =
        switch (unit) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofSeconds(number);
        };
    if (duration.compareTo(Duration.ofDays(20)) > 0) {
      throw bad(option, text, "at most 20 days, such as 30s");
    }
    target.accept(duration);
  }

  private static int size(ConnectionOption option, String text) {
    Matcher matcher = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      int shift =
          switch (matcher.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            default -> 0;
          };
      long bytes = Long.parseLong(matcher.group(1)) << shift;
      if (bytes <= 1L << 30) {
        return (int) bytes;
      }
    }
    throw bad(option, text, "4m or 512k, at most 1g");
  }

  private static ProxyAddress proxy(String text) {
    URI url = url(ConnectionOption.PROXY, text.contains("://") ? text : "http://" + text);
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    boolean socks = scheme.startsWith("socks");
    if (url.getHost() == null || url.getPort() < 0 || !(socks || scheme.equals("http"))) {
      throw bad(ConnectionOption.PROXY, text, "host:8080 or socks://host:1080");
    }
    @Nullable String user = null;
    @Nullable String password = null;
    String userInfo = url.getUserInfo();
    if (userInfo != null) {
      int colon = userInfo.indexOf(':');
      user = colon < 0 ? userInfo : userInfo.substring(0, colon);
      password = colon < 0 ? "" : userInfo.substring(colon + 1);
    }
    return new ProxyAddress(socks, url.getHost(), url.getPort(), user, password);
  }

  private static IllegalArgumentException bad(
      ConnectionOption option, String value, String example) {
    return new IllegalArgumentException(
        "The option "
            + option.text()
            + " cannot be \""
            + TunnelConfig.redact(option.text(), value)
            + "\"; write for example "
            + example);
  }
}
