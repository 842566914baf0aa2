package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.fail;

import java.sql.SQLException;

/** What an SQLException says; the exception itself is an Iterable, which confuses AssertJ. */
record SqlFailure(String state, String message, Class<?> type, SQLException exception) {

  /** A call of JDBC. */
  interface Call {
    void run() throws SQLException;
  }

  /** Runs a call that must fail with an SQLException and with nothing else. */
  static SqlFailure of(Call call) {
    try {
      call.run();
    } catch (SQLException e) {
      return new SqlFailure(e.getSQLState(), e.getMessage(), e.getClass(), e);
    }
    return fail("No SQLException was thrown");
  }
}
