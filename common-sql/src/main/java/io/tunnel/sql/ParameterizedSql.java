package io.tunnel.sql;

import io.tunnel.sql.parser.ScriptScanner;
import java.util.List;

/**
 * A text with {@code ?} placeholders, and the texts that stand between them.
 *
 * <p>Placeholders come from the lexer: a {@code ?} in a string, a name in back-ticks, a comment or
 * the value of a {@code SET} line is none. Rendered values are never looked at again. Immutable.
 */
public final class ParameterizedSql {
  private final String sql;
  private final int[] offsets;

  private ParameterizedSql(String sql, int[] offsets) {
    this.sql = sql;
    this.offsets = offsets;
  }

  /**
   * Finds the placeholders. The statement itself is not parsed.
   *
   * @throws SqlSyntaxException when the text cannot be cut into tokens, for example because a
   *     string literal has no end
   */
  public static ParameterizedSql of(String sql) throws SqlSyntaxException {
    return new ParameterizedSql(sql, ScriptScanner.parameterOffsets(sql));
  }

  /** The text as given. */
  public String sql() {
    return sql;
  }

  /** How many placeholders there are. */
  public int parameterCount() {
    return offsets.length;
  }

  /**
   * The text with each placeholder replaced.
   *
   * @param literals one SQL text per placeholder, usually from {@link SqlLiterals}
   * @throws IllegalArgumentException when their number is not {@link #parameterCount()}
   */
  public String render(List<String> literals) {
    if (literals.size() != offsets.length) {
      throw new IllegalArgumentException(
          "The statement has " + offsets.length + " parameters, but got " + literals.size());
    }
    StringBuilder rendered = new StringBuilder(sql.length() + 16 * offsets.length);
    int from = 0;
    for (int i = 0; i < offsets.length; i++) {
      // A blank on both sides, so that "-?" with -1 is no comment and "a?" no longer word.
      rendered.append(sql, from, offsets[i]).append(' ').append(literals.get(i)).append(' ');
      from = offsets[i] + 1;
    }
    return rendered.append(sql, from, sql.length()).toString();
  }
}
