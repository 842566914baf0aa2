package io.tunnel.it.clients.fault;

import io.tunnel.it.clients.OurClient;
import io.tunnel.it.clients.fault.GroupHistory.Row;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UpsertWriter;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** The keyed table of a {@link GroupHistory} on a server. */
final class GroupTable {
  static final TableName NAME = new TableName(ServerProcess.PROJECT, null, "groups_of_rows");
  private static final String COLUMNS = "place, number, grp";

  private GroupTable() {}

  /** A client that does not repeat what fails, so that a killed server is seen at once. */
  static OurClient connect(URI endpoint) {
    return new OurClient(
        TunnelConfig.builder(endpoint, ServerProcess.PROJECT).retryTimeout(Duration.ZERO).build());
  }

  /** Makes the table with all rows of all groups, whose number is 0. The key is not first. */
  static void create(OurClient client, int groups) throws IOException {
    client.sql(
        "CREATE TABLE "
            + NAME.table()
            + " (place BIGINT, number BIGINT, grp BIGINT, PRIMARY KEY (grp, place))"
            + " TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\"4\")");
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      for (int place = 0; place < GroupHistory.ROWS; place++) {
        rows.add(row(place, 0, group));
      }
    }
    client.sql("INSERT INTO " + NAME.table() + " VALUES " + values(rows));
  }

  /** A row as texts, in the order of the columns. */
  static List<@Nullable Object> row(int place, long number, int group) {
    return List.of(String.valueOf(place), String.valueOf(number), String.valueOf(group));
  }

  /** Rows as they stand behind VALUES. */
  static String values(List<List<@Nullable Object>> rows) {
    return String.join(
        ", ",
        rows.stream().map(row -> row.toString().replace('[', '(').replace(']', ')')).toList());
  }

  /** All rows, by a statement. */
  static List<Row> select(OurClient client) throws IOException {
    return rows(client.select("SELECT " + COLUMNS + " FROM " + NAME.table()));
  }

  static List<Row> rows(List<List<@Nullable Object>> cells) {
    return cells.stream()
        .map(row -> new Row((int) number(row, 2), (int) number(row, 0), number(row, 1)))
        .toList();
  }

  private static long number(List<@Nullable Object> row, int column) {
    return Long.parseLong(String.valueOf(row.get(column)));
  }

  /** Writes rows into an upsert session, each with its operation. */
  static void write(
      OurClient client,
      UpsertWriter writer,
      TableSchema schema,
      List<List<@Nullable Object>> rows,
      List<UpsertOperation> operations)
      throws IOException {
    byte[] codes = new byte[rows.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = operations.get(i).code();
    }
    try (VectorSchemaRoot batch = client.batch(schema, rows)) {
      writer.write(batch, codes);
    }
  }
}
