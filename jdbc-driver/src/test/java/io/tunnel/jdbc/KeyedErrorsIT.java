package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.FaultRule;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bad input and failures of changes by primary key: one clear error each, nothing half written. */
class KeyedErrorsIT {
  private static final String COLUMNS =
      "(id BIGINT, name STRING, n BIGINT NOT NULL, PRIMARY KEY (id))";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private LocalTunnel server;
  private Connection connection;
  private String table;

  @BeforeEach
  void start() throws IOException, SQLException {
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder()
                .project("demo")
                .anonymous(true)
                .limits(ServerLimits.MAXCOMPUTE)
                .control()
                .clock(now::get)
                .build());
    connection = connect();
    table = LocalServer.table(connection, COLUMNS + DeltaTables.WHOLE_ROWS);
    run("UPSERT INTO $t VALUES (?, 'old', 1)", row(1), row(2));
    minutesPass(2);
  }

  @AfterEach
  void stop() throws IOException, SQLException {
    connection.close();
    server.close();
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:tunnel:" + server.endpoint() + "?project=demo&retryTimeout=1ms");
  }

  private void minutesPass(int minutes) {
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(minutes)));
  }

  private int[] run(String sql, Object[]... entries) throws SQLException {
    return DeltaTables.batch(connection, sql.replace("$t", table), entries);
  }

  private List<String> all() throws SQLException {
    return DeltaTables.rows(connection, "SELECT * FROM " + table + " ORDER BY id");
  }

  private void nothingHasChanged() throws SQLException {
    assertThat(all()).containsExactly("1|old|1", "2|old|1");
  }

  private static Object[] row(Object... values) {
    return values;
  }

  private void refused(String sql, String state, String... parts) {
    SqlFailure failure = SqlFailure.of(() -> run(sql, row(1)));
    assertThat(failure.state()).as(failure.message()).isEqualTo(state);
    assertThat(failure.message()).contains(parts);
  }

  @Test
  void statementsThatCannotBeSayWhatToDo() throws SQLException {
    String plain = LocalServer.table(connection, "(id BIGINT)");
    refused("UPSERT INTO " + plain + " VALUES (?)", "42000", "no primary key", "INSERT INTO");
    refused("UPSERT INTO $t (name, n) VALUES ('x', ?)", "23502", "column id");
    refused("UPSERT INTO $t (id, name) VALUES (?, 'x')", "23502", "column n");
    refused("UPSERT INTO $t (id, n, more) VALUES (?, 1, 2)", "42703", "more", "id, name, n");
    refused("UPSERT INTO $t SELECT * FROM $t WHERE id = ?", "0A000", "INSERT INTO");
    refused("UPDATE $t SET id = 5 WHERE id = ?", "0A000", "column id", "delete the row");
    refused("UPDATE $t SET more = 5 WHERE id = ?", "42703", "column more");
    refused("DELETE FROM $t WHERE more = ?", "42703", "column more");
    refused("DELETE FROM no_such_table WHERE id = ?", "42S02", "no_such_table");
    nothingHasChanged();
  }

  @Test
  void valuesThatDoNotFitAreRefusedWithTheirRow() throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, ?, 7)")) {
      upsert.setInt(1, 3);
      upsert.setString(2, "good");
      upsert.addBatch();
      upsert.setNull(1, java.sql.Types.BIGINT);
      SqlFailure failure = SqlFailure.of(upsert::addBatch);
      assertThat(failure.state()).isEqualTo("23502");
      assertThat(failure.message()).contains("Row 2", "column id", "NOT NULL");
      upsert.setString(1, "many");
      assertThat(SqlFailure.of(upsert::addBatch).state()).isEqualTo("22018");
      assertThat(upsert.executeBatch()).containsExactly(1);
    }
    assertThat(all()).containsExactly("1|old|1", "2|old|1", "3|good|7");
  }

  @Test
  void deleteOfANullKeyIsRefusedAlsoAsAConstant() throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
      delete.setObject(1, null);
      assertThat(SqlFailure.of(delete::addBatch).state()).isEqualTo("23502");
    }
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + table + " WHERE id = NULL")) {
      assertThat(SqlFailure.of(delete::addBatch).state()).isEqualTo("23502");
    }
    nothingHasChanged();
  }

  @Test
  void aPartialUpdateThatTheTableDoesNotAllowNamesTheProperty() throws SQLException {
    BatchUpdateException failure =
        catchThrowableOfType(
            BatchUpdateException.class,
            () -> run("UPDATE $t SET n = ? WHERE id = ?", row(5, 1), row(6, 2)));
    assertThat(failure.getSQLState()).isEqualTo("0A000");
    assertThat(failure.getMessage())
        .contains("partial", "acid.partial.fields.update.enable", "all columns");
    assertThat(failure.getUpdateCounts())
        .containsExactly(Statement.EXECUTE_FAILED, Statement.EXECUTE_FAILED);
    nothingHasChanged();
    assertThat(run("UPDATE $t SET n = ?, name = 'new' WHERE id = ?", row(5, 1), row(6, 3)))
        .containsExactly(1, 0);
    // Single executions are SQL, which reads what it needs by itself.
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + table + " SET n = ? WHERE id = 2")) {
      update.setInt(1, 8);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
    assertThat(all()).containsExactly("1|new|5", "2|old|8");
  }

  @Test
  void aCommitThatComesTooOftenIsTold() throws SQLException {
    run("UPSERT INTO $t VALUES (?, 'once', 1)", row(3));
    BatchUpdateException failure =
        catchThrowableOfType(
            BatchUpdateException.class, () -> run("UPSERT INTO $t VALUES (?, 'twice', 1)", row(4)));
    assertThat(failure.getSQLState()).isEqualTo("53000");
    assertThat(failure.getMessage()).contains("FlowExceeded", table, "once a minute");
    assertThat(failure.getUpdateCounts()).containsExactly(Statement.EXECUTE_FAILED);
    assertThat(all()).containsExactly("1|old|1", "2|old|1", "3|once|1");
  }

  @Test
  void aCommitThatCameTooEarlySucceedsLater() throws SQLException {
    run("UPSERT INTO $t VALUES (?, 'once', 1)", row(3));
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, 'later', 1)", row(5));
    run("DELETE FROM $t WHERE id = ?", row(1));
    assertThat(SqlFailure.of(connection::commit).state()).isEqualTo("53000");
    SqlFailure more = SqlFailure.of(() -> run("DELETE FROM $t WHERE id = ?", row(2)));
    assertThat(more.state()).isEqualTo("24000");
    assertThat(more.message()).contains("call commit() again, or rollback()");
    minutesPass(2);
    connection.commit();
    assertThat(all()).containsExactly("2|old|1", "3|once|1", "5|later|1");
    connection.commit();
    minutesPass(2);
    run("UPSERT INTO $t VALUES (?, 'next', 1)", row(6));
    connection.commit();
    assertThat(all()).hasSize(4);
  }

  @Test
  void aSessionThatHasExpiredIsWrittenAgain() throws SQLException {
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, 'late', 1)", row(3));
    minutesPass(25 * 60);
    SqlFailure failure = SqlFailure.of(connection::commit);
    assertThat(failure.state()).isEqualTo("40001");
    assertThat(failure.message()).contains(table, "write the rows again");
    nothingHasChanged();
    run("UPSERT INTO $t VALUES (?, 'again', 1)", row(3));
    connection.commit();
    assertThat(all()).hasSize(3);
  }

  @Test
  void aTableThatChangesMeanwhileIsTold() throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement upsert =
            connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'x', 1)");
        Connection other = connect();
        Statement alter = other.createStatement()) {
      upsert.setInt(1, 3);
      upsert.addBatch();
      upsert.executeBatch();
      alter.executeUpdate("ALTER TABLE " + table + " ADD COLUMNS (more STRING)");
      SqlFailure failure = SqlFailure.of(connection::commit);
      assertThat(failure.state()).isEqualTo("40001");
      assertThat(failure.message()).contains("changed", "new session");
      upsert.setInt(1, 4);
      upsert.addBatch();
      SqlFailure planned = SqlFailure.of(upsert::executeBatch);
      assertThat(planned.state()).isEqualTo("42703");
      assertThat(planned.message()).contains("prepare it again");
      connection.rollback();
    }
    assertThat(all()).containsExactly("1|old|1|null", "2|old|1|null");
    run("UPSERT INTO $t VALUES (?, 'x', 1, 'm')", row(3));
    connection.commit();
    assertThat(all()).hasSize(3).endsWith("3|x|1|m");
  }

  @Test
  void aCommitWhoseAnswerIsLostIsAskedForAgain() throws SQLException {
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, 'new', 1)", row(3));
    server.control().fail(Calls.of(Operation.COMMIT_UPSERT), Fault.loseAnswer());
    SqlFailure failure = SqlFailure.of(connection::commit);
    assertThat(failure.state()).isEqualTo("08006");
    assertThat(failure.message()).contains("not known", "commit it again");
    connection.commit();
    assertThat(all()).containsExactly("1|old|1", "2|old|1", "3|new|1");
    connection.rollback();
  }

  @Test
  void rowsThatTheServiceDoesNotTakeLeaveNothing() throws SQLException {
    FaultRule rule =
        server
            .control()
            .fail(
                Calls.of(Operation.WRITE_PACK).always(), Fault.refuse(500, "InternalServerError"));
    BatchUpdateException failure =
        catchThrowableOfType(
            BatchUpdateException.class, () -> run("UPSERT INTO $t VALUES (?, 'new', 1)", row(3)));
    assertThat(failure.getMessage()).contains("InternalServerError", table, "bucket");
    assertThat(failure.getUpdateCounts()).containsExactly(Statement.EXECUTE_FAILED);
    assertThat(rule.happened()).isPositive();
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, 'new', 1)", row(3));
    assertThat(SqlFailure.of(connection::commit).message()).contains("InternalServerError");
    server.control().clearFaults();
    nothingHasChanged();
    run("UPSERT INTO $t VALUES (?, 'new', 1)", row(3));
    connection.commit();
    assertThat(all()).hasSize(3);
  }

  @Test
  void whatIsGivenUpIsAborted() throws SQLException {
    int before = server.control().requests(Operation.ABORT_UPSERT).size();
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, 'new', 1)", row(3));
    connection.rollback();
    run("DELETE FROM $t WHERE id = ?", row(1));
    connection.close();
    assertThat(server.control().requests(Operation.ABORT_UPSERT)).hasSize(before + 2);
    connection = connect();
    nothingHasChanged();
  }

  @Test
  void aLookupThatTakesTooLongIsBrokenOff() throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
      server.control().fail(Calls.of(Operation.READ_ROWS).always(), Fault.slow(40));
      delete.setQueryTimeout(1);
      delete.setInt(1, 1);
      delete.addBatch();
      assertThat(SqlFailure.of(delete::executeBatch).state()).isEqualTo("HYT00");
      server.control().clearFaults();
      nothingHasChanged();
      delete.setQueryTimeout(0);
      delete.addBatch();
      assertThat(delete.executeBatch()).containsExactly(1);
    }
    assertThat(all()).containsExactly("2|old|1");
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aLookupWithoutAnAnswerHoldsNothingUp(Ending ending) throws Exception {
    // Statements go through a proxy that falls silent, sessions straight to the server.
    try (SilentProxy proxy = new SilentProxy(server.endpoint().getPort());
        Connection behind =
            DriverManager.getConnection(
                "jdbc:tunnel://127.0.0.1:"
                    + proxy.port()
                    + "/demo?tunnelEndpoint=http://"
                    + server.endpoint().getAuthority());
        PreparedStatement delete =
            behind.prepareStatement("DELETE FROM " + table + " WHERE id = ?");
        PreparedStatement upsert =
            behind.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'new', 1)")) {
      delete.setInt(1, 1);
      delete.addBatch();
      upsert.setInt(1, 2);
      upsert.addBatch();
      proxy.fallSilent();
      SqlFailure failure = ending.of(delete, delete::executeBatch);
      assertThat(failure.state()).isEqualTo(ending.state);
      assertThat(upsert.executeBatch()).containsExactly(1);
    }
    assertThat(all()).containsExactly("1|old|1", "2|new|1");
  }
}
