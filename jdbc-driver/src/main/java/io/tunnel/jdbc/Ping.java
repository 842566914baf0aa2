package io.tunnel.jdbc;

import io.tunnel.protocol.TunnelClient;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One cheap question to the service, on a thread of its own so that it can be given up. */
final class Ping {
  private static final Logger LOG = LoggerFactory.getLogger(Ping.class);

  private Ping() {}

  /**
   * Whether the service answers in time. The caller's interrupt flag is as it was, unless it is
   * interrupted meanwhile.
   *
   * @param seconds 0 for no limit of its own
   */
  static boolean succeeds(TunnelClient client, int seconds) {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              client.ping();
              return true;
            });
    Thread thread = new Thread(task, "tunnel-jdbc-ping");
    thread.setDaemon(true);
    thread.start();
    boolean interruptedBefore = Thread.interrupted();
    try {
      return seconds == 0 ? task.get() : task.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("The connection is not valid", e);
      return false;
    } catch (InterruptedException e) {
      interruptedBefore = true;
      return false;
    } finally {
      task.cancel(true);
      if (interruptedBefore) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
