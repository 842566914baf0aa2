package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * UPSERT, INSERT, UPDATE and DELETE by primary key against the local server. Closing the connection
 * fails if memory leaked.
 */
class KeyedBatchIT {
  private static final String COLUMNS = "(id BIGINT, name STRING, n BIGINT, PRIMARY KEY (id))";

  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private String table() throws SQLException {
    return LocalServer.table(connection, COLUMNS + DeltaTables.PARTIAL);
  }

  private List<String> rows(String query) throws SQLException {
    return DeltaTables.rows(connection, query);
  }

  private List<String> all(String table) throws SQLException {
    return rows("SELECT * FROM " + table + " ORDER BY id");
  }

  private int[] run(String sql, Object[]... entries) throws SQLException {
    return DeltaTables.batch(connection, sql, entries);
  }

  private static Object[] row(Object... values) {
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPSERT", "INSERT"})
  void rowsReplaceThoseWithTheSameKey(String verb) throws SQLException {
    String table = table();
    String sql = verb + " INTO " + table + " VALUES (?, ?, ?)";
    assertThat(run(sql, row(1, "a", 10), row(2, "b", 20), row(1, "c", null)))
        .containsExactly(1, 1, 1);
    assertThat(all(table)).containsExactly("1|c|null", "2|b|20");
    assertThat(run(sql, row(2, null, 21), row(3, "d", 30))).containsExactly(1, 1);
    assertThat(all(table)).containsExactly("1|c|null", "2|null|21", "3|d|30");
  }

  @Test
  void severalTuplesConstantsAndOmittedColumns() throws SQLException {
    String table = table();
    assertThat(
            run(
                "UPSERT INTO " + table + " (name, id) VALUES (?, ?), ('fix', ?)",
                row("a", 1, 2),
                row("b", 3, 1)))
        .containsExactly(2, 2);
    assertThat(all(table)).containsExactly("1|fix|null", "2|fix|null", "3|b|null");
  }

  @Test
  void manyRowsStreamWithNothingVisibleBeforeTheEnd() throws SQLException {
    String table = table();
    try (PreparedStatement upsert =
        connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, ?, ?)")) {
      for (int i = 0; i < 50_000; i++) {
        upsert.setInt(1, i % 30_000);
        upsert.setString(2, "名前 " + i);
        upsert.setInt(3, i);
        upsert.addBatch();
      }
      assertThat(rows("SELECT count(*) FROM " + table)).containsExactly("0");
      assertThat(upsert.executeBatch()).hasSize(50_000).containsOnly(1);
    }
    // The last 20,000 rows have replaced the first ones.
    assertThat(rows("SELECT count(*), sum(n), min(n), max(name) FROM " + table))
        .containsExactly("30000|1049985000|20000|名前 49999");
  }

