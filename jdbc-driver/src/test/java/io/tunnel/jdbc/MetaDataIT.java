package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetaDataIT {
  private Connection connection;
  private DatabaseMetaData metaData;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
    metaData = connection.getMetaData();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private static List<String> column(ResultSet rows, String label) throws SQLException {
    List<String> values = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        values.add(rows.getString(label));
      }
    }
    return values;
  }

  @Test
  void everyMethodAnswersOrSaysThatItIsNotSupported() throws Exception {
    for (Method method : DatabaseMetaData.class.getMethods()) {
      Object[] arguments = new Object[method.getParameterCount()];
      for (int i = 0; i < arguments.length; i++) {
        Class<?> type = method.getParameterTypes()[i];
        arguments[i] = type == int.class ? 1003 : type == boolean.class ? Boolean.FALSE : null;
      }
      if (method.getName().equals("unwrap") || method.getName().equals("isWrapperFor")) {
        arguments[0] = DatabaseMetaData.class;
      }
      try {
        Object answer = method.invoke(metaData, arguments);
        assertThat(answer).as(method.toString()).isNotNull();
        if (answer instanceof ResultSet rows) {
          assertThat(rows.getMetaData().getColumnCount()).as(method.toString()).isPositive();
          rows.close();
        }
      } catch (InvocationTargetException e) {
        assertThat((Throwable) e.getCause()).as(method.toString()).isInstanceOf(SQLException.class);
        assertThat(((SQLException) e.getCause()).getSQLState()).isEqualTo("0A000");
      }
    }
    assertThat(metaData.supportsBatchUpdates()).isTrue();
    assertThat(metaData.getIdentifierQuoteString()).isEqualTo("`");
    assertThat(metaData.getURL()).startsWith("jdbc:tunnel://").doesNotContain("secret");
    assertThat(metaData.getUserName()).isEqualTo(LocalServer.ACCESS_ID);
  }

  @Test
  void tablesAreFoundByPatternsWithEscapes() throws SQLException {
    String name = LocalServer.table(connection, "(a INT)");
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE " + name + "_x (a INT)");
      statement.executeUpdate("CREATE TABLE " + name + "yx (a INT)");
    }
    assertThat(column(metaData.getTables(null, null, name + "_x", null), "TABLE_NAME"))
        .containsExactly(name + "_x", name + "yx");
    assertThat(column(metaData.getTables(null, "%", name + "\\_x", null), "TABLE_NAME"))
        .containsExactly(name + "_x");
    assertThat(column(metaData.getTables("demo", "", name.toUpperCase() + "%", null), "TABLE_NAME"))
        .contains(name, name + "_x");
    assertThat(column(metaData.getTables("other", null, "%", null), "TABLE_NAME")).isEmpty();
    assertThat(column(metaData.getTables(null, null, "no_such%", null), "TABLE_NAME")).isEmpty();
    assertThat(column(metaData.getTables(null, null, name, new String[] {"VIEW"}), "TABLE_NAME"))
        .isEmpty();
    assertThat(column(metaData.getTables(null, null, name, new String[] {"TABLE"}), "TABLE_TYPE"))
        .containsExactly("TABLE");
    assertThat(column(metaData.getCatalogs(), "TABLE_CAT")).containsExactly("demo");
    assertThat(column(metaData.getTableTypes(), "TABLE_TYPE")).containsExactly("TABLE", "VIEW");
  }

  @Test
  void columnsTellTypesSizesAndOrder() throws SQLException {
    String name =
        LocalServer.table(
            connection,
            "(id BIGINT NOT NULL COMMENT 'the key', name VARCHAR(20), price DECIMAL(10,2),"
                + " at TIMESTAMP, tags ARRAY<STRING>) PARTITIONED BY (ds STRING)");
    try (ResultSet rows = metaData.getColumns(null, null, name, null)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(
            rows.getInt("ORDINAL_POSITION")
                + " "
                + rows.getString("COLUMN_NAME")
                + " "
                + rows.getString("TYPE_NAME")
                + " "
                + rows.getInt("COLUMN_SIZE")
                + " "
                + rows.getInt("DECIMAL_DIGITS")
                + " "
                + rows.getString("IS_NULLABLE"));
      }
      assertThat(found)
          .containsExactly(
              "1 id BIGINT 19 0 NO",
              "2 name VARCHAR(20) 20 0 YES",
              "3 price DECIMAL(10,2) 10 2 YES",
              "4 at TIMESTAMP 29 9 YES",
              "5 tags array<string> 0 0 YES",
              "6 ds STRING 8388608 0 YES");
    }
    try (ResultSet rows = metaData.getColumns(null, null, name + "%", "i%")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt("DATA_TYPE")).isEqualTo(Types.BIGINT);
      assertThat(rows.getString("REMARKS")).isEqualTo("the key");
      assertThat(rows.next()).isFalse();
    }
    assertThat(column(metaData.getColumns(null, null, "no_such_table", "%"), "COLUMN_NAME"))
        .isEmpty();
    assertThat(column(metaData.getPrimaryKeys(null, null, name), "COLUMN_NAME")).isEmpty();
  }

  @Test
  void keysTellTheirColumnsOrderedByNameAndNumberedInTheKey() throws SQLException {
    String name =
        LocalServer.table(
            connection,
            "(b VARCHAR(20), v STRING, a BIGINT, PRIMARY KEY (b, a)) PARTITIONED BY (ds STRING)"
                + DeltaTables.WHOLE_ROWS);
    try (ResultSet rows = metaData.getPrimaryKeys("demo", null, name)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        assertThat(rows.getString("TABLE_CAT")).isEqualTo("demo");
        assertThat(rows.getString("TABLE_SCHEM")).isNull();
        assertThat(rows.getString("TABLE_NAME")).isEqualTo(name);
        assertThat(rows.getString("PK_NAME")).isNull();
        found.add(rows.getString("COLUMN_NAME") + " " + rows.getShort("KEY_SEQ"));
      }
      assertThat(found).containsExactly("a 2", "b 1");
    }
    try (ResultSet rows =
        metaData.getBestRowIdentifier(null, null, name, DatabaseMetaData.bestRowSession, false)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        assertThat(rows.getInt("SCOPE")).isEqualTo(DatabaseMetaData.bestRowSession);
        assertThat(rows.getInt("PSEUDO_COLUMN")).isEqualTo(DatabaseMetaData.bestRowNotPseudo);
        found.add(
            rows.getString("COLUMN_NAME")
                + " "
                + rows.getInt("DATA_TYPE")
                + " "
                + rows.getString("TYPE_NAME")
                + " "
                + rows.getInt("COLUMN_SIZE"));
      }
      assertThat(found)
          .containsExactly(
              "ds " + Types.VARCHAR + " STRING 8388608",
              "b " + Types.VARCHAR + " VARCHAR(20) 20",
              "a " + Types.BIGINT + " BIGINT 19");
    }
    // A key is no index that could be listed or used.
    assertThat(column(metaData.getIndexInfo(null, null, name, true, false), "COLUMN_NAME"))
        .isEmpty();
    String plain = LocalServer.table(connection, "(a BIGINT NOT NULL)");
    assertThat(column(metaData.getBestRowIdentifier(null, null, plain, 0, true), "COLUMN_NAME"))
        .isEmpty();
  }

  @Test
  void typesAreOrderedByCode() throws SQLException {
    List<Integer> codes = new ArrayList<>();
    try (ResultSet rows = metaData.getTypeInfo()) {
      while (rows.next()) {
        codes.add(rows.getInt("DATA_TYPE"));
      }
    }
    assertThat(codes).hasSize(22).isSorted();
  }
}
