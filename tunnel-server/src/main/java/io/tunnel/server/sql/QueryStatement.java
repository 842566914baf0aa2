package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.RowExport;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** SELECT: its rows become a file, from which every kind of reader is served. */
final class QueryStatement {
  private final Workspace workspace;

  QueryStatement(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * A column of a result as DuckDB gives it and as it travels.
   *
   * @param column the name and the type under which it travels
   * @param duckDbType DuckDB's type
   */
  record ResultColumn(Column column, String duckDbType) {}

  TaskResult run(Running running, Statement.Query query)
      throws SqlFailure, SqlTranslationException, SQLException, IOException {
    DuckDbTranslator translator = translator(running);
    try {
      return run(running, query, translator);
    } catch (SQLException e) {
      if (!DuckDbErrors.isProductTooLong(e)) {
        throw e;
      }
      return run(running, query, translator.exact());
    }
  }

  private TaskResult run(Running running, Statement.Query query, DuckDbTranslator translator)
      throws SqlFailure, SqlTranslationException, SQLException, IOException {
    try (Database.Lease lease = workspace.database().lease()) {
      String sql = translator.joiningLists().query(query);
      List<ResultColumn> results;
      try {
        results = describe(lease.connection(), sql, running, query);
      } catch (SQLException e) {
        String plain = translator.query(query);
        if (plain.equals(sql)) {
          throw e;
        }
        sql = plain;
        results = describe(lease.connection(), sql, running, query);
      }
      String limit = query.hasLimit() ? "" : running.autoLimit();
      BatchFile rows = write(running.instance(), lease, sql, limit, results);
      return TaskResult.rows(rows);
    }
  }

  private BatchFile write(
      Instance instance, Database.Lease lease, String sql, String limit, List<ResultColumn> results)
      throws SqlFailure, SQLException, IOException {
    List<Column> columns = results.stream().map(ResultColumn::column).toList();
    Path path = workspace.folder().results().resolve(instance.id());
    instance.setRunning(lease::interrupt);
    try (RowExport.Rows rows = open(new RowExport(columns), lease, sql, limit, results)) {
      return rows.write(workspace.folder(), workspace.allocator(), path);
    } finally {
      instance.setRunning(null);
    }
  }

  TaskResult explain(Running running, Statement.Explain explain)
      throws SqlFailure, SqlTranslationException, SQLException {
    DuckDbTranslator translator = translator(running);
    String sql;
    if (explain.statement() instanceof Statement.Query query) {
      sql = translator.query(query);
    } else if (explain.statement() instanceof Statement.Insert insert) {
      running.names().require(insert.target());
      sql = translator.insertSource(insert);
    } else {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC, "Semantic analysis exception - EXPLAIN takes a query or an INSERT");
    }
    try (Database.Lease lease = workspace.database().lease();
        java.sql.Statement statement = lease.connection().createStatement();
        ResultSet result = statement.executeQuery("EXPLAIN " + sql)) {
      StringBuilder text = new StringBuilder();
      while (result.next()) {
        text.append(result.getString(2)).append('\n');
      }
      return TaskResult.text(text.toString());
    }
  }

  /** The translator for the names of a statement. */
  DuckDbTranslator translator(Running running) {
    return new TableResolution(running).translator();
  }

  /** The columns that a translated query gives. */
  List<ResultColumn> describe(
      Connection connection, String sql, Running running, Statement.@Nullable Query query)
      throws SQLException {
    List<@Nullable MaxComputeType> declared =
        query == null
            ? null
            : ColumnLineage.types(
                query.tree(),
                parts ->
                    parts.size() > 3
                        ? null
                        : running
                            .names()
                            .find(
                                new ObjectName(
                                    parts.stream().map(p -> p.toLowerCase(Locale.ROOT)).toList()))
                            .orElse(null));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ResultSetMetaData metadata = statement.getMetaData();
      int count = metadata.getColumnCount();
      List<ResultColumn> columns = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        String duckDbType = metadata.getColumnTypeName(i + 1);
        MaxComputeType type = ResultTypes.of(duckDbType);
        if (declared != null && declared.size() == count) {
          MaxComputeType straight = declared.get(i);
          if (straight != null && sameStorage(straight, duckDbType)) {
            type = straight;
          }
        }
        columns.add(new ResultColumn(Column.of(metadata.getColumnName(i + 1), type), duckDbType));
      }
      return columns;
    }
  }

  /** The schema of a table that is made from a query. */
  TableSchema schemaOf(String sql, Running running, Statement.Query query) throws SQLException {
    try (Database.Lease lease = workspace.database().lease()) {
      List<Column> columns =
          describe(lease.connection(), sql, running, query).stream()
              .map(ResultColumn::column)
              .map(c -> Column.of(c.name().toLowerCase(Locale.ROOT), c.type()))
              .toList();
      return new TableSchema(columns, List.of());
    }
  }

  private static boolean sameStorage(MaxComputeType type, String duckDbType) {
    return ColumnStorage.duckDbType(type)
        .replace(" ", "")
        .replace("\"", "")
        .equals(duckDbType.replace(" ", "").replace("\"", ""));
  }

  private static RowExport.Rows open(
      RowExport export, Database.Lease lease, String sql, String limit, List<ResultColumn> columns)
      throws SQLException {
    List<String> stored = new ArrayList<>(columns.size());
    List<String> names = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      ResultColumn result = columns.get(i);
      String type = ColumnStorage.duckDbType(result.column().type());
      String name = "r" + i;
      names.add(name);
      stored.add(type.equals(result.duckDbType()) ? name : "CAST(" + name + " AS " + type + ")");
    }
    return export.open(
        lease.connection(),
        stored,
        "(" + sql + ") AS result(" + String.join(", ", names) + ")" + limit);
  }
}
