package io.tunnel.cli.sql;

import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.ResultFormat;
import io.tunnel.cli.output.Screen;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements one after the other and prints what they give. {@code SET k=v} is kept and sent
 * with every later statement, as the settings of a session. One thread runs; another may cancel.
 */
public final class StatementRunner {
  private static final Pattern SETTING =
      Pattern.compile("set\\s+\\S+?\\s*=.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final Connection connection;
  private final Screen screen;
  private final ResultFormat format;
  private final StringBuilder settings = new StringBuilder();
  private volatile @Nullable Statement running;

  /** The connection stays the caller's. */
  public StatementRunner(Connection connection, Screen screen, ResultFormat format) {
    this.connection = connection;
    this.screen = screen;
    this.format = format;
  }

  /** Runs all statements of a text and stops at the first error. */
  public void runScript(String text) throws SQLException, IOException {
    for (String statement : StatementSplitter.split(text).all()) {
      run(statement);
    }
  }

  /** Runs one statement, without its semicolon. */
  void run(String sql) throws SQLException, IOException {
    if (SETTING.matcher(sql).matches()) {
      settings.append(sql).append(";\n");
      remark("kept for the statements that follow");
      return;
    }
    long start = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      running = statement;
      boolean query = statement.execute(settings + sql);
      if (query) {
        try (ResultSet rows = statement.getResultSet()) {
          long count = format.print(rows, screen);
          remark(Amounts.rows(count) + ", " + since(start));
        }
      } else {
        long count = statement.getLargeUpdateCount();
        remark((count > 0 ? "OK, " + Amounts.rows(count) : "OK") + ", " + since(start));
      }
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        screen.err().println("warning: " + w.getMessage());
      }
    } finally {
      running = null;
    }
  }

  /** Cancels the statement that runs now, if any; false if none does. */
  boolean cancel() throws SQLException {
    Statement statement = running;
    if (statement == null) {
      return false;
    }
    statement.cancel();
    return true;
  }

  /** Remarks belong to the output of a person's table; they must not get into CSV or JSON. */
  private void remark(String text) {
    if (format == ResultFormat.TABLE) {
      screen.out().println(screen.dim("(" + text + ")"));
    } else if (screen.errorIsTerminal()) {
      screen.err().println(screen.dim("(" + text + ")"));
    }
  }

  private static String since(long start) {
    return Amounts.seconds(Duration.ofNanos(System.nanoTime() - start));
  }
}
