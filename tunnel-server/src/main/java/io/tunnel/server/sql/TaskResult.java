package io.tunnel.server.sql;

import io.tunnel.server.store.BatchFile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a statement gave.
 *
 * @param text the text of the result; empty for statements that say nothing and for those with rows
 * @param rows the rows of a SELECT, or null
 * @param outputs the table with its project, and the rows written into it
 * @param inputs the tables that were read
 */
public record TaskResult(
    String text, @Nullable BatchFile rows, Map<String, Long> outputs, Map<String, Long> inputs) {
  /** Copies the maps. */
  public TaskResult {
    outputs = Map.copyOf(outputs);
    inputs = Map.copyOf(inputs);
  }

  /** A statement that says nothing. */
  public static TaskResult silent() {
    return text("");
  }

  /** A statement that answers with a text. */
  public static TaskResult text(String text) {
    return new TaskResult(text, null, Map.of(), Map.of());
  }

  /** A statement that wrote rows. */
  public static TaskResult wrote(String table, long rows) {
    return new TaskResult("", null, Map.of(table, rows), Map.of());
  }

  /** A statement that wrote rows into several tables. */
  public static TaskResult wrote(Map<String, Long> outputs) {
    return new TaskResult("", null, outputs, Map.of());
  }

  /** A SELECT. */
  public static TaskResult rows(BatchFile rows) {
    return new TaskResult("", rows, Map.of(), Map.of());
  }
}
