package io.tunnel.sql;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BinaryOperator;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBScalarFunctionBuilder;

/** A DuckDB in memory that runs MaxCompute SQL through the translator. */
final class DuckDbFixture implements AutoCloseable {
  static final SqlEnvironment ENVIRONMENT =
      new SqlEnvironment(Instant.parse("2026-03-04T05:06:07.089Z"), ZoneOffset.UTC, true);

  private final Connection connection;
  private final Map<String, ResolvedTable> tables = new HashMap<>();
  private final DuckDbTranslator translator =
      new DuckDbTranslator(name -> tables.get(name.toString()), ENVIRONMENT);

  DuckDbFixture() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    decimal("tunnel_divide", (a, b) -> a.divide(b, 18, RoundingMode.HALF_UP));
    decimal("tunnel_multiply", (a, b) -> a.multiply(b).setScale(18, RoundingMode.HALF_UP));
    for (String macro : MaxComputeMacros.statements()) {
      run(macro);
    }
  }

  private void decimal(String name, BinaryOperator<BigDecimal> operator) throws SQLException {
    try (DuckDBLogicalType type = DuckDBLogicalType.decimal(38, 18);
        DuckDBScalarFunctionBuilder function = DuckDBFunctions.scalarFunction()) {
      function
          .withName(name)
          .withParameters(type, type)
          .withReturnType(type)
          .withFunction(operator)
          .register(connection);
    }
  }

  DuckDbTranslator translator() {
    return translator;
  }

  void run(String duckDbSql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(duckDbSql);
    }
  }

  /** Creates a table from MaxCompute's CREATE TABLE; partition columns come last. */
  void create(String sql) throws Exception {
    io.tunnel.sql.Statement.CreateTable create = (io.tunnel.sql.Statement.CreateTable) only(sql);
    List<ColumnDefinition> all = new ArrayList<>(create.columns());
    all.addAll(create.partitionColumns());
    String name = DuckDbDialect.quoted("data " + create.table());
    run("CREATE TABLE " + name + " (" + translator.createTableColumns(all) + ")");
    tables.put(
        create.table().toString(),
        new ResolvedTable(
            name,
            create.columns().stream().map(ColumnDefinition::name).toList(),
            create.partitionColumns().stream().map(ColumnDefinition::name).toList()));
  }

  /** Runs one INSERT INTO. */
  void insert(String sql) throws Exception {
    io.tunnel.sql.Statement.Insert insert = (io.tunnel.sql.Statement.Insert) only(sql);
    run(translator.insert(insert, tables.get(insert.target().toString())));
  }

  /** The rows of a query, values joined with commas, rows with bars. */
  String rows(String sql) throws Exception {
    return select(translator.query((io.tunnel.sql.Statement.Query) only(sql)), false);
  }

  /** The names of the columns, joined with commas. */
  String columns(String sql) throws Exception {
    return select(translator.query((io.tunnel.sql.Statement.Query) only(sql)), true);
  }

  /** The rows of a query in DuckDB's SQL. */
  String select(String duckDbSql) throws SQLException {
    return select(duckDbSql, false);
  }

  private String select(String duckDbSql, boolean namesOnly) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(duckDbSql)) {
      ResultSetMetaData meta = results.getMetaData();
      StringJoiner names = new StringJoiner(",");
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        names.add(meta.getColumnLabel(i));
      }
      if (namesOnly) {
        return names.toString();
      }
      StringJoiner rows = new StringJoiner("|");
      while (results.next()) {
        StringJoiner row = new StringJoiner(",");
        for (int i = 1; i <= meta.getColumnCount(); i++) {
          row.add(String.valueOf(results.getString(i)));
        }
        rows.add(row.toString());
      }
      return rows.toString();
    }
  }

  static io.tunnel.sql.Statement only(String sql) throws SqlSyntaxException {
    List<io.tunnel.sql.Statement> statements = MaxComputeSql.parseScript(sql).statements();
    if (statements.size() != 1) {
      throw new IllegalArgumentException("not one statement: " + sql);
    }
    return statements.get(0);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
