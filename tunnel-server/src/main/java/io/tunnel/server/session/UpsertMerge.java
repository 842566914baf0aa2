package io.tunnel.server.session;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.store.BlockLoad;
import io.tunnel.server.store.ColumnStorage;
import io.tunnel.server.store.Database;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The staged rows of an upsert session on their way into a table, in a transaction of the caller.
 * Of the rows with one key the last counts; if some of them write a part of the columns, each
 * column has the value of the last row that writes it. Rows with these keys leave the table, and
 * what the session says comes in: without an index that is several times as fast as a MERGE.
 */
final class UpsertMerge {
  private static final Pattern NOT_NULL = Pattern.compile("NOT NULL constraint failed: (\\S+)");

  // Temporary tables of the connection.
  private static final String STAGED = "temp.tunnel_upsert_rows";
  private static final String LAST = "temp.tunnel_upsert_keys";
  private static final String MERGED = "temp.tunnel_upsert_merged";

  // Their columns have names that no column of a table can have.
  private static final String DELETES = "\"$deletes\"";
  private static final String SEQUENCE = "\"$sequence\"";
  private static final String WRITTEN = "\"$written\"";

  private final CatalogChange change;
  private final Database database;
  private final TableEntry table;
  private final @Nullable PartitionSpec partition;
  private final List<Column> columns;

  UpsertMerge(
      CatalogChange change,
      Database database,
      TableEntry table,
      @Nullable PartitionSpec partition) {
    this.change = change;
    this.database = database;
    this.table = table;
    this.partition = partition;
    columns = table.schema().columns();
  }

  /** Stores the rows of a load whose columns are those of {@link UpsertRows}. */
  void run(BlockLoad load) throws SQLException, IOException {
    store(load, "");
  }

  /** Stores whole rows; of those with one key any may stay. */
  void insert(BlockLoad load) throws SQLException, IOException {
    store(load, ", false, row_number() OVER (), CAST(NULL AS VARCHAR)");
  }

  private void store(BlockLoad load, String hidden) throws SQLException, IOException {
    stage(load, hidden);
    if (count("SELECT count(*) FROM " + STAGED + " WHERE " + WRITTEN + " IS NOT NULL") > 0) {
      storeMerged();
    } else {
      storeLast(load.rows());
    }
    change.execute("DROP TABLE " + STAGED);
  }

  private void stage(BlockLoad load, String hidden) throws SQLException {
    String names =
        IntStream.range(0, columns.size())
            .mapToObj(i -> value(i) + ", ")
            .collect(Collectors.joining());
    String create =
        "CREATE OR REPLACE TEMP TABLE "
            + STAGED
            + " AS SELECT * FROM ("
            + load.select(hidden)
            + ") AS load("
            + names
            + DELETES
            + ", "
            + SEQUENCE
            + ", "
            + WRITTEN
            + ")";
    // Each row has its place in a column, so the order in which they are stored does not matter.
    database.unordered(() -> change.execute(create));
    long staged = count("SELECT count(*) FROM " + STAGED);
    if (staged != load.rows()) {
      throw new SQLException(
          "Only " + staged + " of " + load.rows() + " rows were staged; nothing was committed");
    }
  }

  private void storeLast(long rows) throws SQLException, IOException {
    String keys = keys().mapToObj(UpsertMerge::value).collect(Collectors.joining(", "));
    change.execute(
        "CREATE OR REPLACE TEMP TABLE "
            + LAST
            + " AS SELECT "
            + keys
            + ", max("
            + SEQUENCE
            + ") AS "
            + SEQUENCE
            + " FROM "
            + STAGED
            + " GROUP BY ALL");
    delete(LAST);
    boolean unique = count("SELECT count(*) FROM " + LAST) == rows;
    add(
        "SELECT "
            + IntStream.range(0, columns.size())
                .mapToObj(UpsertMerge::value)
                .collect(Collectors.joining(", "))
            + constants()
            + " FROM "
            + STAGED
            + (unique ? "" : " SEMI JOIN " + LAST + " USING (" + SEQUENCE + ")")
            + " WHERE NOT "
            + DELETES);
    change.execute("DROP TABLE " + LAST);
  }

