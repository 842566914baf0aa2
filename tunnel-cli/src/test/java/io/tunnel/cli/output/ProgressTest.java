package io.tunnel.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void printsALineEveryTwoSecondsWithoutATerminal() {
    Screen screen = Screen.plain(err, err);
    try (Progress progress = Progress.start(screen, "cities", 4_000_000, () -> now)) {
      progress.advance(500_000, 10_000);
      now = now.plusSeconds(2);
      progress.advance(500_000, 10_000);
      now = now.plusSeconds(1);
      progress.advance(500_000, 10_000);
      now = now.plusSeconds(1);
      progress.advance(2_500_000, 50_000);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "cities   25 %  20,000 rows  0.5 MB/s  6 s left\n"
                + "cities  100 %  80,000 rows  1.0 MB/s\n");
  }

  @Test
  void measuresByRowsWhereTheBytesAreNotKnownBeforehand() {
    Screen screen = Screen.plain(err, err);
    try (Progress progress = Progress.ofRows(screen, "cities", 80_000, () -> now)) {
      now = now.plusSeconds(2);
      progress.phase("planning");
      progress.advance(3_000_000, 20_000);
      now = now.plusSeconds(2);
      progress.phase("");
      progress.advance(3_000_000, 20_000);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "cities   25 %  20,000 rows  1.5 MB/s  6 s left  planning\n"
                + "cities   50 %  40,000 rows  1.5 MB/s  4 s left\n");
  }

  @Test
  void drawsInPlaceOnATerminalAndLeavesTheLineEmpty() {
    Screen screen = new Screen(err, err, true, true, true, true, 100);
    try (Progress progress = Progress.start(screen, "cities", 1_000_000, () -> now)) {
      now = now.plusSeconds(1);
      progress.advance(500_000, 1234);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("████████████░░░░░░░░░░░░")
        .contains("1,234 rows")
        .endsWith("\r\u001b[K");
  }
}
