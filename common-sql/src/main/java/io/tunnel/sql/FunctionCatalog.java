package io.tunnel.sql;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlSelectKeyword;

/**
 * The functions that are translated; every other one is refused by name.
 *
 * <p>A function is either the same in DuckDB, or has another name there, or is a macro of {@link
 * MaxComputeMacros}, or has a {@link FunctionRewrite} of its own.
 */
final class FunctionCatalog {
  static final FunctionCatalog INSTANCE = new FunctionCatalog();

  private record Entry(int least, int most, SituatedRewrite rewrite) {}

  private final Map<String, Entry> entries = new HashMap<>();

  private FunctionCatalog() {
    StringFunctions.addTo(this);
    NumericFunctions.addTo(this);
    DateFunctions.addTo(this);
    AggregateFunctions.addTo(this);
    CollectionFunctions.addTo(this);
    ConditionalFunctions.addTo(this);
  }

  /** The names of all functions, for documentation and tests. */
  SortedSet<String> names() {
    return new TreeSet<>(entries.keySet());
  }

  /** A function that is the same in DuckDB. */
  void same(int least, int most, String... names) {
    for (String name : names) {
      renamed(name, least, most, name);
    }
  }

  /** A function that has another name in DuckDB, or is a macro. */
  void renamed(String name, int least, int most, String duckDbName) {
    rewritten(
        name,
        least,
        most,
        (call, arguments) -> DuckDbNodes.call(duckDbName, call.getFunctionQuantifier(), arguments));
  }

  /** A function with a pattern of {@link DuckDbNodes#template}. */
  void template(String name, int arguments, String pattern) {
    rewritten(
        name,
        arguments,
        arguments,
        (call, values) -> {
          SqlLiteral quantifier = call.getFunctionQuantifier();
          if (quantifier != null && quantifier.getValue() == SqlSelectKeyword.DISTINCT) {
            throw TranslationFailure.unsupported(
                call, "DISTINCT in function " + name + " is not supported");
          }
          return DuckDbNodes.template(pattern, values.toArray(new SqlNode[0]));
        });
  }

  /** A function with a rewrite of its own. */
  void rewritten(String name, int least, int most, FunctionRewrite rewrite) {
    situated(name, least, most, (call, arguments, where) -> rewrite.rewrite(call, arguments));
  }

  /** Says one function's call in DuckDB's words, as it is meant here and now. */
  @FunctionalInterface
  interface SituatedRewrite {
    SqlNode rewrite(SqlCall call, List<SqlNode> arguments, SqlEnvironment where);
  }

  /** A function whose meaning depends on the environment. */
  void situated(String name, int least, int most, SituatedRewrite rewrite) {
    if (entries.put(name, new Entry(least, most, rewrite)) != null) {
      throw new IllegalStateException("Function " + name + " is added twice");
    }
  }

  /**
   * Rewrites a call.
   *
   * @throws TranslationFailure when the function is not known or has another number of arguments
   */
  SqlNode rewrite(SqlCall call, List<SqlNode> arguments, SqlEnvironment where) {
    String name = call.getOperator().getName().toLowerCase(Locale.ROOT);
    Entry entry = entries.get(name);
    if (entry == null) {
      throw TranslationFailure.unsupported(
          call, "function " + name + " is not supported by this server");
    }
    if (arguments.size() < entry.least || arguments.size() > entry.most) {
      throw TranslationFailure.unsupported(
          call,
          "function "
              + name
              + " takes "
              + (entry.least == entry.most
                  ? String.valueOf(entry.least)
                  : entry.least
                      + (entry.most == Integer.MAX_VALUE ? " or more" : " to " + entry.most))
              + " arguments, but has "
              + arguments.size());
    }
    return entry.rewrite.rewrite(call, arguments, where);
  }
}
