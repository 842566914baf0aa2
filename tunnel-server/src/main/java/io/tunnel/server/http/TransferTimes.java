package io.tunnel.server.http;

import java.util.concurrent.TimeUnit;

/**
 * Where the time of a block or row range goes, for the metrics that clients can show
 * (specification: regular tunnel, sections 1.8 and 4.2.6). Used by the thread of the transfer.
 */
final class TransferTimes {
  private final long start = System.nanoTime();
  private long network;
  private long pace;

  /** Adds time in which the server waited for the client. */
  void waitedForClient(long nanos) {
    network += nanos;
  }

  /** Adds time in which the server kept to its pace. */
  void keptPace(long nanos) {
    pace += nanos;
  }

  /**
   * The metrics as the service writes them, in microseconds.
   *
   * @param storageNanos time spent with files
   */
  String json(long storageNanos) {
    return "{\"PanguIOCost\":"
        + TimeUnit.NANOSECONDS.toMicros(storageNanos)
        + ",\"RateLimitCost\":"
        + TimeUnit.NANOSECONDS.toMicros(pace)
        + ",\"ServerIOCost\":"
        + TimeUnit.NANOSECONDS.toMicros(network)
        + ",\"ServerTotalCost\":"
        + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start)
        + "}";
  }
}
