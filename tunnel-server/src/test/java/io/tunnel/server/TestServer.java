package io.tunnel.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordReader;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.control.ServerControl;
import io.tunnel.server.limit.Pace;
import io.tunnel.server.store.Disk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A server with a plain HTTP client in front of it. */
final class TestServer implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String PROJECT = "demo";

  final BufferAllocator allocator = new RootAllocator();
  private final LocalTunnel tunnel;
  private final HttpClient client;
  private final String host;

  /** A fault that a test has ordered may have any status. */
  private final boolean mayFailByOrder;

  private TestServer(LocalTunnel tunnel, HttpClient client, boolean mayFailByOrder) {
    this.tunnel = tunnel;
    this.client = client;
    this.mayFailByOrder = mayFailByOrder;
    host = tunnel.endpoint().getScheme() + "://" + tunnel.endpoint().getAuthority();
  }

  static TestServer start() throws IOException {
    return start(LocalTunnelConfig.builder().anonymous(true));
  }

  static TestServer start(LocalTunnelConfig.Builder config) throws IOException {
    return start(config, HttpClient.newHttpClient());
  }

  static TestServer start(LocalTunnelConfig.Builder config, HttpClient client) throws IOException {
    return start(config, client, Pace.Time.SYSTEM, Disk.MACHINE);
  }

  /** A server on which slowed transfers wait in this time. */
  static TestServer start(LocalTunnelConfig.Builder config, Pace.Time time) throws IOException {
    return start(config, HttpClient.newHttpClient(), time, Disk.MACHINE);
  }

  /** A server whose files are safe by this. */
  static TestServer start(LocalTunnelConfig.Builder config, Disk disk) throws IOException {
    return start(config, HttpClient.newHttpClient(), Pace.Time.SYSTEM, disk);
  }

  private static TestServer start(
      LocalTunnelConfig.Builder config, HttpClient client, Pace.Time time, Disk disk)
      throws IOException {
    LocalTunnelConfig built = config.project(PROJECT).build();
    return new TestServer(LocalTunnel.start(built, time, disk), client, built.control());
  }

  /** What is behind the HTTP side. */
  Storage storage() {
    return tunnel.storage();
  }

  /** Faults, clock and records, if the server was started with them. */
  ServerControl control() {
    return tunnel.control();
  }

  /** What the clients have done when none of their calls is under way any more. */
  ServerStatistics statistics() {
    ServerStatistics statistics = tunnel.statistics();
    while (statistics.clients().stream().anyMatch(client -> client.underWay() > 0)) {
      Thread.onSpinWait();
      statistics = tunnel.statistics();
    }
    return statistics;
  }

  URI endpoint() {
    return tunnel.endpoint();
  }

  /** The answer to a request; the path begins with {@code /}. */
  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(host + path))
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /** As a streamed body, whose end the client decides. */
  HttpResponse<byte[]> sendStream(
      String method, String path, Supplier<InputStream> body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(host + path))
            .method(method, BodyPublishers.ofInputStream(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (!mayFailByOrder && !ErrorTableTest.STATUSES.contains(answer.statusCode())) {
        throw new AssertionError(
            "The service never answers with " + answer.statusCode() + ": " + request);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  JsonNode json(String method, String path) throws IOException {
    HttpResponse<byte[]> response = send(method, path, null);
    if (response.statusCode() >= 300) {
      throw new IOException(response.statusCode() + " " + text(response));
    }
    return JSON.readTree(response.body());
  }

  /** Submits a statement and waits for its end; returns the id. */
  String submit(String sql) throws IOException {
    String document =
        "<Instance><Job><Tasks><SQL><Name>t</Name><Config><Property><Name>settings</Name>"
            + "<Value>{}</Value></Property></Config><Query><![CDATA["
            + sql
            + "]]></Query></SQL></Tasks></Job></Instance>";
    HttpResponse<byte[]> response =
        send("POST", "/api/projects/demo/instances", document.getBytes(StandardCharsets.UTF_8));
    if (response.statusCode() != 201) {
      throw new IOException(response.statusCode() + " " + text(response));
    }
    String location = response.headers().firstValue("Location").orElseThrow();
    return location.substring(location.lastIndexOf('/') + 1);
  }

  /** Waits for the end of an instance; returns its task status. */
  String await(String id) throws IOException {
    String status;
    do {
      status = text(send("GET", "/api/projects/demo/instances/" + id + "?instancestatus", null));
    } while (!status.contains("Terminated"));
    String tasks = text(send("GET", "/api/projects/demo/instances/" + id + "?taskstatus", null));
    Matcher matcher = Pattern.compile("<Status>(\\w+)</Status><Histories/>").matcher(tasks);
    if (!matcher.find()) {
      throw new IOException(tasks);
    }
    return matcher.group(1);
  }

  /** The text result of an instance. */
  String result(String id) throws IOException {
    String document = text(send("GET", "/api/projects/demo/instances/" + id + "?result", null));
    Matcher matcher = Pattern.compile("CDATA\\[([^]]*)]").matcher(document);
    if (!matcher.find()) {
      throw new IOException(document);
    }
    return new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8);
  }

  /** Runs a statement that must succeed; returns its text result. */
  String sql(String sql) throws IOException {
    String id = submit(sql);
    String status = await(id);
    if (!status.equals("Success")) {
      throw new IOException(status + ": " + result(id));
    }
    return result(id);
  }

  /** Runs a statement that must fail; returns its error text. */
  String failure(String sql) throws IOException {
    String id = submit(sql);
    String status = await(id);
    if (!status.equals("Failed")) {
      throw new IOException(status + ": " + result(id));
    }
    return result(id);
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** Begins an upload; {@code more} are further parameters, each after {@code &}. */
  JsonNode createUpload(String table, String more) throws IOException {
    return json("POST", "/projects/demo/tables/" + table + "?uploads" + more);
  }

  HttpResponse<byte[]> putBlock(
      String table,
      String id,
      int block,
      byte[] body,
      boolean arrow,
      ContentCoding coding,
      String more)
      throws IOException {
    String path =
        "/projects/demo/tables/"
            + table
            + "?uploadid="
            + id
            + "&blockid="
            + block
            + (arrow ? "&arrow" : "")
            + more;
    return coding == ContentCoding.NONE
        ? sendStream("PUT", path, () -> new ByteArrayInputStream(body))
        : sendStream(
            "PUT",
            path,
            () -> new ByteArrayInputStream(body),
            "Content-Encoding",
            String.valueOf(coding.wireName()));
  }

  JsonNode commit(String table, String id, String more) throws IOException {
    return json("POST", "/projects/demo/tables/" + table + "?uploadid=" + id + more);
  }

  /** A body with these batches. */
  static byte[] body(
      List<Column> columns, boolean arrow, ContentCoding coding, VectorSchemaRoot... batches)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var writer =
        arrow
            ? new ArrowBatchWriter(coding.encode(bytes))
            : new RecordWriter(coding.encode(bytes), columns)) {
      for (VectorSchemaRoot batch : batches) {
        writer.write(batch);
      }
      writer.finish();
    }
    return bytes.toByteArray();
  }

  /** All rows behind a download session as texts, column by column with {@code |} between. */
  List<String> rows(
      String resource, JsonNode session, boolean arrow, ContentCoding coding, String more)
      throws IOException {
    long count = session.path("RecordCount").asLong();
    if (count == 0) {
      return List.of();
    }
    return rows(resource, session, arrow, coding, more, 0, count);
  }

  List<String> rows(
      String resource,
      JsonNode session,
      boolean arrow,
      ContentCoding coding,
      String more,
      long first,
      long count)
      throws IOException {
    String path =
        resource
            + "?data&downloadid="
            + session.path("DownloadID").asText()
            + "&rowrange="
            + encode("(" + first + "," + count + ")")
            + (arrow ? "&arrow" : "")
            + more;
    HttpResponse<byte[]> response =
        coding == ContentCoding.NONE
            ? send("GET", path, null)
            : send("GET", path, null, "Accept-Encoding", String.valueOf(coding.wireName()));
    if (response.statusCode() != 200) {
      throw new IOException(response.statusCode() + " " + text(response));
    }
    ContentCoding used =
        ContentCoding.forWireName(response.headers().firstValue("Content-Encoding").orElse(null));
    TableSchema schema = SchemaJson.read(session.path("Schema"));
    List<Column> columns = new ArrayList<>();
    Matcher wanted = Pattern.compile("&columns=([^&]*)").matcher(more);
    if (wanted.find()) {
      for (String name : wanted.group(1).split(",|%2C")) {
        columns.add(schema.columns().get(schema.indexOf(name)));
      }
    } else {
      columns.addAll(schema.columns());
    }
    List<String> rows = new ArrayList<>();
    InputStream body = used.decode(new ByteArrayInputStream(response.body()));
    try (var reader =
        arrow
            ? new ArrowBatchReader(
                body, ArrowMapping.schema(columns, ArrowMapping.Form.WIRE), allocator)
            : new RecordReader(body, columns, ArrowMapping.Form.WIRE, allocator, 1000)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < columns.size(); i++) {
            Object value = reader.root().getVector(i).getObject(row);
            text.append(i == 0 ? "" : "|")
                .append(
                    value instanceof byte[] bytes
                        ? java.util.HexFormat.of().formatHex(bytes)
                        : String.valueOf(value));
          }
          rows.add(text.toString());
        }
      }
    }
    return rows;
  }

  JsonNode createDownload(String table, String more) throws IOException {
    return json("POST", "/projects/demo/tables/" + table + "?downloads" + more);
  }

  /** The rows of a table through a new download session. */
  List<String> download(String table, boolean arrow) throws IOException {
    return rows(
        "/projects/demo/tables/" + table, createDownload(table, ""), arrow, ContentCoding.NONE, "");
  }

  /** The rows of a SELECT through the instance tunnel. */
  List<String> select(String sql, boolean arrow) throws IOException {
    String id = submit(sql);
    String status = await(id);
    if (!status.equals("Success")) {
      throw new IOException(status + ": " + result(id));
    }
    JsonNode session = json("POST", "/projects/demo/instances/" + id + "?downloads");
    return rows("/projects/demo/instances/" + id, session, arrow, ContentCoding.NONE, "");
  }

  @Override
  public void close() throws IOException {
    tunnel.close();
    allocator.close();
  }
}
