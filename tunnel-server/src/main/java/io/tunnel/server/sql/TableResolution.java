package io.tunnel.server.sql;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.sql.SqlRunner.Running;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.sql.DuckDbTranslator;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.ResolvedTable;
import io.tunnel.sql.SqlEnvironment;
import io.tunnel.sql.SqlSyntaxException;
import io.tunnel.sql.SqlTranslationException;
import io.tunnel.sql.Statement;
import io.tunnel.sql.TableResolver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables of one statement for its translation. A view becomes the translation of its
 * query, in which names mean what they mean in the view's own schema.
 */
final class TableResolution implements TableResolver {
  private final TableNames names;
  private final SqlEnvironment environment;
  private final Set<String> views;
  private final Set<String> open;

  TableResolution(Running running) {
    this(running.names(), running.environment(), new HashSet<>(), new HashSet<>());
  }

  private TableResolution(
      TableNames names, SqlEnvironment environment, Set<String> views, Set<String> open) {
    this.names = names;
    this.environment = environment;
    this.views = views;
    this.open = open;
  }

  /** The translator that finds tables here. */
  DuckDbTranslator translator() {
    return new DuckDbTranslator(this, environment);
  }

  /** The ids of all views that were read so far, also by other views. */
  Set<String> views() {
    return views;
  }

  @Override
  public @Nullable ResolvedTable resolve(ObjectName name) throws SqlTranslationException {
    TableEntry table = names.find(name).orElse(null);
    if (table == null) {
      return null;
    }
    String viewText = table.viewText();
    return viewText == null ? of(table) : view(table, viewText);
  }

  /** A table, not a view. */
  static ResolvedTable of(TableEntry table) {
    TableSchema schema = table.schema();
    return new ResolvedTable(
        table.physicalName(),
        schema.columns().stream().map(Column::name).toList(),
        schema.partitionColumns().stream().map(Column::name).toList());
  }

  private ResolvedTable view(TableEntry view, String text) throws SqlTranslationException {
    views.add(view.id());
    if (!open.add(view.id())) {
      throw new io.tunnel.sql.UnsupportedSqlException(
          0, 0, "view " + view.qualifiedName() + " reads itself");
    }
    try {
      Statement statement = MaxComputeSql.parseScript(text).statements().get(0);
      String sql =
          new TableResolution(names.inView(view), environment, views, open)
              .translator()
              .query((Statement.Query) statement);
      List<String> columns = view.schema().columns().stream().map(Column::name).toList();
      String list =
          columns.stream().map(ColumnStorage::quote).collect(Collectors.joining(", ", "(", ")"));
      return new ResolvedTable(
          "(SELECT * FROM (" + sql + ") AS view_query" + list + ")", columns, List.of());
    } catch (SqlSyntaxException e) {
      throw new io.tunnel.sql.UnsupportedSqlException(
          0, 0, "view " + view.qualifiedName() + " cannot be read: " + e.getMessage());
    } finally {
      open.remove(view.id());
    }
  }
}
