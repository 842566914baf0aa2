package io.tunnel.server.sql;

import io.tunnel.server.auth.Right;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.Script;
import io.tunnel.sql.SqlEnvironment;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import java.io.IOException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs the text of an instance: parses it, runs its statements one after the other, and turns every
 * failure into an error text in the service's form. Thread safe.
 */
public final class SqlRunner {
  private static final String AUTO_LIMIT = "odps.sql.select.auto.limit";

  private final Workspace workspace;
  private final TableStatements tables;
  private final PartitionStatements partitions;
  private final InsertStatement inserts;
  private final QueryStatement queries;
  private final ShowStatements shows;
  private final AlterStatement alters;
  private final ViewStatements views;
  private final SchemaStatements schemas;
  private final RowStatements rows;

  /** A runner on this workspace. */
  public SqlRunner(Workspace workspace) {
    this.workspace = workspace;
    queries = new QueryStatement(workspace);
    inserts = new InsertStatement(workspace);
    tables = new TableStatements(workspace, queries, inserts);
    partitions = new PartitionStatements(workspace, queries);
    shows = new ShowStatements(workspace);
    alters = new AlterStatement(workspace);
    views = new ViewStatements(workspace, queries);
    schemas = new SchemaStatements(workspace);
    rows = new RowStatements(workspace);
  }

  /** Runs an instance; the result is that of its last statement, the outputs are those of all. */
  TaskResult run(Instance instance) throws SqlFailure {
    return instance.job().taskType() == TaskType.MERGE ? merge(instance) : script(instance);
  }

  /** DuckDB joins small row groups by itself, so all that is left is to know the table. */
  private TaskResult merge(Instance instance) throws SqlFailure {
    String[] words = instance.job().query().split("\\s+", 2);
    String name = words[0].replace("`", "").toLowerCase(Locale.ROOT);
    ObjectName table = new ObjectName(Arrays.asList(name.split("\\.", 3)));
    TableNames names = names(instance, instance.job().settings());
    new StatementRights(instance.job()).table(Right.WRITE, table, names);
    names.require(table);
    return TaskResult.silent();
  }

  private TaskResult script(Instance instance) throws SqlFailure {
    Script script;
    try {
      script = MaxComputeSql.parseScript(instance.job().query());
    } catch (SqlSyntaxException e) {
      throw SqlFailure.at(
          SqlFailure.PARSE, e.line(), e.column(), String.valueOf(e.getMessage()), e);
    }
    TaskResult result = TaskResult.silent();
    Map<String, String> settings = new HashMap<>(instance.job().settings());
    settings.putAll(script.settings());
    Running running =
        new Running(
            instance,
            names(instance, settings),
            new StatementRights(instance.job()),
            environment(settings),
            OutputFormat.of(settings),
            autoLimit(settings));
    // Before the first statement, so that a refusal of a later one leaves nothing half done; and
    // before each once more, because names may mean something else by then.
    for (Statement statement : script.statements()) {
      requireRights(running, statement);
    }
    for (Statement statement : script.statements()) {
      instance.requireNotCancelled();
      requireRights(running, statement);
      result = run(running, statement);
    }
    return result;
  }

  private SqlEnvironment environment(Map<String, String> settings) throws SqlFailure {
    String zone = settings.getOrDefault("odps.sql.timezone", "UTC");
    try {
      return new SqlEnvironment(
          workspace.clock().instant(),
          zone.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(zone),
          !"false".equalsIgnoreCase(settings.get("odps.sql.allow.fullscan")));
    } catch (DateTimeException e) {
      throw SqlFailure.of(
          SqlFailure.SEMANTIC,
          "Semantic analysis exception - odps.sql.timezone: there is no time zone " + zone,
          e);
    }
  }

  /** The clause that ends a query without a LIMIT; empty if none was asked for. */
  private static String autoLimit(Map<String, String> settings) throws SqlFailure {
    String rows = settings.getOrDefault(AUTO_LIMIT, "");
    if (rows.isBlank()) {
      return "";
    }
    if (!rows.matches("[0-9]{1,18}")) {
      throw SqlFailure.semantic(AUTO_LIMIT + ": \"" + rows + "\" is no number of rows");
    }
    return " LIMIT " + rows;
  }

