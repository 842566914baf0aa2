package io.tunnel.jdbc.metadata;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.catalog.TableSummary;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Metadata of a connection. A project is a catalog; a schema of a three-tier project a schema. */
public final class TunnelDatabaseMetaData
    implements Capabilities, Limits, EmptyLists, ProductNames {
  private final MetaDataSource source;

  /** Creates the metadata of a connection. */
  public TunnelDatabaseMetaData(MetaDataSource source) {
    this.source = source;
  }

  /** Something that asks the service. */
  private interface Query {
    void run(TableLister lister, MetaDataRows rows) throws TunnelException;
  }

  private ResultSet rows(String what, String columns, Query query) throws SQLException {
    source.checkOpen();
    MetaDataRows rows = new MetaDataRows(columns);
    try {
      query.run(new TableLister(source.client()), rows);
    } catch (TunnelException | RuntimeException e) {
      throw SqlErrors.of("Listing " + what, e);
    }
    return rows.toResultSet(source.converter());
  }

  @Override
  public ResultSet empty(String columns) throws SQLException {
    return rows("nothing", columns, (lister, rows) -> {});
  }

  @Override
  public ResultSet getCatalogs() throws SQLException {
    return rows("projects", "TABLE_CAT", (lister, rows) -> rows.add(lister.project()));
  }

  @Override
  public ResultSet getSchemas() throws SQLException {
    return getSchemas(null, null);
  }

  @Override
  public ResultSet getSchemas(@Nullable String catalog, @Nullable String schemaPattern)
      throws SQLException {
    return rows(
        "schemas",
        "TABLE_SCHEM TABLE_CATALOG",
        (lister, rows) -> {
          if (lister.hasProject(catalog)) {
            for (String schema : lister.schemas(NamePattern.of(schemaPattern))) {
              rows.add(schema, lister.project());
            }
          }
        });
  }

  @Override
  public ResultSet getTableTypes() throws SQLException {
    return rows(
        "table types",
        "TABLE_TYPE",
        (lister, rows) -> {
          rows.add("TABLE");
          rows.add("VIEW");
        });
  }

  @Override
  public ResultSet getTables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      String @Nullable [] types)
      throws SQLException {
    return rows(
        "tables",
        "TABLE_CAT TABLE_SCHEM TABLE_NAME TABLE_TYPE REMARKS TYPE_CAT TYPE_SCHEM TYPE_NAME"
            + " SELF_REFERENCING_COL_NAME REF_GENERATION",
        (lister, rows) -> {
          if (!lister.hasProject(catalog)) {
            return;
          }
          List<TableSummary> tables =
              new ArrayList<>(lister.tables(schemaPattern, NamePattern.of(tablePattern)));
          tables.sort(Comparator.comparing(TableSummary::isView));
          for (TableSummary table : tables) {
            String type = table.isView() ? "VIEW" : "TABLE";
            if (types == null || Arrays.asList(types).contains(type)) {
              TableName name = table.table();
              rows.add(
                  name.project(),
                  name.schema(),
                  name.table(),
                  type,
                  table.comment(),
                  null,
                  null,
                  null,
                  null,
                  null);
            }
          }
        });
  }

  @Override
  public ResultSet getColumns(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      @Nullable String columnPattern)
      throws SQLException {
    return rows(
        "columns",
        TypeRows.COLUMNS,
        (lister, rows) -> {
          if (!lister.hasProject(catalog)) {
            return;
          }
          NamePattern columns = NamePattern.of(columnPattern);
          for (TableSummary table : lister.tables(schemaPattern, NamePattern.of(tablePattern))) {
            TableInfo info = lister.table(table.table());
            int position = 0;
            for (Column column : info == null ? List.<Column>of() : info.schema().allColumns()) {
              position++;
              if (columns.matches(column.name())) {
                TableName name = table.table();
                TypeRows.addColumn(
                    rows, name.project(), name.schema(), name.table(), column, position);
              }
            }
          }
        });
  }

  @Override
  public ResultSet getPrimaryKeys(
      @Nullable String catalog, @Nullable String schema, @Nullable String table)
      throws SQLException {
    return rows(
        "primary keys",
        "TABLE_CAT TABLE_SCHEM TABLE_NAME COLUMN_NAME KEY_SEQ:smallint PK_NAME",
        (lister, rows) -> {
          TableInfo info = table(lister, catalog, schema, table);
          if (info != null) {
            List<String> keys = info.primaryKey();
            List<String> sorted = new ArrayList<>(keys);
            sorted.sort(Comparator.naturalOrder());
            for (String key : sorted) {
              TableName name = info.name();
              int sequence = keys.indexOf(key) + 1;
              rows.add(name.project(), name.schema(), name.table(), key, sequence, null);
            }
          }
        });
  }

  private @Nullable TableInfo table(
      TableLister lister, @Nullable String catalog, @Nullable String schema, @Nullable String table)
      throws TunnelException {
    if (table == null || table.isEmpty() || !lister.hasProject(catalog)) {
      return null;
    }
    String schemaName =
        schema == null || schema.isEmpty() ? source.client().config().schema() : schema;
    return lister.table(new TableName(lister.project(), schemaName, table));
  }

  /**
   * The primary key, with the partition columns in front, because a key is unique in its partition.
   */
  @Override
  public ResultSet getBestRowIdentifier(
      @Nullable String catalog,
      @Nullable String schema,
      @Nullable String table,
      int scope,
      boolean nullable)
      throws SQLException {
    return rows(
        "row identifiers",
        "SCOPE:smallint COLUMN_NAME DATA_TYPE:int TYPE_NAME COLUMN_SIZE:int"
            + " BUFFER_LENGTH:int DECIMAL_DIGITS:smallint PSEUDO_COLUMN:smallint",
        (lister, rows) -> {
          TableInfo info = table(lister, catalog, schema, table);
          if (info == null || info.primaryKey().isEmpty()) {
            return;
          }
          TableSchema columns = info.schema();
          columns.partitionColumns().forEach(column -> TypeRows.addIdentifying(rows, column));
          for (String key : info.primaryKey()) {
            TypeRows.addIdentifying(rows, columns.columns().get(columns.indexOf(key)));
          }
        });
  }

  @Override
  public ResultSet getTypeInfo() throws SQLException {
    return rows("types", TypeRows.TYPES, (lister, rows) -> TypeRows.addTypes(rows));
  }

  @Override
  public ResultSet getClientInfoProperties() throws SQLException {
    return rows(
        "client info",
        "NAME MAX_LEN:int DEFAULT_VALUE DESCRIPTION",
        (lister, rows) -> {
          rows.add("ApplicationName", 1024, "", "Name of the application; only remembered");
          rows.add("ClientHostname", 1024, "", "Host of the application; only remembered");
          rows.add("ClientUser", 1024, "", "User of the application; only remembered");
        });
  }

  @Override
  public String getURL() throws SQLException {
    return source.url();
  }

  @Override
  public String getUserName() throws SQLException {
    return source.userName();
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    return source.isReadOnly();
  }

  @Override
  public Connection getConnection() {
    return source;
  }

  @Override
  public int getDefaultTransactionIsolation() {
    return Connection.TRANSACTION_READ_COMMITTED;
  }

  @Override
  public int getResultSetHoldability() {
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public int getSQLStateType() {
    return sqlStateSQL;
  }

  @Override
  public RowIdLifetime getRowIdLifetime() {
    return RowIdLifetime.ROWID_UNSUPPORTED;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return SqlErrors.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return SqlErrors.isWrapper(this, type);
  }
}
