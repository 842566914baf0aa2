package io.tunnel.server.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a server under control. It runs with the clock below it until it is frozen or moved.
 * Everything in the server that depends on time goes by it; time limits of connections do not,
 * because the network has only the time of the machine. Thread safe.
 */
public final class ControlledClock implements InstantSource {
  /**
   * What the clock shows.
   *
   * @param frozen the instant at which it stands; null while it runs
   * @param ahead how far it is ahead of the clock below while it runs
   */
  private record Setting(@Nullable Instant frozen, Duration ahead) {}

  private static final Setting UNTOUCHED = new Setting(null, Duration.ZERO);

  private final InstantSource base;
  private volatile Setting setting = UNTOUCHED;

  /** A clock that shows the time of another one until it is told otherwise. */
  public ControlledClock(InstantSource base) {
    this.base = base;
  }

  @Override
  public Instant instant() {
    Setting current = setting;
    return current.frozen == null ? base.instant().plus(current.ahead) : current.frozen;
  }

  /** Whether the clock stands. */
  public boolean isFrozen() {
    return setting.frozen != null;
  }

  /** Stops the clock at the instant that it shows. */
  public synchronized void freeze() {
    freezeAt(instant());
  }

  /** Stops the clock at an instant, which may lie in its past. */
  public synchronized void freezeAt(Instant instant) {
    setting = new Setting(instant, Duration.ZERO);
  }

  /**
   * Moves the clock forward; a frozen one stays frozen.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "The clock goes forward only; " + duration + " is negative. freezeAt goes anywhere");
    }
    Instant frozen = setting.frozen;
    setting =
        frozen == null
            ? new Setting(null, setting.ahead.plus(duration))
            : new Setting(frozen.plus(duration), Duration.ZERO);
  }

  /** Lets a frozen clock run on from the instant that it shows. */
  public synchronized void run() {
    Instant frozen = setting.frozen;
    if (frozen != null) {
      setting = new Setting(null, Duration.between(base.instant(), frozen));
    }
  }

  /** Shows the time of the clock below again. */
  public synchronized void reset() {
    setting = UNTOUCHED;
  }

  /** The clock below, which nobody moves. */
  public InstantSource base() {
    return base;
  }
}
