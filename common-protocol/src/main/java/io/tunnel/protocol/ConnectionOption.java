package io.tunnel.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a connection, in the one place from which URL parameters, JDBC properties, Spark
 * options and the documentation take their names. Names are compared without regard to case.
 */
public enum ConnectionOption {
  /** Service endpoint. */
  ENDPOINT("endpoint", "URL of the service, its base path included", null),
  /** Tunnel endpoint. */
  TUNNEL_ENDPOINT(
      "tunnelEndpoint", "URL of the data service; asked from the service if not set", null),
  /** Project. */
  PROJECT("project", "Default project, in which SQL runs", null),
  /** Schema. */
  SCHEMA("schema", "Default schema of a three-tier project", null),
  /** Access id. */
  ACCESS_ID("accessId", "Id of the access key; without one requests are not signed", null),
  /** Access key. */
  ACCESS_KEY("accessKey", "Secret of the access key", null),
  /** Security token. */
  SECURITY_TOKEN("securityToken", "Token of temporary (STS) credentials", null),
  /** Region. */
  REGION("region", "Region of the service; switches to signature version 4", null),
  /** Quota. */
  QUOTA("quota", "Name of the tunnel quota (resource group)", null),
  /** Compression. */
  COMPRESSION(
      "compression",
      "Compression of data on the wire: none, deflate, x-snappy-framed, x-odps-lz4-frame, zstd",
      "none"),
  /** Connect time-out. */
  CONNECT_TIMEOUT(
      "connectTimeout", "Longest time to connect: 10s, 500ms, 2m; 0 for no limit", "10s"),
  /** Read time-out. */
  READ_TIMEOUT("readTimeout", "Longest silence while waiting for an answer", "300s"),
  /** Write time-out. */
  WRITE_TIMEOUT("writeTimeout", "Longest time in which the network takes no data", "60s"),
  /** Call time-out. */
  CALL_TIMEOUT(
      "callTimeout", "Longest time of one call in all; data streams are not limited by it", "0"),
  /** Retry time-out. */
  RETRY_TIMEOUT("retryTimeout", "How long a call is repeated after transient faults", "10m"),
  /** Proxy. */
  PROXY("proxy", "HTTP or SOCKS proxy: host:port, http://user:password@host:port, socks://…", null),
  /** Tags. */
  TAGS("tags", "Comma separated tags that the service logs with tunnel requests", null),
  /** User agent. */
  USER_AGENT("userAgent", "Text added to the user agent", null),
  /** Block memory. */
  BLOCK_MEMORY(
      "blockMemory", "Memory of an open block before it goes to a temporary file: 4m, 512k", "4m");

  private static final List<String> SECRETS =
      List.of("accesskey", "securitytoken", "password", "ststoken", "secret", "secretkey");

  private final String text;
  private final String description;
  private final @Nullable String defaultValue;

  ConnectionOption(String text, String description, @Nullable String defaultValue) {
    this.text = text;
    this.description = description;
    this.defaultValue = defaultValue;
  }

  /** The name as users write it. */
  public String text() {
    return text;
  }

  /** What it means, in one line. */
  public String description() {
    return description;
  }

  /** The value that holds if none is given; null if there is none. */
  public @Nullable String defaultValue() {
    return defaultValue;
  }

  /** Whether the whole value must never be shown. */
  public boolean isSecret() {
    return isSecret(text);
  }

  /**
   * Whether a setting of this name holds a secret: names of this enum and their usual synonyms,
   * with or without a prefix such as {@code spark.datasource.tunnel.}, in any spelling.
   */
  public static boolean isSecret(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return SECRETS.contains(last.replaceAll("[_-]", "").toLowerCase(Locale.ROOT));
  }

  /** The option of this name, or null. */
  public static @Nullable ConnectionOption named(String name) {
    for (ConnectionOption option : values()) {
      if (option.text.equalsIgnoreCase(name)) {
        return option;
      }
    }
    return null;
  }

  /**
   * The failure for a name that is neither here nor among the others.
   *
   * @return an exception that names the nearest known name
   */
  public static IllegalArgumentException unknown(String name, Collection<String> otherNames) {
    List<String> known = new ArrayList<>(otherNames);
    for (ConnectionOption option : values()) {
      known.add(option.text);
    }
    String nearest = known.get(0);
    for (String candidate : known) {
      if (distance(name, candidate) < distance(name, nearest)) {
        nearest = candidate;
      }
    }
    return new IllegalArgumentException(
        "Unknown option \"" + name + "\"; did you mean \"" + nearest + "\"?");
  }

  /** The Levenshtein distance, case ignored. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
