package io.tunnel.server.limit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Slows a transfer to so many bytes per second. Used by one thread. */
public final class Pace {
  /** How a thread waits. */
  interface Waiting {
    void sleep(long nanos) throws InterruptedException;
  }

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private final Waiting waiting;
  private final long start;
  private long moved;

  /** A pace that begins now. */
  public Pace(long bytesPerSecond) {
    this(bytesPerSecond, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
  }

  Pace(long bytesPerSecond, LongSupplier nanoTime, Waiting waiting) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
    this.waiting = waiting;
    this.start = nanoTime.getAsLong();
  }

  /** Says that bytes have moved; returns when the pace allows more. */
  public void moved(long bytes) throws IOException {
    moved += bytes;
    double due = (double) moved / bytesPerSecond * TimeUnit.SECONDS.toNanos(1);
    long ahead = (long) due - (nanoTime.getAsLong() - start);
    if (ahead <= 0) {
      return;
    }
    try {
      waiting.sleep(ahead);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The server is closing");
    }
  }
}
