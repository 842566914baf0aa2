package io.tunnel.server;

import io.tunnel.server.limit.RateLimits;
import java.time.Duration;

/**
 * Limits of the service that hold here too (specification: regular tunnel, section 2.8).
 *
 * @param sessionLife how long a session, and the result of a statement, can be used
 * @param blocks how many blocks a session can have; their ids begin with 0
 * @param blockBytes the largest body of one block, after its content coding has been removed
 * @param fieldBytes the largest value of one STRING, BINARY or JSON column
 * @param clockSkew the largest distance of a request's {@code Date} from the server's clock
 * @param idleTime how long a connection may be silent in the middle of a request
 * @param keptInstances how many finished statements are remembered with their results
 * @param rates what is counted over time and at the same time
 */
public record ServerLimits(
    Duration sessionLife,
    int blocks,
    long blockBytes,
    int fieldBytes,
    Duration clockSkew,
    Duration idleTime,
    int keptInstances,
    RateLimits rates) {
  /** The sizes and lives of the service: 24 hours, 20,000 blocks of 100 GB, 8 MiB; no rates. */
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          Duration.ofHours(24),
          20_000,
          100_000_000_000L,
          8 * 1024 * 1024,
          Duration.ofMinutes(15),
          Duration.ofMinutes(2),
          2000,
          RateLimits.NONE);

  /** All limits of the service. */
  public static final ServerLimits MAXCOMPUTE = DEFAULT.withRates(RateLimits.MAXCOMPUTE);

  /** None of the service's limits; clocks and silent connections are judged as always. */
  public static final ServerLimits NONE =
      new ServerLimits(
          Duration.ofDays(3650),
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Integer.MAX_VALUE,
          DEFAULT.clockSkew(),
          DEFAULT.idleTime(),
          DEFAULT.keptInstances(),
          RateLimits.NONE);

  /** Rejects what is not positive. */
  public ServerLimits {
    if (sessionLife.isNegative()
        || sessionLife.isZero()
        || blocks < 1
        || blockBytes < 1
        || fieldBytes < 1
        || clockSkew.isNegative()
        || idleTime.isNegative()
        || idleTime.isZero()
        || keptInstances < 1) {
      throw new IllegalArgumentException("Every limit must be positive");
    }
  }

  /** The same limits with other rates. */
  public ServerLimits withRates(RateLimits other) {
    return new ServerLimits(
        sessionLife, blocks, blockBytes, fieldBytes, clockSkew, idleTime, keptInstances, other);
  }

  /** The same limits with another time for silent connections. */
  public ServerLimits withIdleTime(Duration other) {
    return new ServerLimits(
        sessionLife, blocks, blockBytes, fieldBytes, clockSkew, other, keptInstances, rates);
  }
}
