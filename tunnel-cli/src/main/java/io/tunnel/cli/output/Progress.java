package io.tunnel.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * The progress of long work on standard error: a bar that is drawn in place on a terminal, a line
 * every two seconds otherwise. It shows the part done, rows, MB/s and the time left. Safe for use
 * by several threads.
 */
public final class Progress implements AutoCloseable {
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(2);
  private static final int BAR_CELLS = 24;
  private static final String TO_LINE_START_AND_CLEAR = "\r\u001b[K";

  private final Screen screen;
  private final String name;
  private final long total;
  private final boolean ofRows;
  private final InstantSource clock;
  private final Instant start;
  private final @Nullable ProgressBar bar;

  private long bytes;
  private long rows;
  private String phase = "";
  private Instant lastLine;

  private Progress(Screen screen, String name, long total, boolean ofRows, InstantSource clock) {
    this.screen = screen;
    this.name = name;
    this.total = total;
    this.ofRows = ofRows;
    this.clock = clock;
    this.start = clock.instant();
    this.lastLine = start;
    this.bar = screen.errorIsTerminal() ? bar() : null;
  }

  /**
   * Starts to show progress.
   *
   * @param totalBytes the bytes of input that make the whole
   */
  public static Progress start(Screen screen, String name, long totalBytes) {
    return new Progress(screen, name, totalBytes, false, InstantSource.system());
  }

  /**
   * The same for work whose rows are known beforehand and not its bytes.
   *
   * @param totalRows the rows that make the whole
   */
  public static Progress ofRows(Screen screen, String name, long totalRows) {
    return new Progress(screen, name, totalRows, true, InstantSource.system());
  }

  static Progress start(Screen screen, String name, long totalBytes, InstantSource clock) {
    return new Progress(screen, name, totalBytes, false, clock);
  }

  static Progress ofRows(Screen screen, String name, long totalRows, InstantSource clock) {
    return new Progress(screen, name, totalRows, true, clock);
  }

  /** Counts work as done. */
  public synchronized void advance(long moreBytes, long moreRows) {
    bytes += moreBytes;
    rows += moreRows;
    if (bar != null) {
      bar.stepTo(Math.min(done(), total));
      return;
    }
    Instant now = clock.instant();
    if (Duration.between(lastLine, now).compareTo(LINE_INTERVAL) >= 0) {
      lastLine = now;
      screen.err().println(describe(Duration.between(start, now)));
    }
  }

  /** Says what is done where nothing can be measured; an empty text says nothing any more. */
  public synchronized void phase(String text) {
    phase = text.isEmpty() ? "" : "  " + text;
  }

  /** Removes the bar, so that the caller's summary takes its line. */
  @Override
  public void close() {
    // Not synchronized: closing waits for the drawing thread, which asks for the state.
    if (bar != null) {
      bar.close();
      // A bar that is closed before it was first drawn is drawn once more and not cleared.
      clearLine();
    }
  }

  private void clearLine() {
    screen.err().print(TO_LINE_START_AND_CLEAR);
    screen.err().flush();
  }

  private synchronized long done() {
    return ofRows ? rows : bytes;
  }

  private synchronized String describe(Duration elapsed) {
    double part = total == 0 ? 1 : Math.min(1, (double) done() / total);
    return String.format(
        Locale.ROOT,
        "%s  %3d %%  %s  %s%s%s",
        name,
        (int) (part * 100),
        Amounts.rows(rows),
        Amounts.byteRate(bytes, elapsed),
        remaining(part, elapsed),
        phase);
  }

  private static String remaining(double part, Duration elapsed) {
    if (part <= 0 || part >= 1 || elapsed.isZero()) {
      return "";
    }
    double seconds = elapsed.toNanos() / 1e9 * (1 - part) / part;
    return String.format(Locale.ROOT, "  %,d s left", (long) Math.ceil(seconds));
  }

  private ProgressBar bar() {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(total)
        .setUpdateIntervalMillis(100)
        .continuousUpdate()
        .setRenderer(this::render)
        .setConsumer(new LineInPlace())
        .build();
  }

  private String render(ProgressState state, int maxLength) {
    int filled = (int) (state.getNormalizedProgress() * BAR_CELLS);
    String cells = "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
    String line = cells + "  " + describe(state.getTotalElapsed());
    return line.length() <= maxLength ? line : line.substring(0, maxLength);
  }

  /** Draws over the same line, and leaves it empty. */
  private final class LineInPlace implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return screen.width() - 1;
    }

    @Override
    public void accept(String line) {
      screen.err().print(TO_LINE_START_AND_CLEAR + line);
      screen.err().flush();
    }

    @Override
    public void close() {
      clearLine();
    }
  }
}
