package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one INSERT on their way into its table, within a transaction. They wait in a
 * temporary table when partitions have to be found in them, when old rows have to go first, or when
 * other INSERTs of the statement must not see them.
 */
final class StagedRows {
  /** The place of a row in its source; no column has such a name. */
  private static final String PLACE = "\"#place\"";

  private final Workspace workspace;
  private final Running running;
  private final CatalogChange change;
  private final InsertPlan plan;
  private final String source;
  private final String select;

  /** The temporary table, or null when the rows go straight from their source. */
  private final @Nullable String stage;

  private StagedRows(
      Workspace workspace,
      Running running,
      CatalogChange change,
      InsertPlan plan,
      String source,
      String select,
      @Nullable String stage) {
    this.workspace = workspace;
    this.running = running;
    this.change = change;
    this.plan = plan;
    this.source = source;
    this.select = select;
    this.stage = stage;
  }

  /**
   * Reads the rows if they have to wait.
   *
   * @param source the query that gives them
   * @param number the number of the INSERT in its statement
   * @param waits whether they have to wait in any case
   */
  static StagedRows of(
      Workspace workspace,
      Running running,
      CatalogChange change,
      InsertPlan plan,
      String source,
      int number,
      boolean waits)
      throws SqlFailure, SQLException {
    TableEntry table = plan.table();
    for (String key : table.primaryKey()) {
      if (plan.given().stream().noneMatch(column -> column.name().equals(key))) {
        throw SqlFailure.semantic("column " + key + " of the primary key needs a value");
      }
    }
    List<String> sourceTypes;
    try {
      sourceTypes = sourceTypes(change.connection(), source);
    } catch (SQLException e) {
      throw DuckDbErrors.isProductTooLong(e) ? new ProductTooLong(e) : e;
    }
    if (sourceTypes.size() != plan.given().size()) {
      throw SqlFailure.semantic(
          "the statement gives "
              + sourceTypes.size()
              + " values for each row, "
              + table.qualifiedName()
              + " takes "
              + plan.given().size()
              + ": "
              + plan.given().stream().map(Column::name).collect(Collectors.joining(", ")));
    }
    boolean staged =
        waits || plan.overwrite() || !plan.dynamic().isEmpty() || !table.primaryKey().isEmpty();
    StagedRows rows =
        new StagedRows(
            workspace,
            running,
            change,
            plan,
            source,
            select(plan, source, sourceTypes),
            staged ? "tunnel_stage_" + number : null);
    rows.read();
    return rows;
  }

  TableEntry table() {
    return plan.table();
  }

  private void read() throws SqlFailure, SQLException {
    if (stage == null) {
      return;
    }
    try {
      InsertStatement.interruptible(
          running, change, "CREATE OR REPLACE TEMP TABLE " + stage + " AS " + select);
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  /** Puts the rows into the table; returns their number. */
  long write() throws SqlFailure, SQLException {
    try {
      return writeRows();
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  private SQLException explained(SQLException e) throws SqlFailure {
    if (DuckDbErrors.isProductTooLong(e)) {
      return new ProductTooLong(e);
    }
    throw ValueDiagnosis.explain(e, workspace, plan.given(), source, running.instance());
  }

  private long writeRows() throws SqlFailure, SQLException {
    TableEntry table = plan.table();
    List<PartitionSpec> partitions = partitions();
    if (!table.primaryKey().isEmpty()) {
      dropReplaced();
      change.mergesRows();
    }
    if (plan.overwrite()) {
      clear(partitions);
    }
    String columns =
        plan.given().stream()
            .map(c -> ColumnStorage.quote(c.name()))
            .collect(Collectors.joining(", "));
    StringBuilder fixedNames = new StringBuilder();
    StringBuilder fixedValues = new StringBuilder();
    for (Column column : table.schema().partitionColumns()) {
      String value = plan.fixed().get(column.name());
      if (value != null) {
        fixedNames.append(", ").append(ColumnStorage.quote(column.name()));
        fixedValues
            .append(", CAST(")
            .append(ColumnStorage.literal(value))
            .append(" AS ")
            .append(ColumnStorage.duckDbType(column.type()))
            .append(")");
      }
    }
    long rows =
        InsertStatement.interruptible(
            running,
            change,
            "INSERT INTO "
                + table.physicalName()
                + " ("
                + columns
                + fixedNames
                + ") SELECT "
                + columns
                + fixedValues
                + " FROM "
                + (stage == null ? "(" + select + ")" : stage));
    if (stage != null) {
      change.execute("DROP TABLE " + stage);
    }
    for (PartitionSpec partition : partitions) {
      change.putPartition(table, partition);
    }
    change.touch(table);
    return rows;
  }

  private static List<String> sourceTypes(Connection connection, String source)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(source)) {
      ResultSetMetaData metadata = statement.getMetaData();
      List<String> types = new ArrayList<>();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        types.add(metadata.getColumnTypeName(i));
      }
      return types;
    }
  }

  private static String select(InsertPlan plan, String source, List<String> sourceTypes) {
    StringBuilder select = new StringBuilder("SELECT ");
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < plan.given().size(); i++) {
      Column column = plan.given().get(i);
      select
          .append(i == 0 ? "" : ", ")
          .append(InsertStatement.stored(column.type(), "s" + i, sourceTypes.get(i)))
          .append(" AS ")
          .append(ColumnStorage.quote(column.name()));
      names.append(i == 0 ? "s" : ", s").append(i);
    }
    if (!plan.table().primaryKey().isEmpty()) {
      select.append(", row_number() OVER () AS ").append(PLACE);
    }
    return select + " FROM (" + source + ") AS source(" + names + ")";
  }

