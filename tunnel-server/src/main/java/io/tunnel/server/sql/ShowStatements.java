package io.tunnel.server.sql;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SHOW and DESC: statements whose result is a text. */
final class ShowStatements {
  private final Workspace workspace;

  ShowStatements(Workspace workspace) {
    this.workspace = workspace;
  }

  TaskResult run(Running running, Statement statement) throws SqlFailure {
    if (statement instanceof Statement.ShowTables show) {
      return tables(running, show.in(), show.like(), false);
    }
    if (statement instanceof Statement.ShowViews show) {
      return tables(running, show.in(), show.like(), true);
    }
    if (statement instanceof Statement.ShowFunctions show) {
      return names(MaxComputeSql.functions(), show.like());
    }
    if (statement instanceof Statement.ShowProjects show) {
      Rights rights = running.instance().job().rights();
      return names(
          workspace.catalog().projects().keySet().stream()
              .filter(project -> rights.allow(Right.READ, project))
              .toList(),
          show.like());
    }
    if (statement instanceof Statement.WhoAmI) {
      JobRequest job = running.instance().job();
      return TaskResult.text("Name: " + job.owner() + "\nProject_Name: " + job.project() + "\n");
    }
    if (statement instanceof Statement.DescribeSchema describe) {
      return schema(running, describe.schema());
    }
    if (statement instanceof Statement.ShowPartitions show) {
      return partitions(running, show);
    }
    if (statement instanceof Statement.ShowSchemas show) {
      ObjectName in = show.in();
      String project = in == null ? running.names().project() : in.last();
      return names(workspace.catalog().schemas(project).keySet(), null);
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

  private TaskResult tables(
      Running running, @Nullable ObjectName in, @Nullable String like, boolean viewsOnly)
      throws SqlFailure {
    TableNames.Schema schema = in == null ? running.names().current() : running.names().schema(in);
    Pattern pattern = pattern(like);
    List<TableEntry> found =
        workspace.catalog().tables(schema.project(), schema.name()).stream()
            .filter(table -> pattern.matcher(table.name()).matches())
            .filter(table -> table.isView() || !viewsOnly)
            .toList();
    return TaskResult.text(running.format().tables(found));
  }

  /** One name in each line. */
  private static TaskResult names(Collection<String> names, @Nullable String like) {
    Pattern pattern = pattern(like);
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      if (pattern.matcher(name).matches()) {
        text.append(name).append('\n');
      }
    }
    return TaskResult.text(text.toString());
  }

  private TaskResult schema(Running running, ObjectName name) throws SqlFailure {
    String project = name.parts().size() == 1 ? running.names().project() : name.parts().get(0);
    Instant created = workspace.catalog().schemas(project).get(name.last());
    if (created == null) {
      throw SqlFailure.of(
          SqlFailure.NOT_FOUND,
          "Schema not found - schema " + project + "." + name.last() + " does not exist");
    }
    return TaskResult.text(
        "Name: "
            + name.last()
            + "\nProject: "
            + project
            + "\nCreateTime: "
            + TableDescription.time(created)
            + "\n");
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
        long bytes = workspace.sizes().bytes(table, rows);
        return TaskResult.text(
            running.format() == OutputFormat.JSON
                ? OutputFormat.description(table, bytes)
                : TableDescription.of(table, describe.extended(), rows, bytes));
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
