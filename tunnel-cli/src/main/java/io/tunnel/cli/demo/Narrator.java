package io.tunnel.cli.demo;

import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.Screen;
import java.time.Duration;

/** The words of the demo on standard output: numbered steps, results, checks. */
final class Narrator {
  private static final String INDENT = "   ";

  private final Screen screen;
  private int steps;

  Narrator(Screen screen) {
    this.screen = screen;
  }

  void title(String title, String... lines) {
    screen.out().println();
    screen.out().println(screen.bold(title));
    for (String line : lines) {
      screen.out().println(line);
    }
  }

  /** A new numbered heading. */
  void step(String heading) {
    steps++;
    screen.out().println();
    screen.out().println(screen.bold(steps + "  " + heading));
    screen.out().flush();
  }

  /** A line of code or a command, as the user would write it. */
  void code(String text) {
    text.strip().lines().forEach(line -> screen.out().println(INDENT + screen.cyan(line)));
    screen.out().flush();
  }

  void say(String text) {
    screen.out().println(INDENT + text);
    screen.out().flush();
  }

  /** {@code 800,000 rows and 3.7 MB in 4.20 s: 190,000 rows/s, 0.9 MB/s}. */
  void measured(String what, long rows, long bytes, Duration time) {
    say(
        String.format(
            "%s: %s, %s in %s = %s, %s",
            what,
            Amounts.rows(rows),
            Amounts.megabytes(bytes),
            Amounts.seconds(time),
            screen.bold(Amounts.rowRate(rows, time)),
            screen.bold(Amounts.byteRate(bytes, time))));
  }

  void passed(String text) {
    say(screen.green("✔") + " " + text);
  }

  void failed(String text) {
    say(screen.red("✘") + " " + text);
  }

  Screen screen() {
    return screen;
  }
}
