package io.tunnel.server;

import java.time.Duration;

/**
 * Limits of the service that hold here too (specification: regular tunnel, section 2.8).
 *
 * @param sessionLife how long a session, and the result of a statement, can be used
 * @param blockBytes the largest body of one block, after its content coding has been removed
 * @param fieldBytes the largest value of one STRING, BINARY or JSON column
 * @param clockSkew the largest distance of a request's {@code Date} from the server's clock
 * @param idleTime how long a connection may be silent in the middle of a request
 * @param keptInstances how many finished statements are remembered with their results
 */
public record ServerLimits(
    Duration sessionLife,
    long blockBytes,
    int fieldBytes,
    Duration clockSkew,
    Duration idleTime,
    int keptInstances) {
  /** 24 hours, 100 GB, 8 MiB, 15 minutes, 120 seconds, 2000 statements. */
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          Duration.ofHours(24),
          100_000_000_000L,
          8 * 1024 * 1024,
          Duration.ofMinutes(15),
          Duration.ofSeconds(120),
          2000);

  /** Rejects what is not positive. */
  public ServerLimits {
    if (sessionLife.isNegative()
        || sessionLife.isZero()
        || blockBytes < 1
        || fieldBytes < 1
        || clockSkew.isNegative()
        || idleTime.isNegative()
        || idleTime.isZero()
        || keptInstances < 1) {
      throw new IllegalArgumentException("Every limit must be positive");
    }
  }
}