  private TableNames names(Instance instance, Map<String, String> settings) {
    JobRequest job = instance.job();
    return new TableNames(workspace.catalog(), job.project(), job.rights(), settings);
  }

  private static void requireRights(Running running, Statement statement) throws SqlFailure {
    try {
      running.rights().require(statement, running.names());
    } catch (SqlTranslationException e) {
      throw failure(e);
    }
  }

  private static SqlFailure failure(SqlTranslationException e) {
    return SqlFailure.at(
        e.code(),
        Math.max(1, e.line()),
        Math.max(1, e.column()),
        String.valueOf(e.getMessage()),
        e);
  }

  private TaskResult run(Running running, Statement statement) throws SqlFailure {
    try {
      return dispatch(running, statement);
    } catch (SqlTranslationException e) {
      throw failure(e);
    } catch (SQLException e) {
      throw DuckDbErrors.failure(e, running.instance());
    } catch (IOException e) {
      throw SqlFailure.of(SqlFailure.INTERNAL, "System internal error - " + e.getMessage(), e);
    }
  }

  private TaskResult dispatch(Running running, Statement statement)
      throws SqlFailure, SqlTranslationException, SQLException, IOException {
    if (statement instanceof Statement.Query query) {
      return queries.run(running, query);
    }
    if (statement instanceof Statement.Insert insert) {
      return inserts.run(running, insert);
    }
    if (statement instanceof Statement.MultiInsert several) {
      return inserts.run(running, several);
    }
    if (statement instanceof Statement.Update update) {
      return rows.update(running, update);
    }
    if (statement instanceof Statement.Delete delete) {
      return rows.delete(running, delete);
    }
    if (statement instanceof Statement.Merge merge) {
      return rows.merge(running, merge);
    }
    if (statement instanceof Statement.CreateTable create) {
      return tables.create(running, create);
    }
    if (statement instanceof Statement.DropTable drop) {
      return tables.drop(running, drop);
    }
    if (statement instanceof Statement.TruncateTable truncate) {
      return partitions.truncate(running, truncate);
    }
    if (statement instanceof Statement.AddPartition add) {
      return partitions.addPartition(running, add);
    }
    if (statement instanceof Statement.DropPartition drop) {
      return partitions.dropPartition(running, drop);
    }
    if (statement instanceof Statement.AlterTable alter) {
      return alters.run(running, alter);
    }
    if (statement instanceof Statement.CreateView create) {
      return views.create(running, create);
    }
    if (statement instanceof Statement.DropView drop) {
      return views.drop(running, drop);
    }
    if (statement instanceof Statement.CreateSchema create) {
      return schemas.create(running, create);
    }
    if (statement instanceof Statement.DropSchema drop) {
      return schemas.drop(running, drop);
    }
    if (statement instanceof Statement.Explain explain) {
      return queries.explain(running, explain);
    }
    if (statement instanceof Statement.Upsert upsert) {
      throw SqlFailure.semantic(
          "UPSERT is no statement of SQL: write the rows of "
              + upsert.rows().target()
              + " with INSERT INTO, which replaces those with the same primary key, or in an upsert"
              + " session");
    }
    if (statement instanceof Statement.Unsupported unsupported) {
      throw SqlFailure.semantic(unsupported.name() + " is not supported by this server");
    }
    return shows.run(running, statement);
  }

  /**
   * An instance on its way.
   *
   * @param names what its names mean
   * @param rights what its account may do
   * @param environment what else its statements depend on
   * @param format the form of texts about tables
   * @param autoLimit the clause that ends a query without a LIMIT, possibly empty
   */
  record Running(
      Instance instance,
      TableNames names,
      StatementRights rights,
      SqlEnvironment environment,
      OutputFormat format,
      String autoLimit) {}
}
