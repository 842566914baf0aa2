package io.tunnel.cli.output;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An aligned table. Rows are collected into pages, so that memory is bounded whatever the result's
 * size: the widths come from the first page, and when a later page needs more, the heading is
 * printed again with the new widths. Nothing is ever cut off.
 */
public final class TextTable {
  /** One column: its heading and the side on which its cells stand. */
  public record Heading(String name, boolean right) {
    /** A column of text. */
    public static Heading left(String name) {
      return new Heading(name, false);
    }

    /** A column of numbers. */
    public static Heading right(String name) {
      return new Heading(name, true);
    }
  }

  private static final int PAGE_ROWS = 1000;
  private static final String NULL = "NULL";

  private final Screen screen;
  private final String indent;
  private final List<Heading> headings;
  private final int[] widths;
  private final List<@Nullable String[]> page = new ArrayList<>();
  private boolean headingPrinted;

  /**
   * Starts a table on the screen's standard output.
   *
   * @param indent what stands before each line
   */
  public TextTable(Screen screen, String indent, List<Heading> headings) {
    this.screen = screen;
    this.indent = indent;
    this.headings = List.copyOf(headings);
    this.widths = headings.stream().mapToInt(h -> DisplayWidth.of(h.name())).toArray();
  }

  /** Adds a row; null cells are shown as NULL. */
  public void row(@Nullable String... cells) {
    @Nullable String[] copy = new String[headings.size()];
    for (int i = 0; i < copy.length; i++) {
      String cell = cells[i];
      copy[i] = cell == null ? null : DisplayWidth.oneLine(cell);
    }
    page.add(copy);
    if (page.size() == PAGE_ROWS) {
      flush();
    }
  }

  /** Prints what is left; a table without rows still shows its heading. */
  public void end() {
    if (!page.isEmpty() || !headingPrinted) {
      flush();
    }
  }

  private void flush() {
    boolean wider = false;
    for (@Nullable String[] row : page) {
      for (int i = 0; i < widths.length; i++) {
        String cell = row[i];
        int width = cell == null ? NULL.length() : DisplayWidth.of(cell);
        if (width > widths[i]) {
          widths[i] = width;
          wider = true;
        }
      }
    }
    if (!headingPrinted || wider) {
      printHeading();
    }
    for (@Nullable String[] row : page) {
      printRow(row);
    }
    page.clear();
  }

  private void printHeading() {
    StringBuilder names = new StringBuilder(indent);
    StringBuilder rule = new StringBuilder(indent);
    for (int i = 0; i < widths.length; i++) {
      names.append(i == 0 ? " " : screen.dim("│") + " ");
      StringBuilder name = new StringBuilder();
      DisplayWidth.pad(name, headings.get(i).name(), widths[i], headings.get(i).right());
      names.append(screen.bold(name.toString())).append(' ');
      rule.append(i == 0 ? "" : "┼").append("─".repeat(widths[i] + 2));
    }
    screen.out().println(names.toString().stripTrailing());
    screen.out().println(screen.dim(rule.toString()));
    headingPrinted = true;
  }

  private void printRow(@Nullable String[] row) {
    StringBuilder line = new StringBuilder(indent);
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? " " : screen.dim("│") + " ");
      String cell = row[i];
      if (cell != null) {
        DisplayWidth.pad(line, cell, widths[i], headings.get(i).right());
      } else {
        StringBuilder text = new StringBuilder();
        DisplayWidth.pad(text, NULL, widths[i], headings.get(i).right());
        line.append(screen.dim(text.toString()));
      }
      line.append(' ');
    }
    screen.out().println(line.toString().stripTrailing());
  }
}
