package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of INSERT against the local server. Closing the connection fails if memory leaked. */
class BatchIT {
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private long count(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }

  private List<String> rows(String query) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        found.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return found;
  }

  @Test
  void rowsAreVisibleToOtherConnectionsWhenExecuteBatchReturns() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      for (int i = 0; i < 1000; i++) {
        insert.setInt(1, i);
        insert.setString(2, "row " + i);
        insert.addBatch();
      }
      int[] counts = insert.executeBatch();
      assertThat(counts).hasSize(1000).containsOnly(1);
      try (Connection other = LocalServer.connect();
          Statement statement = other.createStatement();
          ResultSet rows = statement.executeQuery("SELECT sum(id) FROM " + table)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getLong(1)).isEqualTo(499_500);
      }
    }
  }

  @Test
  void theSameStatementExecutedThreeTimesStoresEachRowOnce() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
          insert.setLong(1, round * 10 + i);
          insert.addBatch();
        }
        assertThat(insert.executeLargeBatch()).hasSize(10).containsOnly(1L);
      }
      assertThat(insert.executeBatch()).isEmpty();
    }
    assertThat(rows("SELECT count(*), count(DISTINCT id) FROM " + table)).containsExactly("30|30");
  }

  @Test
  void manyRowsStreamWithNothingVisibleBeforeTheEnd() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING, price DECIMAL(12,2))");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
      for (int i = 0; i < 50_000; i++) {
        insert.setInt(1, i);
        insert.setString(2, "名前 " + i);
        insert.setBigDecimal(3, BigDecimal.valueOf(i, 2));
        insert.addBatch();
      }
      assertThat(count(table)).isZero();
      assertThat(insert.executeBatch()).hasSize(50_000).containsOnly(1);
    }
    assertThat(rows("SELECT count(*), sum(id), sum(price), max(name) FROM " + table))
        .containsExactly("50000|1249975000|12499750.00|名前 9999");
  }

  @Test
  void aStreamingBatchThatIsClearedLeavesNothing() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
      for (int i = 0; i < 30_000; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      insert.clearBatch();
      insert.setInt(1, 7);
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
    }
    assertThat(rows("SELECT id FROM " + table)).containsExactly("7");
  }

  @Test
  void parametersConstantsTuplesAndCommentsMix() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING, flag BOOLEAN)");
    String sql =
        "insert into table `"
            + table
            + "` -- really? yes\n (`flag`, id, name) /* ? */ values (true, ?, 'a?b'), (?, -5, ?);";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      assertThat(insert.getParameterMetaData().getParameterCount()).isEqualTo(3);
      assertThat(insert.getParameterMetaData().getParameterTypeName(1)).isEqualTo("BIGINT");
      assertThat(insert.getParameterMetaData().getParameterTypeName(2)).isEqualTo("BOOLEAN");
      for (int i = 0; i < 2; i++) {
        insert.setLong(1, i);
        insert.setBoolean(2, false);
        insert.setString(3, "n" + i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsExactly(2, 2);
    }
    assertThat(rows("SELECT id, name, flag FROM " + table + " ORDER BY id, name"))
        .containsExactly("-5|n0|false", "-5|n1|false", "0|a?b|true", "1|a?b|true");
  }

  @Test
  void aParameterKeepsItsValueForTheNextRow() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      insert.setString(2, "same");
      insert.setInt(1, 1);
      insert.addBatch();
      insert.setInt(1, 2);
      insert.addBatch();
      insert.clearParameters();
      insert.setInt(1, 3);
      assertThatThrownBy(insert::addBatch)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Parameter 2 of 2 has no value");
      insert.executeBatch();
    }
    assertThat(rows("SELECT id, name FROM " + table + " ORDER BY id"))
        .containsExactly("1|same", "2|same");
  }

  @Test
  void partitionValuesMayBeParametersAndRowsAreCommittedTogether() throws SQLException {
    String table =
        LocalServer.table(
            connection, "(id BIGINT, name STRING) PARTITIONED BY (ds STRING, hh BIGINT)");
    String sql = "INSERT INTO " + table + " PARTITION (ds = ?, hh = ?) (name, id) VALUES (?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < 20_000; i++) {
        insert.setString(1, "2026-01-0" + (1 + i % 3));
        insert.setInt(2, i % 2);
        insert.setString(3, "n" + i);
        insert.setInt(4, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(20_000).containsOnly(1);
      insert.setString(1, "a-b c");
      insert.setString(2, "007");
      insert.setString(3, "single");
      insert.setInt(4, -1);
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    assertThat(
            rows(
                "SELECT ds, hh, count(*), count(DISTINCT id) FROM "
                    + table
                    + " GROUP BY ds, hh ORDER BY ds, hh"))
        .containsExactly(
            "2026-01-01|0|3334|3334",
            "2026-01-01|1|3333|3333",
            "2026-01-02|0|3333|3333",
            "2026-01-02|1|3334|3334",
            "2026-01-03|0|3333|3333",
            "2026-01-03|1|3333|3333",
            "a-b c|7|1|1");
  }

  @Test
  void staticAndDynamicPartitionsWork() throws SQLException {
    String table =
        LocalServer.table(connection, "(id BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
    insertOne("INSERT INTO " + table + " PARTITION (ds='x', hh='1') VALUES (?)", 1);
    insertOne("INSERT INTO " + table + " PARTITION (ds='x', hh) VALUES (?, 'dyn')", 2);
    insertOne("INSERT INTO " + table + " PARTITION (ds, hh) (hh, ds, id) VALUES ('h','d',?)", 3);
    insertOne("INSERT INTO " + table + " VALUES (?, 'p', 'q')", 4);
    assertThat(rows("SELECT id, ds, hh FROM " + table + " ORDER BY id"))
        .containsExactly("1|x|1", "2|x|dyn", "3|d|h", "4|p|q");
  }

  private void insertOne(String sql, int value) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setInt(1, value);
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
    }
  }

  @Test
  void aPartitionValueThatCannotBeIsToldWithItsRow() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT) PARTITIONED BY (ds STRING)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " PARTITION (ds=?) VALUES (1)")) {
      insert.setString(1, "good");
      insert.addBatch();
      insert.setString(1, "a/b");
      assertThatThrownBy(insert::addBatch)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Row 2, column ds")
          .hasMessageContaining("a/b");
      insert.setString(1, null);
      assertThatThrownBy(insert::addBatch)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23502"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesThatDoNotFitAreToldWithRowColumnAndValue(boolean asBatch) throws SQLException {
    String table =
        LocalServer.table(
            connection,
            "(a TINYINT, b DECIMAL(5,2), c VARCHAR(3), d BIGINT NOT NULL, e DATE, f BOOLEAN)");
    String sql = "INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?, ?)";
    Object[] good = {1, new BigDecimal("1.25"), "abc", 5L, "2026-02-03", true};
    checkRefused(sql, good, 1, 128, "22003", "column a", "128", asBatch);
    checkRefused(sql, good, 1, "x", "22018", "column a", "x", asBatch);
    checkRefused(sql, good, 1, 1.5, "22003", "column a", "1.5", asBatch);
    checkRefused(sql, good, 2, new BigDecimal("1000"), "22003", "column b", "1000", asBatch);
    checkRefused(sql, good, 2, new BigDecimal("1.255"), "22003", "column b", "1.255", asBatch);
    checkRefused(sql, good, 3, "abcd", "22001", "column c", "abcd", asBatch);
    checkRefused(sql, good, 3, "\ud83d", "22021", "column c", "", asBatch);
    checkRefused(sql, good, 4, null, "23502", "column d", "null", asBatch);
    checkRefused(sql, good, 5, "2026-02-30", "22018", "column e", "2026-02-30", asBatch);
    checkRefused(sql, good, 6, 2, "22003", "column f", "2", asBatch);
    checkRefused(sql, good, 6, List.of(), "07006", "column f", "[]", asBatch);
    assertThat(count(table)).isZero();
  }

  private void checkRefused(
      String sql,
      Object[] good,
      int index,
      Object bad,
      String state,
      String column,
      String value,
      boolean asBatch)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < good.length; i++) {
        insert.setObject(i + 1, good[i]);
      }
      if (asBatch) {
        insert.addBatch();
      }
      insert.setObject(index, bad);
      SqlFailure failure = SqlFailure.of(asBatch ? insert::addBatch : insert::executeUpdate);
      assertThat(failure.state()).as(failure.message()).isEqualTo(state);
      assertThat(failure.message()).contains(asBatch ? "Row 2" : "Row 1", column, value);
    }
  }

  @Test
  void aRefusedRowLeavesTheOthersIntact() throws SQLException {
    String table =
        LocalServer.table(
            connection, "(a STRING, b ARRAY<STRING>, c STRUCT<x:BIGINT,y:STRING>, d TINYINT)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?, ?)")) {
      for (int i = 0; i < 6; i++) {
        boolean bad = i % 2 == 1;
        insert.setString(1, bad ? "a text that must vanish" : i == 4 ? null : "t" + i);
        insert.setObject(
            2, bad ? List.of("much", "too", "much") : i == 4 ? null : List.of("e" + i));
        insert.setObject(
            3,
            i == 4
                ? null
                : connection.createStruct("struct<x:bigint,y:string>", new Object[] {i, "y" + i}));
        insert.setInt(4, bad ? 1000 : i);
        if (bad) {
          assertThatThrownBy(insert::addBatch).isInstanceOf(SQLException.class);
        } else {
          insert.addBatch();
        }
      }
      assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
    }
    assertThat(rows("SELECT a, b, c, d FROM " + table + " ORDER BY d"))
        .containsExactly(
            "t0|[\"e0\"]|{\"x\":0,\"y\":\"y0\"}|0",
            "t2|[\"e2\"]|{\"x\":2,\"y\":\"y2\"}|2",
            "null|null|null|4");
  }

  @Test
  void mistakesInTheStatementAreTold() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING NOT NULL)");
    checkBatchFails("INSERT INTO " + table + " (id, nam) VALUES (?, 'x')", "42703", "nam");
    checkBatchFails("INSERT INTO " + table + " (id, name) VALUES (?)", "21S01", "1 values");
    checkBatchFails("INSERT INTO " + table + " (id) VALUES (?)", "23502", "name");
    checkBatchFails("INSERT INTO no_such_table VALUES (?)", "42S02", "no_such_table");
    checkBatchFails("INSERT INTO " + table + " PARTITION (p=1) VALUES (?, 'x')", "42703", "p");
  }

  private void checkBatchFails(String sql, String state, String part) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setInt(1, 1);
      SqlFailure failure = SqlFailure.of(insert::addBatch);
      assertThat(failure.state()).as(failure.message()).isEqualTo(state);
      assertThat(failure.message()).contains(part);
    }
  }

  @Test
  void aTableDroppedInTheMiddleFailsTheWholeBatchAndTheStatementStaysUsable() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT)");
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?)");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 3; i++) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      statement.executeUpdate("DROP TABLE " + table);
      BatchUpdateException e =
          catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
      assertThat(e.getUpdateCounts()).hasSize(3).containsOnly(Statement.EXECUTE_FAILED);
      assertThat(e.getLargeUpdateCounts()).hasSize(3).containsOnly(Statement.EXECUTE_FAILED);
      assertThat(e.getSQLState()).isEqualTo("42S02");
      assertThat(e.getNextException().getSQLState()).isEqualTo("42S02");
      statement.executeUpdate("CREATE TABLE " + table + " (id BIGINT)");
      insert.setInt(1, 9);
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
    }
    assertThat(rows("SELECT id FROM " + table)).containsExactly("9");
  }

  @Test
  void withoutAutoCommitNothingIsVisibleBeforeCommitAndRollbackLeavesNothing() throws SQLException {
    String one = LocalServer.table(connection, "(id BIGINT)");
    String two = LocalServer.table(connection, "(id BIGINT) PARTITIONED BY (p STRING)");
    connection.setAutoCommit(false);
    writeBoth(one, two);
    assertThat(count(one)).isZero();
    connection.rollback();
    connection.commit();
    assertThat(count(one)).isZero();
    writeBoth(one, two);
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("INSERT INTO " + one + " VALUES (100), (101)"))
          .isEqualTo(2);
      assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO " + one + " SELECT 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("auto-commit");
    }
    assertThat(count(one)).isZero();
    connection.commit();
    assertThat(count(one)).isEqualTo(2 * 5 + 1 + 2);
    assertThat(rows("SELECT p, count(*) FROM " + two + " GROUP BY p ORDER BY p"))
        .containsExactly("a|10000", "b|10000");
    writeBoth(one, two);
    connection.setAutoCommit(true);
    assertThat(count(one)).isEqualTo(2 * (2 * 5 + 1) + 2);
  }

  private void writeBoth(String one, String two) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + one + " VALUES (?)")) {
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++) {
          insert.setInt(1, i);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).containsOnly(1);
      }
      insert.setInt(1, 50);
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + two + " PARTITION (p=?) VALUES (?)")) {
      for (int i = 0; i < 20_000; i++) {
        insert.setString(1, i % 2 == 0 ? "a" : "b");
        insert.setInt(2, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsOnly(1);
    }
  }

  @Test
  void rowsThatAreSentBehindExecuteBatchFailTheCommitAtTheLatest() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING)");
    connection.setAutoCommit(false);
    try (Connection other = LocalServer.connect();
        Statement statement = other.createStatement();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      SqlFailure failure =
          SqlFailure.of(
              () -> {
                for (int round = 0; round < 40; round++) {
                  fill(insert, 10_000);
                  assertThat(insert.executeBatch()).hasSize(10_000).containsOnly(1);
                  if (round == 1) {
                    statement.executeUpdate("DROP TABLE " + table);
                  }
                }
                connection.commit();
              });
      assertThat(failure.message()).contains(table);
      // Nothing of the transaction may be left, whether a batch or the commit has told.
      connection.rollback();
      statement.executeUpdate("CREATE TABLE " + table + " (id BIGINT, name STRING)");
      insert.clearBatch();
      fill(insert, 5);
      insert.executeBatch();
      fill(insert, 10_000);
      insert.executeBatch();
      connection.commit();
    }
    assertThat(count(table)).isEqualTo(10_005);
  }

  private static void fill(PreparedStatement insert, int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      insert.setInt(1, i);
      insert.setString(2, "a text that makes the row as long as the row of a table " + i);
      insert.addBatch();
    }
  }

  @Test
  void whatIsSentBehindExecuteBatchIsRolledBackWithTheRest() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING)");
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      for (int round = 0; round < 20; round++) {
        fill(insert, 100);
        insert.executeBatch();
        fill(insert, 20_000);
        insert.executeBatch();
        if (round % 2 == 0) {
          connection.rollback();
        } else {
          // Rows that were not executed are not part of the transaction.
          fill(insert, 300);
          insert.clearBatch();
          connection.commit();
        }
      }
    }
    assertThat(count(table)).isEqualTo(10 * 20_100);
  }

  @Test
  void batchesThatNeedTheSqlEngineRunAsSql() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, upper(?))")) {
      for (String name : new String[] {"it's", "a\\b", "--", "?", "\u0000\n\"`", "or select"}) {
        insert.setInt(1, name.length());
        insert.setString(2, name);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(6).containsOnly(1);
    }
    assertThat(rows("SELECT name FROM " + table + " ORDER BY name"))
        .containsExactlyInAnyOrder("--", "?", "A\\B", "IT'S", "\u0000\n\"`", "OR SELECT");
    try (Statement statement = connection.createStatement()) {
      statement.addBatch("INSERT INTO " + table + " VALUES (1, 'x'), (2, 'y')");
      statement.addBatch("INSERT INTO " + table + " VALUES (3, 'z')");
      assertThat(statement.executeBatch()).containsExactly(2, 1);
      statement.addBatch("INSERT INTO " + table + " VALUES (3, 'z')");
      statement.addBatch("INSERT INTO missing VALUES (3, 'z')");
      statement.addBatch("INSERT INTO " + table + " VALUES (3, 'z')");
      BatchUpdateException e =
          catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
      assertThat(e.getUpdateCounts())
          .containsExactly(1, Statement.EXECUTE_FAILED, Statement.EXECUTE_FAILED);
      assertThat(statement.executeBatch()).isEmpty();
    }
    assertThat(count(table)).isEqualTo(10);
  }

  @Test
  void closingTheStatementOrConnectionDropsWhatWasNotExecuted() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT)");
    PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?)");
    for (int i = 0; i < 20_000; i++) {
      insert.setInt(1, i);
      insert.addBatch();
    }
    insert.close();
    insert.close();
    assertThatThrownBy(insert::executeBatch).isInstanceOf(SQLException.class);
    Connection other = LocalServer.connect();
    other.setAutoCommit(false);
    PreparedStatement pending = other.prepareStatement("INSERT INTO " + table + " VALUES (?)");
    for (int i = 0; i < 20_000; i++) {
      pending.setInt(1, i);
      pending.addBatch();
    }
    pending.executeBatch();
    other.close();
    other.close();
    assertThat(count(table)).isZero();
  }

  @Test
  void writersLeaveNoThreadsBehind() throws Exception {
    String table = LocalServer.table(connection, "(id BIGINT)");
    for (int round = 0; round < 30; round++) {
      try (Connection own = LocalServer.connect();
          PreparedStatement insert = own.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
        insert.setInt(1, round);
        insert.addBatch();
        insert.executeBatch();
        assertThat(own.isValid(10)).isTrue();
      }
    }
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("tunnel-jdbc"))
                .filter(name -> !name.contains("ping")))
        .isEmpty();
    assertThat(Arrays.asList(count(table))).containsExactly(30L);
  }
}
