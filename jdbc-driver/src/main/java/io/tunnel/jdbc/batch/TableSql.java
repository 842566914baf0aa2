package io.tunnel.jdbc.batch;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.sql.SqlLiterals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQL that the write path itself needs. On the worker thread. */
final class TableSql {
  private static final Logger LOG = LoggerFactory.getLogger(TableSql.class);

  /** Whoever waits for the worker has a limit, and interrupts it. */
  private static final Duration NO_LIMIT = Duration.ofDays(365);

  private final TableTarget target;

  TableSql(TableTarget target) {
    this.target = target;
  }

  /** Creates a partition, unless it is there. */
  void createPartition(PartitionSpec partition) throws TunnelException {
    run(
        "ALTER TABLE "
            + table()
            + " ADD IF NOT EXISTS PARTITION ("
            + String.join(", ", values(partition))
            + ")");
  }

  /** The table with its project. */
  String table() {
    TableName name = target.table();
    String schema = name.schema();
    return quote(name.project())
        + (schema == null ? "" : "." + quote(schema))
        + "."
        + quote(name.table());
  }

  /** For each partition column that it has the value of the partition. */
  List<String> values(PartitionSpec partition) {
    List<String> values = new ArrayList<>();
    for (Column column : target.schema().partitionColumns()) {
      String text =
          Objects.requireNonNull(
              partition.values().get(column.name().toLowerCase(java.util.Locale.ROOT)));
      String literal = PartitionDictionary.isIntegral(column) ? text : SqlLiterals.literal(text);
      values.add(
          quote(column.name())
              + " = "
              + (column.type() == PrimitiveType.DATE ? "DATE " + literal : literal));
    }
    return values;
  }

  static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Runs a statement and waits for its end; one that is interrupted is stopped on the service. */
  SqlTask run(String sql) throws TunnelException {
    LOG.debug("Submitting {}", sql);
    SqlTask task = target.client().sql().submit(sql, target.sql().settings());
    boolean ended = false;
    try {
      task.await(NO_LIMIT);
      ended = true;
      return task;
    } finally {
      if (!ended && Thread.interrupted()) {
        cancel(task);
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void cancel(SqlTask task) {
    try {
      task.cancel();
    } catch (TunnelException e) {
      LOG.warn("The service did not cancel the statement {}: {}", task.id(), e.getMessage());
    }
  }
}
