package io.tunnel.spark.connection;

import io.tunnel.protocol.TunnelClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One client per connection in this JVM. Tasks come and go by the thousand; their connections and
 * threads are those of a few clients, of which {@link #MOST_IDLE} are kept when nobody uses them.
 */
final class SharedClients {
  static final SharedClients INSTANCE = new SharedClients();

  private static final int MOST_IDLE = 4;

  private final Map<Connection, Entry> entries = new HashMap<>();

  /** Those without a lease, the one idle for longest first. */
  private final Set<Entry> idle = new LinkedHashSet<>();

  private SharedClients() {}

  static final class Entry {
    private final Connection connection;
    private final TunnelClient client;
    private int leases;

    private Entry(Connection connection) {
      this.connection = connection;
      client = connection.open();
    }

    TunnelClient client() {
      return client;
    }
  }

  synchronized ClientLease lease(Connection connection) {
    Entry entry = entries.computeIfAbsent(connection, Entry::new);
    entry.leases++;
    idle.remove(entry);
    return new ClientLease(entry);
  }

  void release(Entry entry) {
    for (Entry surplus : releaseAndTakeSurplus(entry)) {
      surplus.client.close();
    }
  }

  private synchronized List<Entry> releaseAndTakeSurplus(Entry entry) {
    List<Entry> surplus = new ArrayList<>();
    if (--entry.leases == 0) {
      idle.add(entry);
      while (idle.size() > MOST_IDLE) {
        Entry oldest = idle.iterator().next();
        idle.remove(oldest);
        entries.remove(oldest.connection);
        surplus.add(oldest);
      }
    }
    return surplus;
  }

  synchronized int leases() {
    return entries.values().stream().mapToInt(entry -> entry.leases).sum();
  }

  synchronized int clients() {
    return entries.size();
  }
}
