package io.tunnel.jdbc;

import java.sql.SQLException;
import java.sql.Statement;

/** What ends a statement that waits for a service which has fallen silent. */
enum Ending {
  TIMEOUT("HYT00"),
  CANCEL("57014");

  /** The SQLState of a statement that ends so. */
  final String state;

  Ending(String state) {
    this.state = state;
  }

  /** Runs a call of the statement and ends it. */
  SqlFailure of(Statement statement, SqlFailure.Call call) throws Exception {
    if (this == TIMEOUT) {
      statement.setQueryTimeout(1);
      return SqlFailure.of(call);
    }
    Thread canceller = new Thread(() -> cancelUntilInterrupted(statement));
    canceller.start();
    try {
      return SqlFailure.of(call);
    } finally {
      canceller.interrupt();
      canceller.join();
    }
  }

  /** Again and again, because the first time may come before the statement has begun. */
  private static void cancelUntilInterrupted(Statement statement) {
    try {
      while (true) {
        Thread.sleep(20);
        statement.cancel();
      }
    } catch (InterruptedException | SQLException e) {
      // The test has seen what it wanted.
    }
  }
}
