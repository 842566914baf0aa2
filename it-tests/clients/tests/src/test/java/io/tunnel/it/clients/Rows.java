package io.tunnel.it.clients;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows in neutral form. A table has no order, so rows are compared as ordered by an id. */
final class Rows {
  private Rows() {}

  /** Puts the number of each row in front of it, from the first number on. */
  static List<List<@Nullable Object>> numbered(
      List<? extends List<? extends @Nullable Object>> rows, int first) {
    List<List<@Nullable Object>> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(String.valueOf(first + i));
      row.addAll(rows.get(i));
      numbered.add(row);
    }
    return numbered;
  }

  /** Ordered by the number in the first column. */
  static List<List<@Nullable Object>> ordered(List<List<@Nullable Object>> rows) {
    List<List<@Nullable Object>> ordered = new ArrayList<>(rows);
    ordered.sort(
        Comparator.comparingLong(
            (List<@Nullable Object> row) -> Long.parseLong(String.valueOf(row.get(0)))));
    return ordered;
  }

  /** The rows that a driven program answered, ordered. */
  @SuppressWarnings("unchecked")
  static List<List<@Nullable Object>> of(Map<String, Object> answer) {
    return ordered((List<List<@Nullable Object>>) answer.getOrDefault("rows", List.of()));
  }

  /**
   * Where rows differ from what was put in, cell by cell; empty if they do not. Whole rows of every
   * type would fill the screen.
   */
  static List<String> differences(
      List<EveryType.Samples> columns,
      List<List<@Nullable Object>> actual,
      List<List<@Nullable Object>> expected) {
    List<String> differences = new ArrayList<>();
    if (actual.size() != expected.size()) {
      differences.add(expected.size() + " rows were put in, " + actual.size() + " came back");
    }
    for (int row = 0; row < Math.min(actual.size(), expected.size()); row++) {
      for (int column = 0; column < expected.get(row).size(); column++) {
        Object put = expected.get(row).get(column);
        Object got = column < actual.get(row).size() ? actual.get(row).get(column) : "no column";
        if (!Objects.equals(put, got)) {
          String name =
              column == 0
                  ? "id"
                  : columns.get(column - 1).name() + " " + columns.get(column - 1).type();
          differences.add("row " + row + ", " + name + ": " + shown(put) + " became " + shown(got));
        }
      }
    }
    return differences;
  }

  private static String shown(@Nullable Object cell) {
    String text = String.valueOf(cell);
    return text.length() <= 200 ? text : text.substring(0, 200) + "... " + text.length();
  }
}
