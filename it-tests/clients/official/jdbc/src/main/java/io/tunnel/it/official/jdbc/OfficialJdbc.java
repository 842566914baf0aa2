package io.tunnel.it.official.jdbc;

import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Does with the official JDBC driver what the tests tell it to do. */
public final class OfficialJdbc {
  private static final long CANCEL_NANOS = 50_000_000;

  private Connection connection;

  private OfficialJdbc() {}

  /** Serves commands until the input ends. */
  public static void main(String[] arguments) throws Exception {
    Class.forName("com.aliyun.odps.jdbc.OdpsDriver");
    OfficialJdbc jdbc = new OfficialJdbc();
    jdbc.serve();
  }

  private void serve() throws IOException {
    new CommandLoop()
        .on("open", this::open)
        .on("close", this::close)
        .on("query", this::query)
        .on("scroll", this::scroll)
        .on("execute", this::execute)
        .on("update", this::update)
        .on("batch", this::batch)
        .on("preparedQuery", this::preparedQuery)
        .on("cancel", this::cancel)
        .on("metadata", this::metadata)
        .run();
  }

  private Object open(Arguments arguments) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(arguments.texts("properties"));
    connection = DriverManager.getConnection(arguments.text("url"), properties);
    return connection.getMetaData().getDatabaseProductName();
  }

  private Object close(Arguments arguments) throws SQLException {
    connection.close();
    return "closed";
  }

  private Object query(Arguments arguments) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(arguments.text("sql"))) {
      return describe(rows);
    }
  }

  /** The rows that a scrollable result shows, forwards and then backwards. */
  private Object scroll(Arguments arguments) throws SQLException {
    try (Statement statement =
            connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
        ResultSet rows = statement.executeQuery(arguments.text("sql"))) {
      List<String> first = new ArrayList<>();
      while (rows.next()) {
        first.add(rows.getString(1));
      }
      while (rows.previous()) {
        first.add(rows.getString(1));
      }
      return first;
    }
  }

  private Object preparedQuery(Arguments arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(arguments.text("sql"))) {
      List<String> types = arguments.list("types");
      List<Object> values = arguments.list("values");
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, JdbcCells.toJava(values.get(i), types.get(i)));
      }
      try (ResultSet rows = statement.executeQuery()) {
        return describe(rows);
      }
    }
  }

  private Object execute(Arguments arguments) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(arguments.text("sql"));
    }
  }

  private Object update(Arguments arguments) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(arguments.text("sql"));
    }
  }

  /** Runs a statement and cancels it until it ends; answers with how it ended. */
  private Object cancel(Arguments arguments) throws SQLException {
    String sql = arguments.text("sql");
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<String> end =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  statement.execute(sql);
                  return "finished";
                } catch (SQLException e) {
                  return "ended: " + e.getMessage();
                }
              });
      while (!end.isDone()) {
        // Nothing is cancelled before the driver has submitted the statement.
        statement.cancel();
        LockSupport.parkNanos(CANCEL_NANOS);
      }
      return end.join();
    }
  }

  /** Adds the rows, executes after each given number of rows, and commits by close. */
  private Object batch(Arguments arguments) throws SQLException {
    List<String> types = arguments.list("types");
    List<List<Object>> rows = arguments.list("rows");
    long every = arguments.number("every", rows.size());
    List<Integer> counts = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(arguments.text("sql"))) {
      int pending = 0;
      for (List<Object> row : rows) {
        for (int i = 0; i < row.size(); i++) {
          statement.setObject(i + 1, JdbcCells.toJava(row.get(i), types.get(i)));
        }
        statement.addBatch();
        if (++pending == every) {
          for (int count : statement.executeBatch()) {
            counts.add(count);
          }
          pending = 0;
        }
      }
      if (pending > 0) {
        for (int count : statement.executeBatch()) {
          counts.add(count);
        }
      }
    }
    return counts;
  }

  private Object metadata(Arguments arguments) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    String catalog = arguments.optionalText("catalog");
    String schema = arguments.optionalText("schema");
    String table = arguments.optionalText("table");
    try (ResultSet rows =
        switch (arguments.text("call")) {
          case "catalogs" -> metadata.getCatalogs();
          case "schemas" -> metadata.getSchemas();
          case "tables" -> metadata.getTables(catalog, schema, table, null);
          case "columns" -> metadata.getColumns(catalog, schema, table, null);
          case "tableTypes" -> metadata.getTableTypes();
          case "typeInfo" -> metadata.getTypeInfo();
          default -> throw new IllegalArgumentException(arguments.text("call"));
        }) {
      ResultSetMetaData columns = rows.getMetaData();
      List<Map<String, Object>> answer = new ArrayList<>();
      while (rows.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnName(i), rows.getString(i));
        }
        answer.add(row);
      }
      return answer;
    }
  }

  private static Object describe(ResultSet rows) throws SQLException {
    ResultSetMetaData metadata = rows.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= metadata.getColumnCount(); i++) {
      columns.add(metadata.getColumnName(i) + " " + metadata.getColumnTypeName(i));
    }
    List<List<Object>> cells = new ArrayList<>();
    while (rows.next()) {
      List<Object> row = new ArrayList<>();
      for (int i = 1; i <= columns.size(); i++) {
        row.add(JdbcCells.toCell(rows.getObject(i), metadata.getColumnTypeName(i)));
      }
      cells.add(row);
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("columns", columns);
    answer.put("rows", cells);
    return answer;
  }
}
