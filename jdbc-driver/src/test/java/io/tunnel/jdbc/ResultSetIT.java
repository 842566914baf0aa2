package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading results from the local server. Closing the connection fails if memory leaked. */
class ResultSetIT {
  private static final int ROWS = 25_000;

  private Connection connection;
  private String table;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
    table = LocalServer.table(connection, "(id BIGINT, name STRING, price DECIMAL(10,2))");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
      for (int i = 0; i < ROWS; i++) {
        insert.setInt(1, i);
        insert.setString(2, "name " + i);
        insert.setBigDecimal(3, BigDecimal.valueOf(i, 2));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 999, 10_000, 1_000_000})
  void everyRowComesOnceWhateverTheFetchSize(int fetchSize) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(fetchSize);
      try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
        assertThat(rows.isBeforeFirst()).isTrue();
        for (int i = 0; i < ROWS; i++) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(i);
          assertThat(rows.getString("NAME")).isEqualTo("name " + i);
          assertThat(rows.getBigDecimal(3)).isEqualTo(BigDecimal.valueOf(i, 2));
          assertThat(rows.isLast()).isEqualTo(i == ROWS - 1);
          assertThat(rows.getRow()).isEqualTo(i + 1);
        }
        assertThat(rows.next()).isFalse();
        assertThat(rows.next()).isFalse();
        assertThat(rows.isAfterLast()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9_000})
  void aResultThatBreaksOffIsAnErrorAndNeverFewerRows(int fetchSize) throws Exception {
    try (SilentProxy proxy = new SilentProxy(LocalServer.port());
        Connection own =
            DriverManager.getConnection(
                "jdbc:tunnel://127.0.0.1:"
                    + proxy.port()
                    + "/demo?retryTimeout=2s&tunnelEndpoint=http://127.0.0.1:"
                    + proxy.port(),
                LocalServer.ACCESS_ID,
                LocalServer.ACCESS_KEY);
        Statement statement = own.createStatement()) {
      statement.setFetchSize(fetchSize);
      try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
        proxy.breakAnswersAfter(100_000);
        SqlFailure failure =
            SqlFailure.of(
                () -> {
                  while (rows.next()) {
                    assertThat(rows.getString(2)).startsWith("name ");
                  }
                });
        assertThat(failure.state()).as(failure.message()).isEqualTo("08006");
      }
    }
  }

  @Test
  void maxRowsIsObeyedAndAnEmptyResultHasColumns() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(7);
      try (ResultSet rows = statement.executeQuery("SELECT id FROM " + table)) {
        int count = 0;
        while (rows.next()) {
          count++;
        }
        assertThat(count).isEqualTo(7);
      }
      try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " WHERE id < 0")) {
        assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
        assertThat(rows.getMetaData().getColumnName(3)).isEqualTo("price");
        assertThat(rows.getMetaData().getPrecision(3)).isEqualTo(10);
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  void gettersConvertOrSayWhyNot() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT 300 AS n, CAST(1.75 AS DOUBLE) AS d, '12' AS t, 'abc' AS x, TRUE AS b")) {
      assertThat(SqlFailure.of(() -> rows.getInt(1)).message()).contains("next()");
      assertThat(rows.next()).isTrue();
      assertThat(rows.getShort("n")).isEqualTo((short) 300);
      SqlFailure tooWide = SqlFailure.of(() -> rows.getByte(1));
      assertThat(tooWide.state()).isEqualTo("22003");
      assertThat(tooWide.message()).contains("Row 1", "column n", "between -128 and 127");
      assertThat(rows.getString(1)).isEqualTo("300");
      assertThat(rows.getInt(2)).isEqualTo(1);
      assertThat(rows.getBigDecimal(2)).isEqualTo(new BigDecimal("1.75"));
      assertThat(rows.getLong(3)).isEqualTo(12);
      assertThat(rows.getObject(3, Double.class)).isEqualTo(12.0);
      assertThat(SqlFailure.of(() -> rows.getInt(4)).state()).isEqualTo("22018");
      assertThat(SqlFailure.of(() -> rows.getTimestamp(4)).state()).isEqualTo("22018");
      assertThat(SqlFailure.of(() -> rows.getObject(4, Thread.class)).state()).isEqualTo("07006");
      assertThat(rows.getInt("b")).isEqualTo(1);
      assertThat(rows.getBoolean("b")).isTrue();
      assertThat(SqlFailure.of(() -> rows.getInt(6)).message())
          .contains("no column 6", "5 columns");
      assertThat(SqlFailure.of(() -> rows.getInt("zz")).message()).contains("zz", "n, d, t, x, b");
      assertThat(SqlFailure.of(rows::previous).state()).isEqualTo("0A000");
      assertThat(SqlFailure.of(() -> rows.updateInt(1, 1)).state()).isEqualTo("0A000");
      assertThat(rows.getCharacterStream(4)).isNotNull();
    }
  }

  @Test
  void closingClosesWhatDependsOnItAndMayBeRepeated() throws SQLException {
    Statement statement = connection.createStatement();
    ResultSet first = statement.executeQuery("SELECT * FROM " + table);
    assertThat(first.next()).isTrue();
    ResultSet second = statement.executeQuery("SELECT 1");
    assertThat(first.isClosed()).isTrue();
    assertThat(SqlFailure.of(() -> first.getInt(1)).message()).contains("closed");
    statement.closeOnCompletion();
    second.close();
    second.close();
    assertThat(statement.isClosed()).isTrue();
    statement.close();
    ResultSet open = connection.createStatement().executeQuery("SELECT * FROM " + table);
    assertThat(open.next()).isTrue();
    ResultSet metaData = connection.getMetaData().getTables(null, null, "%", null);
    connection.close();
    connection.close();
    assertThat(open.isClosed()).isTrue();
    assertThat(SqlFailure.of(open::next).message()).contains("closed");
    assertThat(metaData.next()).isTrue();
    assertThat(SqlFailure.of(connection::createStatement).message()).contains("closed");
  }

  @Test
  void remainingRowsComeAsStandardArrowStream() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      byte[] written;
      try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
        assertThat(rows.isWrapperFor(ArrowStream.class)).isTrue();
        assertThat(rows.next()).isTrue();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(rows.unwrap(ArrowStream.class).writeTo(out)).isEqualTo(ROWS - 1);
        assertThat(rows.next()).isFalse();
        written = out.toByteArray();
      }
      try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
        assertThat(rows.next()).isTrue();
        try (InputStream in = rows.unwrap(ArrowStream.class).openStream()) {
          assertThat(in.readAllBytes()).isEqualTo(written);
        }
      }
      StandardArrow arrow = StandardArrow.read(new ByteArrayInputStream(written));
      assertThat(arrow.rows()).isEqualTo(ROWS - 1);
      assertThat(arrow.fields())
          .containsExactly("id: Int(64, true)", "name: Utf8", "price: Decimal(10, 2, 128)");
      assertThat(arrow.firstValue()).isEqualTo("1|name 1|0.01");
    }
  }

  @Test
  void arrowStreamOfAnEmptyResultHasItsSchemaAndTimesHaveTheirZone() throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT DATETIME '2026-01-01 00:00:00' AS t, array(id) AS l FROM "
                    + table
                    + " WHERE id < 0")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(rows.unwrap(ArrowStream.class).writeTo(out)).isZero();
      StandardArrow arrow = StandardArrow.read(new ByteArrayInputStream(out.toByteArray()));
      assertThat(arrow.rows()).isZero();
      assertThat(arrow.fields())
          .containsExactly("t: Timestamp(MILLISECOND, UTC)", "l: List<element: Int(64, true)>");
    }
  }

  @Test
  void preparedQueriesBindEverySortOfLiteral() throws SQLException {
    String sql =
        "SELECT ? /* ? */ AS a, '?' AS q, ? AS b, ? AS c, ? AS d, ? AS e, ? -- ?\n AS f, `?` FROM"
            + " (SELECT 1 AS `?`) x";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(6);
      query.setString(1, "it's ?; DROP TABLE x -- \\");
      query.setLong(2, -5);
      query.setBigDecimal(3, new BigDecimal("-1.50"));
      query.setObject(4, java.time.LocalDate.of(2026, 1, 2));
      query.setBoolean(5, false);
      query.setNull(6, java.sql.Types.VARCHAR);
      for (int round = 0; round < 2; round++) {
        try (ResultSet rows = query.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString("a")).isEqualTo("it's ?; DROP TABLE x -- \\");
          assertThat(rows.getString("q")).isEqualTo("?");
          assertThat(rows.getLong("b")).isEqualTo(-5);
          assertThat(rows.getBigDecimal("c")).isEqualByComparingTo("-1.5");
          assertThat(rows.getObject("d", java.time.LocalDate.class)).hasToString("2026-01-02");
          assertThat(rows.getBoolean("e")).isFalse();
          assertThat(rows.getString("f")).isNull();
        }
      }
      query.clearParameters();
      assertThat(SqlFailure.of(query::executeQuery).state()).isEqualTo("07001");
      assertThat(SqlFailure.of(() -> query.setInt(7, 1)).message()).contains("no parameter 7");
    }
  }

  @Test
  void commandsGiveRowsAndDefinitionsCounts() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.execute("SHOW TABLES")).isTrue();
      try (ResultSet rows = statement.getResultSet()) {
        boolean found = false;
        while (rows.next()) {
          found |= rows.getString("table_name").equals(table);
        }
        assertThat(found).isTrue();
      }
      try (ResultSet rows = statement.executeQuery("DESC " + table)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("id");
        assertThat(rows.getString(2)).isEqualTo("BIGINT");
      }
      assertThat(
              statement.execute("CREATE TABLE " + table + "_p (a INT) PARTITIONED BY (p STRING)"))
          .isFalse();
      assertThat(statement.getUpdateCount()).isZero();
      assertThat(statement.executeUpdate("ALTER TABLE " + table + "_p ADD PARTITION (p='x')"))
          .isZero();
      try (ResultSet rows = statement.executeQuery("SHOW PARTITIONS " + table + "_p")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("p=x");
      }
      assertThat(
              statement.executeUpdate(
                  "SET odps.sql.x=y; INSERT INTO " + table + " SELECT * FROM " + table))
          .isEqualTo(ROWS);
      assertThat(statement.execute("SET a.b=c;")).isFalse();
      assertThat(statement.getUpdateCount()).isZero();
      assertThat(statement.getMoreResults()).isFalse();
      assertThat(statement.getUpdateCount()).isEqualTo(-1);
      assertThat(SqlFailure.of(() -> statement.executeQuery("DROP TABLE x")).message())
          .contains("executeUpdate");
      assertThat(SqlFailure.of(() -> statement.executeUpdate("SELECT 1")).message())
          .contains("executeQuery");
      SqlFailure missing = SqlFailure.of(() -> statement.executeQuery("SELECT * FROM nowhere"));
      assertThat(missing.state()).isEqualTo("42S02");
      assertThat(missing.exception().getErrorCode()).isEqualTo(130131);
      assertThat(SqlFailure.of(() -> statement.execute("SELEC 1")).state()).startsWith("42");
      assertThat(SqlFailure.of(() -> statement.execute("SELECT 1; SELECT 2")).message())
          .contains("One statement at a time");
      assertThat(SqlFailure.of(() -> statement.execute("  ")).message()).contains("empty");
    }
  }
}
