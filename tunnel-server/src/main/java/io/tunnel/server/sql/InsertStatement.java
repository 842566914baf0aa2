package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.PartitionKeys;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.PartitionItem;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * INSERT INTO and INSERT OVERWRITE. The rows are staged in a temporary table when partitions have
 * to be found in them or old rows have to go first; everything is one transaction.
 */
final class InsertStatement {
  private static final String STAGE = "tunnel_stage";

  private final Workspace workspace;

  InsertStatement(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult run(Running running, Statement.Insert insert)
      throws SqlFailure, SqlTranslationException, SQLException {
    TableNames.Target target = running.names().target(insert.target());
    ReentrantLock lock = running.names().lock(target);
    running.instance().acquire(lock);
    try {
      TableEntry table = running.names().requireTable(insert.target());
      DuckDbTranslator translator = new TableResolution(running).translator();
      Plan plan = plan(table, insert);
      try {
        return run(running, plan, translator.insertSource(insert));
      } catch (ProductTooLong e) {
        return run(running, plan, translator.exact().insertSource(insert));
      }
    } finally {
      lock.unlock();
    }
  }

  /** A product of decimals in the source has more digits than DuckDB holds. */
  private static final class ProductTooLong extends SQLException {
    private static final long serialVersionUID = 1L;

    ProductTooLong(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private TaskResult run(Running running, Plan plan, String source)
      throws SqlFailure, SQLException {
    try (CatalogChange change =
        CatalogChange.begin(
            workspace.catalog(), workspace.database(), workspace.clock().instant())) {
      long rows = execute(running, change, plan, source);
      change.commit();
      return TaskResult.wrote(plan.table().qualifiedName(), rows);
    }
  }

  /** Fills a table that the same transaction has created; returns the number of rows. */
  long fill(Running running, CatalogChange change, TableEntry table, String source)
      throws SqlFailure, SQLException {
    return execute(
        running,
        change,
        new Plan(table, table.schema().columns(), Map.of(), List.of(), false),
        source);
  }

  /**
   * What goes where.
   *
   * @param given the columns for which the source has values, in its order
   * @param fixed the values of static partition columns
   * @param dynamic the partition columns among {@code given}
   */
  private record Plan(
      TableEntry table,
      List<Column> given,
      Map<String, String> fixed,
      List<Column> dynamic,
      boolean overwrite) {}

  private static Plan plan(TableEntry table, Statement.Insert insert) throws SqlFailure {
    TableSchema schema = table.schema();
    Map<String, String> fixed = new LinkedHashMap<>();
    Set<String> named = new HashSet<>();
    for (PartitionItem item : insert.partition()) {
      if (schema.partitionIndexOf(item.name()) < 0) {
        throw SqlFailure.semantic(
            table.qualifiedName() + " has no partition column " + item.name());
      }
      named.add(item.name());
      if (item.value() != null) {
        fixed.put(item.name(), PartitionValues.text(item));
      }
    }
    List<Column> given = new ArrayList<>();
    List<Column> dynamic = new ArrayList<>();
    List<String> names = DuckDbTranslator.targetColumns(insert, TableResolution.of(table));
    for (String name : names) {
      if (fixed.containsKey(name)) {
        continue;
      }
      int data = schema.indexOf(name);
      int partition = schema.partitionIndexOf(name);
      if (data < 0 && partition < 0) {
        throw SqlFailure.semantic(
            "column " + name + " cannot be resolved in " + table.qualifiedName());
      }
      Column column =
          data >= 0 ? schema.columns().get(data) : schema.partitionColumns().get(partition);
      if (given.contains(column)) {
        throw SqlFailure.semantic("column " + name + " is there twice");
      }
      given.add(column);
      if (partition >= 0) {
        dynamic.add(column);
        named.add(name);
      }
    }
    for (Column column : schema.partitionColumns()) {
      if (!named.contains(column.name())) {
        throw SqlFailure.semantic(
            table.qualifiedName()
                + " is partitioned: the statement needs PARTITION with "
                + column.name());
      }
    }
    return new Plan(table, given, fixed, dynamic, insert.overwrite());
  }

  private long execute(Running running, CatalogChange change, Plan plan, String source)
      throws SqlFailure, SQLException {
    TableEntry table = plan.table();
    for (String key : table.primaryKey()) {
      if (plan.given().stream().noneMatch(column -> column.name().equals(key))) {
        throw SqlFailure.semantic("column " + key + " of the primary key needs a value");
      }
    }
    List<String> sourceTypes = sourceTypes(change.connection(), source);
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
    String select = select(plan, source, sourceTypes);
    try {
      boolean hasKey = !table.primaryKey().isEmpty();
      boolean staged = plan.overwrite() || !plan.dynamic().isEmpty() || hasKey;
      if (staged) {
        interruptible(running, change, "CREATE OR REPLACE TEMP TABLE " + STAGE + " AS " + select);
      }
      List<PartitionSpec> partitions = partitions(change, plan);
      if (hasKey) {
        dropReplaced(change, plan);
        change.replacesRows(table);
      }
      if (plan.overwrite()) {
        clear(change, plan, partitions);
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
          interruptible(
              running,
              change,
              "INSERT INTO "
                  + table.physicalName()
                  + " ("
                  + columns
                  + fixedNames
                  + ") SELECT *"
                  + fixedValues
                  + " FROM "
                  + (staged ? STAGE : "(" + select + ")"));
      if (staged) {
        change.execute("DROP TABLE " + STAGE);
      }
      for (PartitionSpec partition : partitions) {
        change.putPartition(table, partition);
      }
      change.touch(table);
      return rows;
    } catch (SQLException e) {
      if (DuckDbErrors.isProductTooLong(e)) {
        throw new ProductTooLong(e);
      }
      throw ValueDiagnosis.explain(e, workspace, plan.given(), source, running.instance());
    }
  }

  /** Runs a statement that a cancel can interrupt; returns its number of rows. */
  static long interruptible(Running running, CatalogChange change, String sql)
      throws SqlFailure, SQLException {
    try (java.sql.Statement statement = change.connection().createStatement()) {
      running.instance().setRunning(statement::cancel);
      return statement.executeLargeUpdate(sql);
    } finally {
      running.instance().setRunning(null);
    }
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

  private static String select(Plan plan, String source, List<String> sourceTypes) {
    StringBuilder select = new StringBuilder("SELECT ");
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < plan.given().size(); i++) {
      Column column = plan.given().get(i);
      select
          .append(i == 0 ? "" : ", ")
          .append(stored(column.type(), "s" + i, sourceTypes.get(i)))
          .append(" AS ")
          .append(ColumnStorage.quote(column.name()));
      names.append(i == 0 ? "s" : ", s").append(i);
    }
    return select + " FROM (" + source + ") AS source(" + names + ")";
  }

  /**
   * The expression that makes a stored value from a value of any type.
   *
   * @param duckDbType the type of the value, or an empty string when it is not known
   */
  static String stored(MaxComputeType type, String value, String duckDbType) {
    String target = ColumnStorage.duckDbType(type);
    if (type instanceof CharType text) {
      return bounded(value, text.length());
    }
    if (type instanceof VarcharType text) {
      return bounded(value, text.length());
    }
    if (type == PrimitiveType.JSON) {
      return "CAST(CAST(" + value + " AS JSON) AS VARCHAR)";
    }
    if (type == PrimitiveType.BINARY) {
      return "mc_binary(" + value + ")";
    }
    if (duckDbType.equals("INTERVAL")) {
      if (type == PrimitiveType.INTERVAL_YEAR_MONTH) {
        return "CAST(12 * date_part('year', "
            + value
            + ") + date_part('month', "
            + value
            + ") AS INTEGER)";
      }
      if (type == PrimitiveType.INTERVAL_DAY_TIME) {
        return "CAST(1000 * epoch_us(" + value + ") AS BIGINT)";
      }
    }
    if (target.equals(duckDbType)) {
      return value;
    }
    String converted =
        switch (target) {
          case "TINYINT", "SMALLINT", "INTEGER", "BIGINT" -> "mc_integer(" + value + ")";
          case "VARCHAR" -> "mc_string(" + value + ")";
          case "TIMESTAMP_MS" -> "mc_datetime(" + value + ")";
          default -> value;
        };
    return "CAST(" + converted + " AS " + target + ")";
  }

  private static String bounded(String value, int length) {
    String text = "mc_string(" + value + ")";
    return "CASE WHEN length("
        + text
        + ") > "
        + length
        + " THEN error('the value has more than "
        + length
        + " characters') ELSE "
        + text
        + " END";
  }

  /** The partitions into which rows go; found in the staged rows if they are dynamic. */
  private static List<PartitionSpec> partitions(CatalogChange change, Plan plan)
      throws SqlFailure, SQLException {
    List<Column> levels = plan.table().schema().partitionColumns();
    List<PartitionSpec> partitions = new ArrayList<>();
    if (levels.isEmpty()) {
      return partitions;
    }
    if (plan.dynamic().isEmpty()) {
      partitions.add(spec(plan.table(), plan.fixed()));
      return partitions;
    }
    String columns =
        plan.dynamic().stream()
            .map(c -> "CAST(" + ColumnStorage.quote(c.name()) + " AS VARCHAR)")
            .collect(Collectors.joining(", "));
    try (java.sql.Statement statement = change.connection().createStatement();
        ResultSet found = statement.executeQuery("SELECT DISTINCT " + columns + " FROM " + STAGE)) {
      while (found.next()) {
        Map<String, @Nullable String> values = new LinkedHashMap<>(plan.fixed());
        for (int i = 0; i < plan.dynamic().size(); i++) {
          values.put(plan.dynamic().get(i).name(), found.getString(i + 1));
        }
        partitions.add(spec(plan.table(), values));
      }
    }
    return partitions;
  }

  /** The partition of a row by the values of its partition columns. */
  static PartitionSpec spec(TableEntry table, Map<String, ? extends @Nullable String> values)
      throws SqlFailure {
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Column level : table.schema().partitionColumns()) {
      String value = values.get(level.name());
      if (value == null || value.isEmpty()) {
        throw SqlFailure.of(
            SqlFailure.RUNTIME,
            "Invalid arguments - partition column "
                + level.name()
                + " must be neither NULL nor empty");
      }
      ordered.put(level.name(), value);
    }
    try {
      return PartitionKeys.canonical(table.schema(), new PartitionSpec(ordered));
    } catch (IllegalArgumentException e) {
      throw SqlFailure.of(SqlFailure.RUNTIME, "Invalid arguments - " + e.getMessage(), e);
    }
  }

  /** Of the staged rows with the same key the last one stays; rows of the table with it go. */
  private static void dropReplaced(CatalogChange change, Plan plan) throws SQLException {
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
          .append(STAGE)
          .append('.')
          .append(column);
    }
    String columns = staged.stream().map(ColumnStorage::quote).collect(Collectors.joining(", "));
    change.execute(
        "DELETE FROM "
            + STAGE
            + " WHERE rowid NOT IN (SELECT max(rowid) FROM "
            + STAGE
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
        "DELETE FROM " + table.physicalName() + " AS kept USING " + STAGE + " WHERE " + same);
  }

  private static void clear(CatalogChange change, Plan plan, List<PartitionSpec> partitions)
      throws SQLException {
    if (!plan.table().schema().isPartitioned()) {
      change.deleteRows(plan.table(), null);
    }
    for (PartitionSpec partition : partitions) {
      change.deleteRows(plan.table(), partition);
    }
  }
}
