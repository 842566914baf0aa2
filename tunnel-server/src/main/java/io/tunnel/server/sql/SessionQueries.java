package io.tunnel.server.sql;

import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.Statement;

/** What interactive sessions (MCQA) run: queries only. */
public final class SessionQueries {
  private SessionQueries() {}

  /** Whether a session runs a text; one that cannot be read fails when it is run. */
  public static boolean takes(String text) {
    try {
      return MaxComputeSql.parseScript(text).statements().stream()
          .allMatch(statement -> statement instanceof Statement.Query);
    } catch (SqlSyntaxException e) {
      return true;
    }
  }
}
