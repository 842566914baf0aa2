package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.sql.SqlNames;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.SqlLiterals;
import io.tunnel.sql.SqlSyntaxException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts and names as MaxCompute reads them, for applications that put SQL together. */
final class Quoting {
  private static final int MAX_NAME = 128;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private Quoting() {}

  static String literal(@Nullable String text) throws SQLException {
    if (text == null) {
      throw SqlErrors.invalidArgument("The text is null; write NULL without quotes");
    }
    return SqlLiterals.literal(text);
  }

  static String name(@Nullable String name, boolean always) throws SQLException {
    if (!always && isSimple(name)) {
      return String.valueOf(name);
    }
    if (name == null || name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
      throw SqlErrors.invalidArgument(
          "A name has 1 to " + MAX_NAME + " characters and no NUL; it was " + name);
    }
    return SqlNames.quoted(name);
  }

  /** Whether the name needs no back-ticks: letters, digits and underscores, and no keyword. */
  static boolean isSimple(@Nullable String name) throws SQLException {
    if (name == null) {
      throw SqlErrors.invalidArgument("The name is null");
    }
    if (name.length() > MAX_NAME || !PLAIN.matcher(name).matches()) {
      return false;
    }
    try {
      MaxComputeSql.parseScript("SELECT " + name + " FROM " + name);
      return true;
    } catch (SqlSyntaxException e) {
      return false;
    }
  }
}
