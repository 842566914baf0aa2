package io.tunnel.spark.connection;

import io.tunnel.protocol.TunnelClient;
import java.util.concurrent.atomic.AtomicBoolean;

/** The right to use a shared client until the lease is closed, which may be done again. */
public final class ClientLease implements AutoCloseable {
  private final SharedClients.Entry entry;
  private final AtomicBoolean ended = new AtomicBoolean();

  ClientLease(SharedClients.Entry entry) {
    this.entry = entry;
  }

  /** The client; it must not be closed. */
  public TunnelClient client() {
    return entry.client();
  }

  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      SharedClients.INSTANCE.release(entry);
    }
  }
}