  /**
   * A delete writes NULL into every column, so the last row that writes a column is never older
   * than the last delete. A value stands in a structure, because an aggregate passes over NULL.
   */
  private void storeMerged() throws SQLException, IOException {
    String keys = keys().mapToObj(UpsertMerge::value).collect(Collectors.joining(", "));
    String values =
        others()
            .mapToObj(
                i ->
                    ", arg_max({'v': CASE WHEN "
                        + DELETES
                        + " THEN NULL ELSE "
                        + value(i)
                        + " END}, "
                        + SEQUENCE
                        + ") FILTER (WHERE "
                        + WRITTEN
                        + " IS NULL OR "
                        + WRITTEN
                        + "["
                        + (i + 1)
                        + "] = '1') AS "
                        + value(i))
            .collect(Collectors.joining());
    change.execute(
        "CREATE OR REPLACE TEMP TABLE "
            + LAST
            + " AS SELECT "
            + keys
            + ", arg_max("
            + DELETES
            + ", "
            + SEQUENCE
            + ") AS "
            + DELETES
            + values
            + " FROM "
            + STAGED
            + " GROUP BY "
            + keys);
    String merged =
        IntStream.range(0, columns.size())
            .mapToObj(
                i ->
                    isKey(i)
                        ? "last." + value(i)
                        : "CASE WHEN last."
                            + value(i)
                            + " IS NULL THEN kept."
                            + name(i)
                            + " ELSE last."
                            + value(i)
                            + ".v END")
            .collect(Collectors.joining(", "));
    change.execute(
        "CREATE OR REPLACE TEMP TABLE "
            + MERGED
            + " AS SELECT "
            + merged
            + constants()
            + " FROM "
            + LAST
            + " AS last LEFT JOIN "
            + table.physicalName()
            + " AS kept ON "
            + sameKey("last")
            + " WHERE NOT last."
            + DELETES);
    delete(LAST);
    add("SELECT * FROM " + MERGED);
    change.execute("DROP TABLE " + MERGED);
    change.execute("DROP TABLE " + LAST);
  }

  private void delete(String keys) throws SQLException {
    change.execute(
        "DELETE FROM "
            + table.physicalName()
            + " AS kept USING "
            + keys
            + " AS gone WHERE "
            + sameKey("gone"));
  }

  private void add(String select) throws SQLException, IOException {
    String names =
        table.schema().allColumns().stream()
            .map(column -> ColumnStorage.quote(column.name()))
            .collect(Collectors.joining(", "));
    try {
      change.execute("INSERT INTO " + table.physicalName() + " (" + names + ") " + select);
    } catch (SQLException e) {
      Matcher failed = NOT_NULL.matcher(String.valueOf(e.getMessage()));
      if (!failed.find()) {
        throw e;
      }
      String column = failed.group(1);
      throw ServiceError.INVALID_ARGUMENT.exception(
          "Column "
              + column.substring(column.indexOf('.') + 1)
              + " of table "
              + table.qualifiedName()
              + " is NOT NULL, but a new row of the session does not write it; begin a new session"
              + " and write the whole row",
          e);
    }
  }

  /** The condition on a row {@code kept} of the table and one of another table. */
  private String sameKey(String other) {
    String same =
        keys()
            .mapToObj(i -> "kept." + name(i) + " = " + other + "." + value(i))
            .collect(Collectors.joining(" AND "));
    return partition == null ? same : same + " AND " + CatalogChange.condition(table, partition);
  }

  private String constants() {
    PartitionSpec spec = partition;
    return spec == null
        ? ""
        : table.schema().partitionColumns().stream()
            .map(column -> ", " + CatalogChange.value(column, spec))
            .collect(Collectors.joining());
  }

  private boolean isKey(int column) {
    return table.primaryKey().contains(columns.get(column).name());
  }

  private IntStream keys() {
    return IntStream.range(0, columns.size()).filter(this::isKey);
  }

  private IntStream others() {
    return IntStream.range(0, columns.size()).filter(i -> !isKey(i));
  }

  private String name(int column) {
    return ColumnStorage.quote(columns.get(column).name());
  }

  private static String value(int column) {
    return "\"$" + column + "\"";
  }

  private long count(String sql) throws SQLException {
    try (Statement statement = change.connection().createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
