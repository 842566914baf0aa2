package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.batch.BatchPlan.KeyedAction;
import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.ColumnEquals;
import io.tunnel.sql.InsertSource;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides how a statement that changes rows travels, from the parsed statement and the table's
 * columns and key alone: no network, no state.
 */
public final class StatementPlanner {
  private StatementPlanner() {}

  /** The table whose rows a statement changes one by one; null for all other statements. */
  public static @Nullable ObjectName tableOf(@Nullable Statement statement) {
    if (statement instanceof Statement.Insert insert) {
      return insert.target();
    }
    if (statement instanceof Statement.Upsert upsert) {
      return upsert.rows().target();
    }
    if (statement instanceof Statement.Update update) {
      return update.target();
    }
    return statement instanceof Statement.Delete delete ? delete.target() : null;
  }

  /**
   * The reason why a statement cannot go through the tunnel whatever its table is, or null if it
   * may.
   *
   * @throws SQLException if it cannot go as SQL either: an UPSERT of anything but values
   */
  public static @Nullable String unfitForTunnel(Statement statement) throws SQLException {
    if (statement instanceof Statement.Insert insert) {
      return InsertPlanner.unfitForTunnel(insert);
    }
    if (statement instanceof Statement.Upsert upsert) {
      requireValues(upsert.rows());
      return null;
    }
    if (statement instanceof Statement.Update update) {
      return update.from() == null
          ? unfitForTunnel(update.where(), update.target(), update.alias())
          : "the values come from other tables";
    }
    if (statement instanceof Statement.Delete delete) {
      return unfitForTunnel(delete.where(), delete.target(), delete.alias());
    }
    return "it takes effect at once";
  }

  private static void requireValues(Statement.Insert rows) throws SQLException {
    if (!(rows.source() instanceof InsertSource.Values)) {
      throw SqlErrors.unsupported(
          "UPSERT INTO "
              + rows.target()
              + " from a query (INSERT INTO replaces the rows with the same primary key, too)");
    }
    String unfit = InsertPlanner.unfitForTunnel(rows);
    if (unfit != null) {
      throw SqlErrors.unsupported(
          "UPSERT INTO "
              + rows.target()
              + " with anything but constants and parameters, because "
              + unfit
              + ", which has no UPSERT: this");
    }
  }

  private static @Nullable String unfitForTunnel(
      Value.@Nullable Expression where, ObjectName table, @Nullable String alias) {
    if (where == null) {
      return "it has no WHERE clause";
    }
    return ColumnEquals.allOf(where, alias == null ? table.last() : alias) == null
        ? "the WHERE clause is not of the form key = value AND …"
        : null;
  }

  /**
   * Plans a statement that {@link #unfitForTunnel} has not refused.
   *
   * @throws SQLException if the statement does not fit the table: 42703 for an unknown column,
   *     21S01 for a wrong number of values, 23502 for a NOT NULL column left out, 42000 for an
   *     UPSERT into a table without a primary key, 0A000 for an UPDATE of a key
   */
  public static BatchPlan plan(Statement statement, TableTarget target) throws SQLException {
    if (statement instanceof Statement.Insert insert) {
      BatchPlan plan = InsertPlanner.plan(insert, withKeysNotNull(target));
      return target.isKeyed() && plan instanceof TunnelInsert rows ? replacing(rows) : plan;
    }
    if (statement instanceof Statement.Upsert upsert) {
      return planUpsert(upsert.rows(), target);
    }
    if (!target.isKeyed()) {
      return new PlainSql("the table has no primary key");
    }
    if (statement instanceof Statement.Update update) {
      return KeyedPlanner.plan(update, target);
    }
    return KeyedPlanner.plan((Statement.Delete) statement, target);
  }

  private static BatchPlan planUpsert(Statement.Insert rows, TableTarget target)
      throws SQLException {
    if (!target.isKeyed()) {
      throw SqlErrors.noPrimaryKey(
          "UPSERT INTO "
              + rows.target()
              + ": the table has no primary key, so rows can only be added; use INSERT INTO");
    }
    BatchPlan plan = InsertPlanner.plan("UPSERT INTO ", rows, withKeysNotNull(target));
    if (plan instanceof PlainSql plain) {
      throw SqlErrors.unsupported(
          "UPSERT INTO "
              + rows.target()
              + " without a value for each column that has a default, because "
              + plain.reason()
              + " (name the column, or use INSERT INTO): this");
    }
    return replacing((TunnelInsert) plan);
  }

  private static KeyedWrite replacing(TunnelInsert rows) {
    return new KeyedWrite(rows.schema(), KeyedAction.REPLACE, rows.tuples(), List.of());
  }

  /** The table's columns, those of the primary key NOT NULL whatever the catalog says. */
  static TableSchema withKeysNotNull(TableTarget target) {
    if (!target.isKeyed()) {
      return target.schema();
    }
    List<Column> columns =
        target.schema().columns().stream()
            .map(column -> target.isKey(column) ? column.notNull() : column)
            .toList();
    return new TableSchema(columns, target.schema().partitionColumns());
  }
}
