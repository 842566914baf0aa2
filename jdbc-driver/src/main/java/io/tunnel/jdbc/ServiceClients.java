package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one connection. Project, schema and network time-out are fixed in a client, so
 * that changing them takes another one; earlier ones stay until the connection closes, because
 * results and uploads may still use them. Used by one thread at a time.
 */
final class ServiceClients implements AutoCloseable {
  private final List<TunnelClient> clients = new ArrayList<>();
  private TunnelClient current;
  private int networkTimeoutMillis;

  ServiceClients(TunnelConfig config) {
    current = TunnelClient.open(config);
    clients.add(current);
  }

  TunnelClient current() {
    return current;
  }

  void useSchema(@Nullable String schema) {
    use(current.config().toBuilder().schema(schema).build());
  }

  void useProject(String project, ConnectionSettings settings, URI endpoint) throws SQLException {
    try {
      ConnectionSettings changed = settings.withProject(project);
      TunnelConfig config = changed.config(endpoint);
      use(
          config.toBuilder()
              .schema(current.config().schema())
              .readTimeout(current.config().readTimeout())
              .build());
    } catch (IllegalArgumentException e) {
      throw SqlErrors.invalidArgument(String.valueOf(e.getMessage()));
    }
  }

  int networkTimeoutMillis() {
    return networkTimeoutMillis;
  }

  /** Sets the longest silence while waiting for an answer; 0 for no limit. */
  void useNetworkTimeout(int millis) {
    networkTimeoutMillis = millis;
    use(current.config().toBuilder().readTimeout(Duration.ofMillis(millis)).build());
  }

  private void use(TunnelConfig config) {
    for (TunnelClient client : clients) {
      if (same(client.config(), config)) {
        current = client;
        return;
      }
    }
    current = TunnelClient.open(config);
    clients.add(current);
  }

  private static boolean same(TunnelConfig one, TunnelConfig other) {
    return one.project().equals(other.project())
        && java.util.Objects.equals(one.schema(), other.schema())
        && one.readTimeout().equals(other.readTimeout());
  }

  @Override
  public void close() {
    clients.forEach(TunnelClient::close);
  }
}
