package io.tunnel.server.limit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Slows a transfer to so many bytes per second. Used by one thread. */
public final class Pace {
  /** How time passes for a transfer. */
  public interface Time {
    /** The time of the machine. */
    Time SYSTEM =
        new Time() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
          }
        };

    /** Nanoseconds since any moment. */
    long nanos();

    /** Returns when so much time has passed. */
    void sleep(long nanos) throws InterruptedException;
  }

  private final long bytesPerSecond;
  private final Time time;
  private final long start;
  private long moved;

  /** A pace that begins now. */
  public Pace(long bytesPerSecond, Time time) {
    this.bytesPerSecond = bytesPerSecond;
    this.time = time;
    this.start = time.nanos();
  }

  /** Says that bytes have moved; returns when the pace allows more. */
  public void moved(long bytes) throws IOException {
    moved += bytes;
    double due = (double) moved / bytesPerSecond * TimeUnit.SECONDS.toNanos(1);
    long ahead = (long) due - (time.nanos() - start);
    if (ahead <= 0) {
      return;
    }
    try {
      time.sleep(ahead);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The server is closing");
    }
  }
}
