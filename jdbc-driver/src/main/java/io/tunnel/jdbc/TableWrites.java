package io.tunnel.jdbc;

import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.jdbc.batch.Cells;
import io.tunnel.jdbc.batch.StatementBatch;
import io.tunnel.jdbc.batch.TableTarget;
import io.tunnel.jdbc.batch.Transaction;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.sql.ObjectName;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The tables of a connection, as statements read and write them. */
record TableWrites(TunnelConnection connection) {
  /**
   * Sends the rows of one execution through the tunnel.
   *
   * @param transaction where they go; null commits them at once
   * @return how many rows were changed, or {@link java.sql.Statement#SUCCESS_NO_INFO}
   */
  long writeOnce(
      TableTarget target,
      TunnelRows plan,
      Cells cells,
      @Nullable Transaction transaction,
      ExecutionControl current)
      throws SQLException {
    try (StatementBatch rows = new StatementBatch(target, plan, cells, connection.worker())) {
      rows.add(transaction, current);
      if (transaction == null) {
        rows.commit(current);
      } else {
        rows.execute(transaction, current);
      }
      return rows.counts()[0];
    }
  }

  /** A table as a statement writes into it. */
  TableTarget target(ObjectName name, SqlText sql) throws SQLException {
    TableName table = connection.tableName(name);
    TableInfo info = find(table);
    SessionSettings settings = connection.sessionSettings();
    return new TableTarget(
        connection.client(),
        table,
        info.schema(),
        info.primaryKey(),
        connection.allocator(),
        connection.converter(),
        new TableTarget.WriteOptions(
            connection.settings().createPartitions(), connection.settings().exactCounts()),
        new TableTarget.SqlSettings(settings.with(sql.settings()), settings.zone(sql.settings())));
  }

  /** Reads the columns and the key of a table. */
  TableInfo find(TableName table) throws SQLException {
    try {
      return connection.client().catalog().table(table);
    } catch (TunnelException e) {
      throw SqlErrors.of("Reading the columns of " + table, e);
    }
  }
}
