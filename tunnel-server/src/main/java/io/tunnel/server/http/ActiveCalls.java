package io.tunnel.server.http;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The calls that run, for a close that waits for their end. Thread safe. */
final class ActiveCalls {
  /** A client that moves nothing for this long while the server closes is not waited for. */
  private static final long SILENCE_MILLIS = 1000;

  private final Map<Call, Long> moved = new HashMap<>();
  private boolean closing;

  /** Counts a call; false if the server is closing and takes no more. */
  synchronized boolean enter(Call call) {
    if (!closing) {
      moved.put(call, -1L);
    }
    return !closing;
  }

  synchronized void leave(Call call) {
    moved.remove(call);
    notifyAll();
  }

  /**
   * Refuses new calls and waits for the end of those that run, at most for this time. Calls whose
   * client is silent lose their connection: nobody knows whether it will ever go on.
   */
  synchronized void drain(long millis) {
    closing = true;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long look = System.nanoTime();
    try {
      while (!moved.isEmpty() && end - System.nanoTime() > 0) {
        if (look - System.nanoTime() <= 0) {
          cutSilent();
          look = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS);
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(look, end) - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void cutSilent() {
    Iterator<Map.Entry<Call, Long>> calls = moved.entrySet().iterator();
    while (calls.hasNext()) {
      Map.Entry<Call, Long> entry = calls.next();
      Call call = entry.getKey();
      long now = call.isWaitingForClient() ? call.moved() : -1;
      if (now >= 0 && now == entry.getValue()) {
        call.cut("The server is closing and the client was silent");
      }
      entry.setValue(now);
    }
  }
}
