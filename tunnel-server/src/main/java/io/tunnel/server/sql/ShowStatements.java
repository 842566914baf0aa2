package io.tunnel.server.sql;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SHOW and DESC: statements whose result is a text. */
final class ShowStatements {
  private static final String DEFAULT_SCHEMA = "default";

  private final Workspace workspace;

  ShowStatements(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult run(Running running, Statement statement) throws SqlFailure {
    if (statement instanceof Statement.ShowTables show) {
      return tables(running, show);
    }
    if (statement instanceof Statement.ShowPartitions show) {
      return partitions(running, show);
    }
    if (statement instanceof Statement.ShowSchemas) {
      return TaskResult.text(DEFAULT_SCHEMA + "\n");
    }
    if (statement instanceof Statement.ShowCreateTable show) {
      return TaskResult.text(TableDescription.ddl(running.names().require(show.table())));
    }
    if (statement instanceof Statement.DescribeTable describe) {
      return describe(running, describe);
    }
    throw SqlFailure.of(
        SqlFailure.SEMANTIC,
        "Semantic analysis exception - the local server does not support "
            + statement.getClass().getSimpleName()
            + " statements");
  }

  private TaskResult tables(Running running, Statement.ShowTables show) throws SqlFailure {
    String project = running.instance().job().project();
    ObjectName in = show.in();
    if (in != null) {
      String first = in.parts().get(0);
      if (workspace.catalog().projects().containsKey(first)) {
        project = first;
      } else if (!first.equals(DEFAULT_SCHEMA)) {
        throw SqlFailure.of(
            SqlFailure.NOT_FOUND, "Project not found - project " + first + " does not exist");
      }
    }
    Pattern like = pattern(show.like());
    StringBuilder text = new StringBuilder();
    for (TableEntry table : workspace.catalog().tables(project)) {
      if (like.matcher(table.name()).matches()) {
        text.append(table.owner()).append(':').append(table.name()).append('\n');
      }
    }
    return TaskResult.text(text.toString());
  }

  private static Pattern pattern(@Nullable String like) {
    StringBuilder regex = new StringBuilder();
    for (char c : (like == null ? "%" : like.toLowerCase(Locale.ROOT)).toCharArray()) {
      regex.append(c == '%' || c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString());
  }

  private TaskResult partitions(Running running, Statement.ShowPartitions show) throws SqlFailure {
    TableEntry table = running.names().require(show.table());
    if (!table.schema().isPartitioned()) {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC,
          "Semantic analysis exception - " + table.qualifiedName() + " is not partitioned");
    }
    Map<String, String> wanted = PartitionValues.texts(show.partition());
    StringBuilder text = new StringBuilder();
    for (PartitionEntry partition : workspace.catalog().partitions(table)) {
      if (partition.spec().values().entrySet().containsAll(wanted.entrySet())) {
        text.append(partition.spec().toPathString()).append('\n');
      }
    }
    return TaskResult.text(text.toString());
  }

  private TaskResult describe(Running running, Statement.DescribeTable describe) throws SqlFailure {
    TableEntry table = running.names().require(describe.table());
    try {
      if (describe.partition().isEmpty()) {
        long rows = workspace.sizes().rows(table);
        return TaskResult.text(
            TableDescription.of(
                table, describe.extended(), rows, workspace.sizes().bytes(table, rows)));
      }
      PartitionSpec spec = PartitionValues.complete(table, describe.partition());
      List<PartitionEntry> found =
          workspace.catalog().partition(table, spec).map(List::of).orElse(List.of());
      if (found.isEmpty()) {
        throw SqlFailure.of(
            SqlFailure.NOT_FOUND,
            "Partition not found - " + table.qualifiedName() + " has no partition " + spec);
      }
      long rows = workspace.sizes().rows(table, found.get(0));
      return TaskResult.text(
          TableDescription.of(found.get(0), rows, workspace.sizes().bytes(table, rows)));
    } catch (ServiceException e) {
      throw SqlFailure.of(SqlFailure.INTERNAL, "System internal error - " + e.getMessage(), e);
    }
  }
}