  @Test
  void aBatchThatIsClearedOrNeverExecutedLeavesNothing() throws SQLException {
    String table = table();
    try (PreparedStatement upsert =
        connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'x', 0)")) {
      for (int i = 0; i < 20_000; i++) {
        upsert.setInt(1, i);
        upsert.addBatch();
      }
      upsert.clearBatch();
      upsert.setInt(1, 7);
      upsert.addBatch();
      assertThat(upsert.executeBatch()).containsExactly(1);
      for (int i = 0; i < 20_000; i++) {
        upsert.setInt(1, i);
        upsert.addBatch();
      }
    }
    assertThat(all(table)).containsExactly("7|x|0");
  }

  @Test
  void deletesAndUpdatesCountTheRowsThatAreThere() throws SQLException {
    String table = table();
    run(
        "UPSERT INTO " + table + " VALUES (?, ?, ?)",
        row(1, "a", 1),
        row(2, "b", 2),
        row(3, "c", 3));
    assertThat(run("DELETE FROM " + table + " WHERE id = ?", row(2), row(9), row(2), row(3)))
        .containsExactly(1, 0, 0, 1);
    assertThat(all(table)).containsExactly("1|a|1");
    assertThat(run("UPDATE " + table + " SET n = ? WHERE id = ?", row(7, 1), row(8, 2), row(9, 1)))
        .containsExactly(1, 0, 1);
    assertThat(all(table)).containsExactly("1|a|9");
    assertThat(
            run(
                "UPDATE " + table + " SET name = ?, n = ? WHERE ? = id",
                row(null, 3, 1),
                row("z", 3, 4)))
        .containsExactly(1, 0);
    assertThat(all(table)).containsExactly("1|null|3");
  }

  @Test
  void withUnknownCountsNothingIsLookedUp() throws SQLException {
    String table = table();
    run("UPSERT INTO " + table + " VALUES (?, 'a', 1)", row(1), row(2));
    try (Connection fast = LocalServer.connect("?rowCounts=unknown")) {
      assertThat(DeltaTables.batch(fast, "DELETE FROM " + table + " WHERE id = ?", row(1), row(9)))
          .containsExactly(Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO);
      assertThat(
              DeltaTables.batch(
                  fast, "UPDATE " + table + " SET n = ? WHERE id = ?", row(5, 2), row(6, 8)))
          .containsExactly(Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO);
      assertThat(DeltaTables.batch(fast, "UPSERT INTO " + table + " VALUES (?, 'u', 0)", row(3)))
          .containsExactly(1);
    }
    assertThat(all(table)).containsExactly("2|a|5", "3|u|0", "8|null|6");
  }

  @Test
  void aHundredThousandDeletesAreLookedUpInParts() throws SQLException {
    String table = table();
    try (PreparedStatement upsert =
            connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'x', 0)");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM " + table + " WHERE id = ?")) {
      for (int i = 0; i < 100_000; i += 2) {
        upsert.setInt(1, i);
        upsert.addBatch();
      }
      assertThat(upsert.executeBatch()).hasSize(50_000);
      for (int i = 0; i < 100_000; i++) {
        delete.setInt(1, i == 99_998 ? 1 : i);
        delete.addBatch();
      }
      int[] counts = delete.executeBatch();
      assertThat(counts).hasSize(100_000);
      for (int i = 0; i < 100_000; i++) {
        assertThat(counts[i]).isEqualTo(i % 2 == 0 && i != 99_998 ? 1 : 0);
      }
    }
    assertThat(all(table)).containsExactly("99998|x|0");
  }

  @Test
  void whatIsNotByKeyGoesAsSql() throws SQLException {
    String table = table();
    run(
        "UPSERT INTO " + table + " VALUES (?, ?, ?)",
        row(1, "a", 1),
        row(2, "b", 2),
        row(3, "b", 3));
    assertThat(run("UPDATE " + table + " SET n = n + ? WHERE id = ?", row(10, 1), row(10, 7)))
        .containsExactly(1, 0);
    assertThat(run("DELETE FROM " + table + " WHERE name = ?", row("b"), row("b")))
        .containsExactly(2, 0);
    assertThat(all(table)).containsExactly("1|a|11");
  }

  @Test
  void singleExecutionsCountAsBatchesDo() throws SQLException {
    String table = table();
    for (boolean autoCommit : new boolean[] {true, false}) {
      connection.setAutoCommit(autoCommit);
      assertThat(update("UPSERT INTO " + table + " VALUES (?, ?, ?), (8, 'y', 0)", 1, "a", 1))
          .isEqualTo(2);
      assertThat(update("INSERT INTO " + table + " VALUES (?, ?, ?)", 2, "b", 2)).isEqualTo(1);
      assertThat(update("UPDATE " + table + " SET n = ? WHERE id = ?", 5, 2)).isEqualTo(1);
      assertThat(update("UPDATE " + table + " SET n = ? WHERE id = ?", 5, 3)).isZero();
      assertThat(update("DELETE FROM " + table + " WHERE id = ?", 8)).isEqualTo(1);
      assertThat(update("DELETE FROM " + table + " WHERE id = ?", 8)).isZero();
      if (!autoCommit) {
        connection.commit();
      }
      assertThat(all(table)).containsExactly("1|a|1", "2|b|5");
      if (!autoCommit) {
        connection.commit();
      }
    }
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      assertThat(statement.execute()).isFalse();
      return statement.getUpdateCount();
    }
  }

  @Test
  void textsOfUpsertAreExecutedAloneAndInABatch() throws SQLException {
    String table = table();
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("UPSERT INTO " + table + " VALUES (1, 'it\\'s', NULL)"))
          .isEqualTo(1);
      assertThat(statement.execute("upsert into " + table + " (id) values (2), (3)")).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(2);
      statement.addBatch("UPSERT INTO " + table + " VALUES (3, 'c', 3), (4, 'd', 4)");
      statement.addBatch("DELETE FROM " + table + " WHERE id = 2");
      statement.addBatch("UPDATE " + table + " SET n = 9 WHERE id = 4");
      statement.addBatch("DELETE FROM " + table + " WHERE id = 77");
      assertThat(statement.executeBatch()).containsExactly(2, 1, 1, 0);
      assertThat(all(table)).containsExactly("1|it's|null", "3|c|3", "4|d|9");

      statement.addBatch("UPSERT INTO " + table + " VALUES (5, 'lost', 5)");
      statement.addBatch("UPSERT INTO " + table + " VALUES (NULL, 'x', 5)");
      BatchUpdateException failure =
          catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
      assertThat(failure.getSQLState()).isEqualTo("23502");
      assertThat(failure.getMessage()).contains("Entry 2", "column id");
      assertThat(failure.getUpdateCounts())
          .containsExactly(Statement.EXECUTE_FAILED, Statement.EXECUTE_FAILED);
      statement.addBatch("UPSERT INTO " + table + " VALUES (5, 'lost', 5)");
      statement.addBatch("DELETE FROM " + table + " WHERE n > 3");
      assertThat(SqlFailure.of(statement::executeBatch).message()).contains("key = value");
      assertThat(all(table)).containsExactly("1|it's|null", "3|c|3", "4|d|9");
    }
  }

  @Test
  void compositeKeysInAnyOrder() throws SQLException {
    String table =
        LocalServer.table(
            connection,
            "(v STRING, day DATE, code VARCHAR(10), id BIGINT, PRIMARY KEY (id, code, day))"
                + DeltaTables.PARTIAL);
    List<Object[]> entries = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      entries.add(row("v" + i, java.time.LocalDate.of(2026, 1, 1 + i % 3), "c" + i % 50, i / 7));
    }
    run("UPSERT INTO " + table + " VALUES (?, ?, ?, ?)", entries.toArray(Object[][]::new));
    List<Object[]> keys = new ArrayList<>();
    for (int i = 0; i < 3000; i += 3) {
      keys.add(row("c" + i % 50, java.time.LocalDate.of(2026, 1, 1 + i % 3), i / 7));
      keys.add(row("c" + i % 50, java.time.LocalDate.of(2026, 1, 1 + (i + 1) % 3), i / 7));
    }
    int[] counts =
        run(
            "DELETE FROM " + table + " WHERE code = ? AND day = ? AND id = ?",
            keys.toArray(Object[][]::new));
    for (int i = 0; i < counts.length; i++) {
      assertThat(counts[i]).isEqualTo(1 - i % 2);
    }
    assertThat(rows("SELECT count(*), count(DISTINCT v) FROM " + table))
        .containsExactly("2000|2000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "STRING",
        "VARCHAR(20)",
        "CHAR(20)",
        "DECIMAL(20,4)",
        "DECIMAL(38,18)",
        "DATE",
        "DATETIME",
        "TIMESTAMP",
        "TIMESTAMP_NTZ",
        "DOUBLE",
        "BOOLEAN",
        "BINARY"
      })
  void everyTypeOfKeyIsFoundAgain(String type) throws SQLException {
    String table =
        LocalServer.table(
            connection, "(k " + type + ", v STRING, PRIMARY KEY (k))" + DeltaTables.PARTIAL);
    Object[] keys = DeltaTables.keys(type);
    String upsert = "UPSERT INTO " + table + " VALUES (?, ?)";
    assertThat(run(upsert, row(keys[0], "a"), row(keys[1], "b"))).containsExactly(1, 1);
    assertThat(run("UPDATE " + table + " SET v = 'c' WHERE k = ?", row(keys[0]), row(keys[1])))
        .containsExactly(1, 1);
    assertThat(run("DELETE FROM " + table + " WHERE k = ?", row(keys[1]), row(keys[1])))
        .containsExactly(1, 0);
    assertThat(run("UPDATE " + table + " SET v = 'd' WHERE k = ?", row(keys[1])))
        .containsExactly(0);
    assertThat(rows("SELECT v FROM " + table)).containsExactly("c");
  }

  @Test
  void nestedValuesTravelThroughTheSession() throws SQLException {
    String table =
        LocalServer.table(
            connection,
            "(id BIGINT, list ARRAY<BIGINT>, price DECIMAL(12,2), PRIMARY KEY (id))"
                + DeltaTables.PARTIAL);
    assertThat(update("INSERT INTO " + table + " VALUES (?, ?, ?)", 1, List.of(1L, 2L), 5))
        .isEqualTo(1);
    assertThat(run("UPDATE " + table + " SET list = ? WHERE id = ?", row(List.of(7L), 1)))
        .containsExactly(1);
    assertThat(rows("SELECT list[0], price FROM " + table)).containsExactly("7|5.00");
  }

  @Test
  void parametersTellTheirTypes() throws SQLException {
    String table =
        LocalServer.table(
            connection,
            "(id BIGINT, price DECIMAL(12,2), PRIMARY KEY (id)) PARTITIONED BY (ds STRING)"
                + DeltaTables.PARTIAL);
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + table + " SET price = ? WHERE ds = ? AND id = ?")) {
      ParameterMetaData types = update.getParameterMetaData();
      assertThat(types.getParameterCount()).isEqualTo(3);
      assertThat(types.getParameterType(1)).isEqualTo(Types.DECIMAL);
      assertThat(types.getScale(1)).isEqualTo(2);
      assertThat(types.getParameterType(2)).isEqualTo(Types.VARCHAR);
      assertThat(types.getParameterTypeName(3)).isEqualTo("BIGINT");
      assertThat(types.isNullable(3)).isEqualTo(ParameterMetaData.parameterNoNulls);
    }
    try (PreparedStatement upsert =
        connection.prepareStatement("UPSERT INTO " + table + " PARTITION (ds = ?) VALUES (?, ?)")) {
      ParameterMetaData types = upsert.getParameterMetaData();
      assertThat(types.getParameterType(2)).isEqualTo(Types.BIGINT);
      assertThat(types.getParameterClassName(3)).isEqualTo(BigDecimal.class.getName());
    }
  }
}
