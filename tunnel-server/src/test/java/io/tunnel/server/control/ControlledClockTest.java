package io.tunnel.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ControlledClockTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant machine = START;
  private final ControlledClock clock = new ControlledClock(() -> machine);

  @Test
  void runsWithTheMachineUntilItIsTouched() {
    assertThat(clock.instant()).isEqualTo(START);
    machine = START.plusSeconds(5);
    assertThat(clock.instant()).isEqualTo(START.plusSeconds(5));
    assertThat(clock.isFrozen()).isFalse();
  }

  @Test
  void advancesWhileItRuns() {
    clock.advance(Duration.ofHours(24));
    machine = START.plusSeconds(1);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-02T00:00:01Z"));
    clock.advance(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-02T00:00:02Z"));
  }

  @Test
  void standsWhereItIsFrozenAndMovesOnlyWhenItIsMoved() {
    clock.freezeAt(Instant.parse("2020-02-29T12:00:00Z"));
    machine = START.plusSeconds(100);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2020-02-29T12:00:00Z"));
    clock.advance(Duration.ofDays(1));
    assertThat(clock.instant()).isEqualTo(Instant.parse("2020-03-01T12:00:00Z"));
    assertThat(clock.isFrozen()).isTrue();
  }

  @Test
  void freezesAtTheInstantThatItShows() {
    clock.advance(Duration.ofHours(1));
    clock.freeze();
    machine = START.plusSeconds(100);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T01:00:00Z"));
  }

  @Test
  void runsOnFromWhereItStood() {
    clock.freezeAt(Instant.parse("2030-01-01T00:00:00Z"));
    machine = START.plusSeconds(100);
    clock.run();
    assertThat(clock.instant()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
    machine = START.plusSeconds(101);
    assertThat(clock.instant()).isEqualTo(Instant.parse("2030-01-01T00:00:01Z"));
    clock.run();
    assertThat(clock.instant()).isEqualTo(Instant.parse("2030-01-01T00:00:01Z"));
  }

  @Test
  void showsTheMachinesTimeAfterAReset() {
    clock.freezeAt(Instant.parse("2030-01-01T00:00:00Z"));
    clock.reset();
    assertThat(clock.instant()).isEqualTo(START);
    clock.advance(Duration.ofHours(1));
    clock.reset();
    assertThat(clock.instant()).isEqualTo(START);
    assertThat(clock.base().instant()).isEqualTo(START);
  }

  @Test
  void doesNotGoBackByAdvancing() {
    assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
    assertThat(clock.instant()).isEqualTo(START);
  }
}
