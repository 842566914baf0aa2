package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

/** The threads of clients. */
final class ClientThreads {
  private ClientThreads() {}

  /** Waits for threads that are about to end; fails if one of them does not. */
  static void assertEnded() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("tunnel-")) {
        try {
          thread.join(10_000);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
