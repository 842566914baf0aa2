package io.tunnel.cli.demo;

import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.Screen;
import java.time.Duration;

/** The words of the demo on standard output: numbered steps, results, checks. */
final class Narrator {
  static final String INDENT = "   ";

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
    text.strip()
        .lines()
        .forEach(line -> screen.out().println(line.isBlank() ? "" : INDENT + screen.cyan(line)));
    screen.out().flush();
  }

  void say(String text) {
    screen.out().println(INDENT + text);
    screen.out().flush();
  }

  /** {@code written 800,000 rows, 17.6 MB in 4.20 s = 190,000 rows/s, 4.2 MB/s (how)}. */
  void measured(String what, Fingerprint content, Duration time, String how) {
    say(
        String.format(
            "%-10s %s, %s in %s = %s %s",
            what,
            Amounts.rows(content.rows()),
            Amounts.megabytes(content.bytes()),
            Amounts.seconds(time),
            screen.bold(
                Amounts.rowRate(content.rows(), time)
                    + ", "
                    + Amounts.byteRate(content.bytes(), time)),
            screen.dim("(" + how + ")")));
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