  /** The partitions into which rows go; found in the staged rows if they are dynamic. */
  private List<PartitionSpec> partitions() throws SqlFailure, SQLException {
    List<Column> levels = plan.table().schema().partitionColumns();
    List<PartitionSpec> partitions = new ArrayList<>();
    if (levels.isEmpty()) {
      return partitions;
    }
    if (plan.dynamic().isEmpty()) {
      partitions.add(InsertStatement.spec(plan.table(), plan.fixed()));
      return partitions;
    }
    String columns =
        plan.dynamic().stream()
            .map(c -> "CAST(" + ColumnStorage.quote(c.name()) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    try (java.sql.Statement statement = change.connection().createStatement();
        ResultSet found = statement.executeQuery("SELECT DISTINCT " + columns + " FROM " + stage)) {
      while (found.next()) {
        Map<String, @Nullable String> values = new LinkedHashMap<>(plan.fixed());
        for (int i = 0; i < plan.dynamic().size(); i++) {
          values.put(plan.dynamic().get(i).name(), found.getString(i + 1));
        }
        partitions.add(InsertStatement.spec(plan.table(), values));
      }
    }
    return partitions;
  }

  /**
   * Of the staged rows with the same key the last one stays; rows of the table with it go. The
   * stage's own row ids do not tell the last one while {@link
   * io.tunnel.server.store.Database#unordered} is in effect.
   */
  private void dropReplaced() throws SQLException {
    TableEntry table = plan.table();
    List<String> staged = new ArrayList<>(table.primaryKey());
    StringBuilder same = new StringBuilder();
    plan.dynamic().forEach(column -> staged.add(column.name()));
    for (String name : staged) {
      String column = ColumnStorage.quote(name);
      same.append(same.isEmpty() ? "" : " AND ")
          .append("kept.")
          .append(column)
          .append(" = ")
          .append(stage)
          .append('.')
          .append(column);
    }
    String columns = staged.stream().map(ColumnStorage::quote).collect(Collectors.joining(", "));
    change.execute(
        "DELETE FROM "
            + stage
            + " WHERE "
            + PLACE
            + " NOT IN (SELECT max("
            + PLACE
            + ") FROM "
            + stage
            + " GROUP BY "
            + columns
            + ")");
    for (Column level : table.schema().partitionColumns()) {
      String value = plan.fixed().get(level.name());
      if (value != null) {
        same.append(" AND kept.")
            .append(ColumnStorage.quote(level.name()))
            .append(" = CAST(")
            .append(ColumnStorage.literal(value))
            .append(" AS ")
            .append(ColumnStorage.duckDbType(level.type()))
            .append(')');
      }
    }
    change.execute(
        "DELETE FROM " + table.physicalName() + " AS kept USING " + stage + " WHERE " + same);
  }

  private void clear(List<PartitionSpec> partitions) throws SQLException {
    if (!plan.table().schema().isPartitioned()) {
      change.deleteRows(plan.table(), null);
    }
    for (PartitionSpec partition : partitions) {
      change.deleteRows(plan.table(), partition);
    }
  }
}
