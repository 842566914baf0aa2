package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.Script;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.Statement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One statement as the user wrote it, and what the driver knows about it. A statement that our
 * grammar does not know is sent all the same: the service decides.
 *
 * @param body the text without leading SET lines
 * @param settings the leading SET lines
 * @param statement the parsed statement, or null if the grammar does not know it
 */
record SqlText(
    String body, Map<String, String> settings, Kind kind, @Nullable Statement statement) {
  private static final Logger LOG = LoggerFactory.getLogger(SqlText.class);

  enum Kind {
    /** Rows through the instance tunnel. */
    QUERY,
    /** SHOW, DESC, EXPLAIN: a text. */
    TEXT,
    /** INSERT, UPSERT, UPDATE, DELETE. */
    CHANGE,
    /** CREATE, DROP, ALTER, TRUNCATE. */
    DEFINITION,
    /** SET lines and nothing else. */
    SETTINGS,
    /** Not known to our grammar. */
    UNKNOWN
  }

  /**
   * Reads a text.
   *
   * @throws SQLException if it is empty or has more than one statement
   */
  static SqlText of(@Nullable String sql) throws SQLException {
    if (sql == null) {
      throw SqlErrors.syntax("The statement is null", null);
    }
    LeadingSettings leading = LeadingSettings.of(sql);
    Map<String, String> settings = new LinkedHashMap<>(leading.settings());
    String body = leading.body();
    if (body.isBlank()) {
      if (settings.isEmpty()) {
        throw SqlErrors.syntax("The statement is empty", null);
      }
      return new SqlText("", settings, Kind.SETTINGS, null);
    }
    try {
      Script script = MaxComputeSql.parseScript(body);
      if (script.statements().size() != 1 || !script.settings().isEmpty()) {
        throw SqlErrors.syntax(
            script.statements().isEmpty()
                ? "The statement is empty"
                : "One statement at a time; SET lines may stand before it, nothing behind it",
            null);
      }
      Statement statement = script.statements().get(0);
      if (statement instanceof Statement.Unsupported) {
        return new SqlText(body, settings, Kind.UNKNOWN, null);
      }
      return new SqlText(body, settings, kind(statement), statement);
    } catch (SqlSyntaxException e) {
      LOG.debug("Not in our grammar, the service decides: {}", e.getMessage());
      return new SqlText(body, settings, Kind.UNKNOWN, null);
    }
  }

  private static Kind kind(Statement statement) {
    if (statement instanceof Statement.Query) {
      return Kind.QUERY;
    }
    if (statement instanceof Statement.Insert
        || statement instanceof Statement.Upsert
        || statement instanceof Statement.MultiInsert
        || statement instanceof Statement.Update
        || statement instanceof Statement.Delete) {
      return Kind.CHANGE;
    }
    if (statement instanceof Statement.ShowTables
        || statement instanceof Statement.ShowPartitions
        || statement instanceof Statement.ShowSchemas
        || statement instanceof Statement.ShowCreateTable
        || statement instanceof Statement.DescribeTable
        || statement instanceof Statement.Explain) {
      return Kind.TEXT;
    }
    return Kind.DEFINITION;
  }

  /** Whether this is an INSERT or an UPSERT, whose single executions are planned, too. */
  boolean bringsRows() {
    return statement instanceof Statement.Insert || isUpsert();
  }

  /** Whether this is an UPSERT, which the service's SQL does not know. */
  boolean isUpsert() {
    return statement instanceof Statement.Upsert;
  }
}
