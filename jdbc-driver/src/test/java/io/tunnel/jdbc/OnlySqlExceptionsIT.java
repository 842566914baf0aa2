package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Calls every method of the JDBC interfaces with usual and with odd arguments: it answers or throws
 * an SQLException with an SQLState, never anything else. Pools and tools handle nothing else.
 */
class OnlySqlExceptionsIT {
  /** They end what the test still needs. */
  private static final Set<String> ENDING = Set.of("close", "abort", "free");

  private final List<String> violations = new ArrayList<>();
  private int calls;

  /** Makes the object again for each call, if calls change it. */
  @FunctionalInterface
  private interface Source {
    Object make(Connection connection) throws SQLException;
  }

  @Test
  void connections() throws Exception {
    check(Connection.class, connection -> connection);
  }

  @Test
  void statements() throws Exception {
    check(Statement.class, Connection::createStatement);
  }

  @Test
  void preparedQueries() throws Exception {
    check(PreparedStatement.class, connection -> connection.prepareStatement("SELECT ?"));
  }

  @Test
  void preparedInserts() throws Exception {
    String table;
    try (Connection connection = LocalServer.connect()) {
      table = LocalServer.table(connection, "(a BIGINT)");
    }
    check(
        PreparedStatement.class,
        connection -> connection.prepareStatement("INSERT INTO " + table + " VALUES (?)"));
  }

  @Test
  void results() throws Exception {
    check(ResultSet.class, OnlySqlExceptionsIT::firstRow);
  }

  @Test
  void closedStatementsAndResults() throws Exception {
    try (Connection connection = LocalServer.connect()) {
      PreparedStatement statement = connection.prepareStatement("SELECT ?");
      statement.close();
      check(PreparedStatement.class, ignored -> statement);
      ResultSet rows = firstRow(connection);
      rows.close();
      check(ResultSet.class, ignored -> rows);
    }
  }

  @Test
  void describedColumnsAndParameters() throws Exception {
    try (Connection connection = LocalServer.connect()) {
      ResultSetMetaData columns = firstRow(connection).getMetaData();
      check(ResultSetMetaData.class, ignored -> columns);
      ParameterMetaData parameters = connection.prepareStatement("SELECT ?").getParameterMetaData();
      check(ParameterMetaData.class, ignored -> parameters);
    }
  }

  @Test
  void arraysAndStructs() throws Exception {
    check(Array.class, connection -> firstRow(connection).getArray(3));
    check(Struct.class, connection -> firstRow(connection).getObject(4));
  }

  private static ResultSet firstRow(Connection connection) throws SQLException {
    ResultSet rows =
        connection
            .createStatement()
            .executeQuery("SELECT 'x', 5, array(1, 2), named_struct('a', 1, 'b', 'y')");
    assertThat(rows.next()).isTrue();
    return rows;
  }

  private void check(Class<?> type, Source source) throws Exception {
    calls = 0;
    try (Connection shared = LocalServer.connect()) {
      for (int variant = 0; variant < 4; variant++) {
        for (Method method : type.getMethods()) {
          if (ENDING.contains(method.getName())) {
            continue;
          }
          if (type == Connection.class) {
            // Some calls leave a connection that leads elsewhere.
            try (Connection own = LocalServer.connect()) {
              call(method, own, variant);
            }
          } else {
            call(method, source.make(shared), variant);
          }
        }
      }
    }
    assertThat(calls).isGreaterThanOrEqualTo(4 * 3);
    assertThat(violations).isEmpty();
  }

  private void call(Method method, Object target, int variant) throws IllegalAccessException {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Class<?> type : method.getParameterTypes()) {
      arguments.add(argument(type, variant));
    }
    calls++;
    String what = method + " with " + arguments;
    try {
      method.invoke(target, arguments.toArray());
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (!(cause instanceof SQLException failure)) {
        violations.add(what + " threw " + cause);
      } else if (failure.getSQLState() == null || failure.getMessage() == null) {
        violations.add(what + " threw an exception without SQLState or message: " + cause);
      }
    }
  }

  private static @Nullable Object argument(Class<?> type, int variant) {
    if (type == int.class) {
      return List.of(1, 0, -1, Integer.MAX_VALUE).get(variant);
    }
    if (type == long.class) {
      return List.of(1L, 0L, -1L, Long.MAX_VALUE).get(variant);
    }
    if (type == boolean.class) {
      return variant % 2 == 0;
    }
    if (type == byte.class) {
      return (byte) variant;
    }
    if (type == short.class) {
      return (short) variant;
    }
    if (type == float.class) {
      return List.of(1f, 0f, -1f, Float.NaN).get(variant);
    }
    if (type == double.class) {
      return List.of(1d, 0d, -1d, Double.NaN).get(variant);
    }
    if (type == String.class) {
      return Arrays.asList("SELECT 1", "", null, "no such thing").get(variant);
    }
    if (type == Class.class) {
      return Arrays.<Object>asList(String.class, Integer.class, null, Thread.class).get(variant);
    }
    if (type == Object.class) {
      return Arrays.asList("x", 7, null, new Object()).get(variant);
    }
    return null;
  }
}
