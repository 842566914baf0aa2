package io.tunnel.server.session;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.CatalogChange;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.store.BatchFile;
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
import org.apache.arrow.memory.BufferAllocator;
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
  private static final String VALUES = "temp.tunnel_upsert_values";
  private static final String MERGED = "temp.tunnel_upsert_merged";

  // Their columns have names that no column of a table can have.
  private static final String DELETES = "\"$deletes\"";
  private static final String SEQUENCE = "\"$sequence\"";
  private static final String WRITTEN = "\"$written\"";
  private static final String COUNT = "\"$count\"";

  private final CatalogChange change;
  private final Database database;
  private final TableEntry table;
  private final @Nullable PartitionSpec partition;
  private final BufferAllocator allocator;
  private final List<Column> columns;

  UpsertMerge(
      CatalogChange change,
      Database database,
      TableEntry table,
      @Nullable PartitionSpec partition,
      BufferAllocator allocator) {
    this.change = change;
    this.database = database;
    this.table = table;
    this.partition = partition;
    this.allocator = allocator;
    columns = table.schema().columns();
  }

  /** What the staged rows are, without their values. */
  private record Overview(long rows, long keys, long kept, boolean partial) {
    boolean isUnique() {
      return keys == rows;
    }
  }

  /** Stores the rows of files whose columns are those of {@link UpsertRows}. */
  void run(List<BatchFile> files) throws SQLException, IOException {
    int hidden = columns.size();
    int[] known = IntStream.concat(keys(), IntStream.range(hidden, hidden + 3)).toArray();
    List<Column> all = UpsertRows.columns(columns);
    Overview overview;
    try (BlockLoad load = new BlockLoad(all, known, files, allocator)) {
      overview = overview(named(load.select(""), keys()), load.rows());
    }
    try (BlockLoad load = new BlockLoad(all, files, allocator)) {
      String rows = named(load.select(""), IntStream.range(0, hidden));
      if (overview.partial) {
        stage(rows);
        storeMerged(overview);
        change.execute("DROP TABLE " + STAGED);
      } else {
        storeLast(rows, overview);
      }
    }
    change.execute("DROP TABLE " + LAST);
  }

  /** Stores whole rows; of those with one key any may stay. */
  void insert(List<BatchFile> files) throws SQLException, IOException {
    Overview overview;
    try (BlockLoad load = new BlockLoad(columns, keys().toArray(), files, allocator)) {
      overview = overview(named(load.select(", false, 0, NULL"), keys()), load.rows());
    }
    try (BlockLoad load = new BlockLoad(columns, files, allocator)) {
      IntStream given = IntStream.range(0, columns.size());
      if (overview.isUnique()) {
        storeLast(named(load.select(", false, 0, NULL"), given), overview);
      } else {
        // A load gives its rows in another order each time, so they get their numbers only once.
        stage(named(load.select(", false, row_number() OVER (), NULL"), given));
        storeLast(STAGED, overview(STAGED, load.rows()));
        change.execute("DROP TABLE " + STAGED);
      }
    }
    change.execute("DROP TABLE " + LAST);
  }

  /** The rows of a query as a table with some columns of the table and the hidden ones. */
  private static String named(String query, IntStream given) {
    return "("
        + query
        + ") AS load("
        + given.mapToObj(i -> value(i) + ", ").collect(Collectors.joining())
        + DELETES
        + ", "
        + SEQUENCE
        + ", "
        + WRITTEN
        + ")";
  }

  private void stage(String rows) throws SQLException {
    // Each row has its place in a column, so the order in which they are stored does not matter.
    database.unordered(
        () ->
            change.execute("CREATE OR REPLACE TEMP TABLE " + STAGED + " AS SELECT * FROM " + rows));
  }

  /** Finds the last row of each key, without reading the other values. */
  private Overview overview(String rows, long expected) throws SQLException {
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
            + ", arg_max("
            + DELETES
            + ", "
            + SEQUENCE
            + ") AS "
            + DELETES
            + ", bool_or("
            + WRITTEN
            + " IS NOT NULL) AS "
            + WRITTEN
            + ", count(*) AS "
            + COUNT
            + " FROM "
            + rows
            + " GROUP BY "
            + keys);
    try (Statement statement = change.connection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT sum("
                    + COUNT
                    + ")::BIGINT, count(*), count(*) FILTER (NOT "
                    + DELETES
                    + "), coalesce(bool_or("
                    + WRITTEN
                    + "), false) FROM "
                    + LAST)) {
      row.next();
      Overview overview =
          new Overview(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4));
      requireAll(overview.rows, expected);
      return overview;
    }
  }

  private static void requireAll(long rows, long expected) throws SQLException {
    if (rows != expected) {
      throw new SQLException(
          "Only " + rows + " of " + expected + " rows were read; nothing was committed");
    }
  }

  private void storeLast(String rows, Overview overview) throws SQLException, IOException {
    delete();
    add(
        "SELECT "
            + IntStream.range(0, columns.size())
                .mapToObj(UpsertMerge::value)
                .collect(Collectors.joining(", "))
            + constants()
            + " FROM "
            + rows
            + (overview.isUnique() ? "" : " SEMI JOIN " + LAST + " USING (" + SEQUENCE + ")")
            + " WHERE NOT "
            + DELETES,
        overview.kept);
  }

  /**
   * A delete writes NULL into every column, so the last row that writes a column is never older
   * than the last delete. A value stands in a structure, because an aggregate passes over NULL.
   */
  private void storeMerged(Overview overview) throws SQLException, IOException {
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
            + VALUES
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
            + VALUES
            + " AS last LEFT JOIN "
            + table.physicalName()
            + " AS kept ON "
            + sameKey("last")
            + " WHERE NOT last."
            + DELETES);
    delete();
    add("SELECT * FROM " + MERGED, overview.kept);
    change.execute("DROP TABLE " + MERGED);
    change.execute("DROP TABLE " + VALUES);
  }

  private void delete() throws SQLException {
    change.mergesRows();
    change.execute(
        "DELETE FROM "
            + table.physicalName()
            + " AS kept USING "
            + LAST
            + " AS gone WHERE "
            + sameKey("gone"));
  }

  private void add(String select, long expected) throws SQLException, IOException {
    String names =
        table.schema().allColumns().stream()
            .map(column -> ColumnStorage.quote(column.name()))
            .collect(Collectors.joining(", "));
    String insert = "INSERT INTO " + table.physicalName() + " (" + names + ") " + select;
    try {
      requireAll(database.unordered(() -> change.execute(insert)), expected);
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
}
