package io.tunnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertPackWriter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One upsert session of a test, call by call. Rows are texts: {@code U} or {@code D}, then the
 * values of BIGINT and STRING columns, {@code ~} for NULL, all with blanks between.
 */
final class UpsertCalls {
  private final TestServer server;
  private final String path;
  private final String more;
  private final JsonNode session;
  private final UpsertLayout layout;

  /**
   * Begins a session.
   *
   * @param more further parameters of all calls, each after {@code &}
   */
  UpsertCalls(TestServer server, String table, String more) throws IOException {
    this.server = server;
    this.more = more;
    path = path(table);
    session = server.json("POST", path + "?slotnum=1" + more);
    TableSchema schema = SchemaJson.read(session.path("schema"));
    List<String> keys = new ArrayList<>();
    session.path("hash_key").forEach(key -> keys.add(key.asText()));
    layout =
        UpsertLayout.of(
            schema.columns(),
            keys,
            session.path("schema").path("columns").findValuesAsText("column_id").stream()
                .map(Long::valueOf)
                .toList());
  }

  private UpsertCalls(UpsertCalls other, TestServer server) {
    this.server = server;
    more = other.more;
    path = other.path;
    session = other.session;
    layout = other.layout;
  }

  /** The same session by another life of its server. */
  UpsertCalls on(TestServer restarted) {
    return new UpsertCalls(this, restarted);
  }

  static String path(String table) {
    return "/projects/demo/tables/" + table + "/upserts";
  }

  String id() {
    return session.path("id").asText();
  }

  JsonNode session() {
    return session;
  }

  UpsertLayout layout() {
    return layout;
  }

  /** A whole pack of these rows. */
  byte[] pack(UpsertLayout rowLayout, ContentCoding coding, String... rows) throws IOException {
    List<Column> columns = layout.columns();
    try (VectorSchemaRoot batch =
        VectorSchemaRoot.create(
            TableSchema.of(
                    columns.stream()
                        .map(column -> Column.of(column.name(), column.type()))
                        .toArray(Column[]::new))
                .arrowSchema(),
            server.allocator)) {
      batch.allocateNew();
      byte[] operations = new byte[rows.length];
      for (int row = 0; row < rows.length; row++) {
        String[] values = rows[row].split(" ");
        operations[row] = (byte) values[0].charAt(0);
        for (int i = 0; i < columns.size(); i++) {
          if (!values[i + 1].equals("~")) {
            set(batch.getVector(i), row, values[i + 1]);
          }
        }
      }
      batch.setRowCount(rows.length);
      UpsertPackWriter pack = new UpsertPackWriter();
      int[] all = IntStream.range(0, rows.length).toArray();
      new UpsertEncoder()
          .encode(UpsertBatch.of(rowLayout, batch, operations), all, 0, rows.length, pack);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      pack.finish(coding).writeTo(bytes);
      return bytes.toByteArray();
    }
  }

  private static void set(FieldVector vector, int row, String value) {
    if (vector instanceof BigIntVector numbers) {
      numbers.setSafe(row, Long.parseLong(value));
    } else {
      ((VarCharVector) vector).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Sends a body as a pack of a bucket. */
  HttpResponse<byte[]> put(int bucket, String parameters, byte[] body, String... headers)
      throws IOException {
    return server.send(
        "PUT",
        path + "?upsertid=" + id() + "&bucketid=" + bucket + "&slotid=0" + parameters + more,
        body,
        headers);
  }

  /** Writes whole rows, which must succeed. */
  void write(int bucket, String... rows) throws IOException {
    write(layout, bucket, rows);
  }

  /** Writes the columns of a layout, which must succeed. */
  void write(UpsertLayout rowLayout, int bucket, String... rows) throws IOException {
    HttpResponse<byte[]> answer =
        put(bucket, "&record_count=" + rows.length, pack(rowLayout, ContentCoding.NONE, rows));
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + TestServer.text(answer));
    }
  }

  HttpResponse<byte[]> call(String method) throws IOException {
    return server.send(method, path + "?upsertid=" + id() + more, null);
  }

  /** The state after a call that must succeed. */
  String status(String method) throws IOException {
    return server.json(method, path + "?upsertid=" + id() + more).path("status").asText();
  }
}
