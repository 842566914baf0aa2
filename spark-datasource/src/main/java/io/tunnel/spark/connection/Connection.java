package io.tunnel.spark.connection;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How to reach the service. It travels to the executors with its secrets and shows none of them.
 * Two connections with the same settings are equal and share a client in each JVM.
 */
public final class Connection implements Serializable {
  private static final long serialVersionUID = 1;

  // An array, because every serialiser that Spark can be given knows how to restore one.
  private final String[] namesAndValues;

  private Connection(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /**
   * Keeps the options that {@link TunnelConfig} knows.
   *
   * @param own names of the data source's own options, which are left out
   * @throws IllegalArgumentException if an option is unknown or cannot be read
   */
  public static Connection of(Map<String, String> options, Set<String> own) {
    Map<String, String> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.forEach(
        (name, value) -> {
          if (own.stream().noneMatch(name::equalsIgnoreCase)) {
            kept.put(name, value);
          }
        });
    TunnelConfig.fromOptions(options, own);
    return new Connection(pairs(kept));
  }

  private static String[] pairs(Map<String, String> options) {
    String[] pairs = new String[options.size() * 2];
    int next = 0;
    for (Map.Entry<String, String> option : options.entrySet()) {
      pairs[next++] = option.getKey();
      pairs[next++] = option.getValue();
    }
    return pairs;
  }

  /** The settings. */
  public TunnelConfig config() {
    return TunnelConfig.fromOptions(options(), Set.of());
  }

  /**
   * The same service, but a call that fails is not repeated: for what nobody should wait for, such
   * as giving something up after the service has failed.
   */
  public Connection withoutRepeats() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(options());
    options.put("retryTimeout", "0");
    return new Connection(pairs(options));
  }

  /** Borrows the client that this JVM has for these settings; the caller closes the lease. */
  public ClientLease lease() {
    return SharedClients.INSTANCE.lease(this);
  }

  TunnelClient open() {
    return TunnelClient.open(config());
  }

  private Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Connection connection
        && Arrays.equals(namesAndValues, connection.namesAndValues);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(namesAndValues);
  }

  /** The settings without secrets. */
  @Override
  public String toString() {
    return "Connection" + TunnelConfig.redact(options());
  }
}
