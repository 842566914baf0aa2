package io.tunnel.sql;

import io.tunnel.sql.parser.StatementParser;
import java.util.SortedSet;

/** The entry to MaxCompute SQL. */
public final class MaxComputeSql {
  private MaxComputeSql() {}

  /**
   * Parses any number of statements, separated by {@code ;}. {@code SET key=value;} lines are taken
   * out; their values are the raw text up to the {@code ;}, trimmed.
   *
   * <p>Takes time and memory linear to the text. Thread safe.
   *
   * @throws SqlSyntaxException for the first thing that does not fit the grammar
   */
  public static Script parseScript(String sql) throws SqlSyntaxException {
    return new StatementParser(sql).script();
  }

  /** The names of the functions that {@link DuckDbTranslator} knows, in lower case and order. */
  public static SortedSet<String> functions() {
    return FunctionCatalog.INSTANCE.names();
  }
}
