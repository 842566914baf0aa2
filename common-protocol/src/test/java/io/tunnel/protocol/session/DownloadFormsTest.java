package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.bytes;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.GoldenVector;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import mockwebserver3.RecordedRequest;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every form in which the service may answer a download (specification: regular tunnel, sections 3
 * to 5; control plane, section 5). The number of the section stands in front of each case.
 */
class DownloadFormsTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final int TOTAL = 3000;
  private static final String WHOLE =
      "{\"DownloadID\":\"d1\",\"Initiated\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"Owner\":\"o\","
          + "\"Status\":\"normal\",\"RecordCount\":3000,\"QuotaName\":\"default\","
          + "\"SupportReadByRawSize\":true,\"Schema\":"
          + SchemaJson.write(Rows.SCHEMA)
          + "}";

  private final RootAllocator allocator = new RootAllocator();
  private FakeService service;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    client = service.client();
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  static Stream<Arguments> sessions() {
    return Stream.of(
        arguments("3.1 all keys", 200, WHOLE),
        arguments("3.1 created", 201, WHOLE),
        arguments("3.2 accepted and ready at once", 202, WHOLE),
        arguments("3.1 unknown keys", 200, WHOLE.replaceFirst("\\{", "{\"RAPInstanceId\":\"i\",")),
        arguments(
            "3.1 required keys only",
            200,
            "{\"DownloadID\":\"d1\",\"Status\":\"normal\",\"RecordCount\":3000,\"Schema\":"
                + SchemaJson.write(Rows.SCHEMA)
                + "}"),
        arguments("3.1 no status", 200, WHOLE.replace("\"Status\":\"normal\",", "")),
        arguments("3.1 status null", 200, WHOLE.replace("\"normal\"", "null")),
        arguments("3.1 quota null", 200, WHOLE.replace("\"default\"", "null")),
        arguments("3.3 normal in upper case", 200, WHOLE.replace("normal", "NORMAL")),
        arguments("3.3 closed", 200, WHOLE.replace("normal", "closed")),
        arguments("3.3 closes", 200, WHOLE.replace("normal", "Closes")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sessions")
  @Tag("covers:client-download/session")
  void section3_1SessionIsReadable(String form, int status, String document) throws Exception {
    service.answer(r -> json(status, document));
    DownloadSession session = client.createDownload(TABLE, null);
    assertThat(session.id()).isEqualTo("d1");
    assertThat(session.recordCount()).isEqualTo(TOTAL);
    assertThat(session.schema()).isEqualTo(Rows.SCHEMA);
    service.answer(r -> bytes(arrow(TOTAL), Map.of()));
    assertThat(rows(session)).isEqualTo(TOTAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"DownloadID\":\"d1\",\"Status\":\"initiating\"}",
        "{\"DownloadID\":\"d1\",\"Status\":\"INITIATING\",\"RecordCount\":0}",
        "{\"DownloadID\":\"d1\",\"Status\":\"Initiating\",\"RecordCount\":-1,\"Schema\":null}",
        "{\"DownloadID\":\"d1\",\"Status\":\"initiating\",\"RecordCount\":null,\"Schema\":{\"columns\":[]}}"
      })
  @Tag("covers:client-download/initiating")
  void section3_2SessionThatIsStillBeingMade(String unfinished) throws Exception {
    service.answerInTurn(json(202, unfinished), json(200, unfinished), json(200, WHOLE));
    DownloadSession session = client.createDownload(TABLE, null, true);
    assertThat(session.recordCount()).isEqualTo(TOTAL);
    assertThat(session.schema()).isEqualTo(Rows.SCHEMA);
    assertThat(service.lines())
        .containsExactly(
            "POST /projects/demo/tables/t?downloads&asyncmode=true",
            "GET /projects/demo/tables/t?downloadid=d1",
            "GET /projects/demo/tables/t?downloadid=d1");
  }

  @ParameterizedTest
  @CsvSource({"expired", "EXPIRED", "failed", "unknown", "a-newer-word"})
  @Tag("covers:client-download/status")
  void section3_3SessionThatCannotBeRead(String word) {
    service.answer(r -> json(200, WHOLE.replace("normal", word)));
    assertThatThrownBy(() -> client.createDownload(TABLE, null))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("StatusConflict"))
        .hasMessageContaining("demo.t cannot be read because its state is \"" + word + "\"");
  }

  /** Section 7.4: 5xx at most 7 times, after 1, 2, 4 ... s; other answers are final. */
  @Test
  void section7_4SessionThatTheServiceCannotMake() {
    service.answer(r -> FakeService.error(500, "InternalServerError"));
    assertThatThrownBy(() -> client.createDownload(TABLE, null))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("InternalServerError"))
        .hasMessageContaining("8 attempts");
    assertThat(service.requests()).hasSize(8);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 32L);
    service.answer(r -> FakeService.error(403, "NoPermission"));
    assertThatThrownBy(() -> client.createDownload(TABLE, null))
        .hasMessageContaining("NoPermission");
    assertThat(service.requests()).hasSize(9);
  }

  /** Section 1.5: only those who ask for it read what the table has no longer. */
  @Test
  @Tag("covers:client-download/replaced")
  void section3_4RowsThatWereReplaced() throws Exception {
    service.answer(r -> json(200, document(Rows.SCHEMA, 3)));
    DownloadSession session = client.createDownload(TABLE, null);
    service.answer(
        r ->
            String.valueOf(r.getTarget()).contains("disable_modified_check=true")
                ? FakeService.error(403, "NoPermission")
                : FakeService.error(409, "TableModified"));
    assertThatThrownBy(() -> session.read(0, 3, List.of(), allocator).close())
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("TableModified"));
    assertThatThrownBy(() -> session.ignoringChanges().read(0, 3, List.of(), allocator).close())
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("NoPermission"));
  }

  static Stream<Arguments> unusableSessions() {
    return Stream.of(
        arguments("no id", WHOLE.replace("DownloadID", "D"), "DownloadID"),
        arguments("id null", WHOLE.replace("\"d1\"", "null"), "DownloadID"),
        arguments("no count", WHOLE.replace("RecordCount", "R"), "RecordCount"),
        arguments("no schema", WHOLE.replace("\"Schema\"", "\"S\""), "Schema"),
        arguments("a page", "<html>Login</html>", "JSON object"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unusableSessions")
  @Tag("covers:client-download/no-session")
  void section3_1AnswerThatIsNoSessionIsQuoted(String form, String document, String missing) {
    service.answer(r -> json(200, document));
    assertThatThrownBy(() -> client.createDownload(TABLE, null))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("MalformedAnswer"))
        .hasMessageContaining(missing);
  }

  @ParameterizedTest
  @CsvSource({"200", "201", "203", "206"})
  @Tag("covers:client-download/success")
  void section3_4EveryStatusOfSuccess(int status) throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(arrow(TOTAL), Map.of()).newBuilder().code(status).build());
    assertThat(rows(session)).isEqualTo(TOTAL);
  }

  @ParameterizedTest
  @CsvSource({
    "409,TableModified",
    "400,InvalidRowRange",
    "404,NoSuchDownload",
    "405,MethodNotAllowed",
    "409,DataVersionConflict"
  })
  void section3_4FinalErrorOfARange(int status, String code) throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> error(status, code));
    assertThatThrownBy(() -> rows(session))
        .isInstanceOfSatisfying(TunnelException.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(service.requests()).hasSize(1);
  }

  static Stream<Arguments> codings() {
    List<Arguments> pairs = new ArrayList<>();
    for (BodyFormat format : BodyFormat.values()) {
      for (ContentCoding asked : ContentCoding.values()) {
        for (ContentCoding answered : ContentCoding.values()) {
          pairs.add(arguments(format, asked, answered));
        }
      }
    }
    return pairs.stream();
  }

  @ParameterizedTest(name = "4.3 {0}: asked for {1}, answered with {2}")
  @MethodSource("codings")
  @Tag("covers:client-download/coding")
  void section4_3TheAnswerDecides(BodyFormat format, ContentCoding asked, ContentCoding answered)
      throws Exception {
    TableSchema schema = format == BodyFormat.ARROW ? Rows.SCHEMA : withDecimal();
    service.answer(r -> json(200, document(schema, TOTAL)));
    try (TunnelClient asking = service.client(b -> b.compression(asked))) {
      DownloadSession session = asking.createDownload(TABLE, null);
      String name = answered.wireName();
      Map<String, String> headers =
          name == null ? Map.of() : Map.of("Content-Encoding", name.toUpperCase(Locale.ROOT));
      service.answer(
          r -> bytes(encode(answered, arrowWanted(r) ? arrow(TOTAL) : records(TOTAL)), headers));
      assertThat(rows(session)).isEqualTo(TOTAL);
      RecordedRequest request = service.request(service.requests().size() - 1);
      assertThat(arrowWanted(request)).isEqualTo(format == BodyFormat.ARROW);
      assertThat(request.getHeaders().get("Accept-Encoding"))
          .isEqualTo(
              switch (asked) {
                case NONE -> "identity";
                case DEFLATE -> "deflate";
                case SNAPPY -> "x-snappy-framed";
                case LZ4, ODPS_LZ4 ->
                    format == BodyFormat.ARROW ? "x-odps-lz4-frame" : "x-lz4-frame";
                case ZSTD -> "zstd";
              });
    }
  }

  private static boolean arrowWanted(RecordedRequest request) {
    return request.getTarget().contains("&arrow");
  }

  @ParameterizedTest
  @CsvSource({"identity", "IDENTITY", "''"})
  @Tag("covers:client-download/coding")
  void section4_3NoCodingByName(String name) throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(arrow(TOTAL), Map.of("Content-Encoding", name)));
    assertThat(rows(session)).isEqualTo(TOTAL);
  }

  @ParameterizedTest
  @CsvSource({"gzip", "br", "'deflate, zstd'"})
  @Tag("covers:client-download/coding")
  void section4_3UnknownCodingIsRefused(String name) throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(arrow(TOTAL), Map.of("Content-Encoding", name)));
    assertThatThrownBy(() -> rows(session))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("Content coding \"" + name + "\" is unknown");
  }

  /** No answer of these may count as an empty table: the session has promised rows. */
  @ParameterizedTest
  @CsvSource({"''", "00000000", "0001000000000000"})
  @Tag("covers:client-download/no-rows")
  void section4_1_2EmptyBodyWhereRowsWerePromised(String hex) throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(java.util.HexFormat.of().parseHex(hex), Map.of()));
    assertThatThrownBy(() -> rows(session))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("0 rows instead of 3000");
  }

  @Test
  @Tag("covers:client-download/metrics")
  void section4_2_6MetricsInTheTrailer() throws Exception {
    GoldenVector vector = GoldenVector.load("proto-download-metrics");
    TableSchema schema = new TableSchema(vector.columns(), List.of());
    DownloadHandle handle = handle(schema, vector.rows().size(), false);
    service.answer(r -> bytes(vector.body(), Map.of()));
    try (BatchReader reader = client.read(handle, 0, vector.rows().size(), List.of(), allocator)) {
      assertThat(TableValues.readAll(reader, vector.columns())).isEqualTo(vector.rows());
    }
    assertThat(service.request(0).getHeaders().get("x-odps-tunnel-version")).isEqualTo("6");
  }

  /** Bodies that the official clients have written, through the whole client. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "proto-all-raw",
        "proto-all-zlib",
        "proto-all-snappy",
        "proto-all-lz4",
        "proto-all-zstd"
      })
  void section4_2OfficialBodies(String name) throws Exception {
    GoldenVector vector = GoldenVector.load(name);
    service.answer(
        r ->
            json(
                200, document(new TableSchema(vector.columns(), List.of()), vector.rows().size())));
    DownloadSession session = client.createDownload(TABLE, null);
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Encoding", vector.json().get("contentEncoding").asText());
    service.answer(r -> bytes(vector.body(), headers));
    try (BatchReader reader =
        session.read(0, vector.rows().size(), List.of(), ArrowMapping.Form.EXTENDED, allocator)) {
      assertThat(TableValues.readAll(reader, vector.columns())).isEqualTo(vector.rows());
    }
  }

  /** Where clients do not agree on the Arrow layout, records are asked for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "decimal",
        "interval_day_time",
        "array<decimal>",
        "map<string,interval_day_time>",
        "struct<a:int,b:array<struct<c:decimal>>>"
      })
  @Tag("covers:client-download/contradictions")
  void section5_3ContradictoryTypesAreReadAsRecords(String type) throws Exception {
    TableSchema schema = TableSchema.of(Column.of("id", "bigint"), Column.of("x", type));
    DownloadSession session = created(schema, 1);
    service.answer(
        r -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try (RecordWriter writer = new RecordWriter(out, schema.columns());
              VectorSchemaRoot root = VectorSchemaRoot.create(schema.arrowSchema(), allocator)) {
            root.allocateNew();
            root.setRowCount(1);
            writer.write(root);
            writer.finish();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return bytes(out.toByteArray(), Map.of());
        });
    assertThat(rows(session)).isEqualTo(1);
    assertThat(arrowWanted(service.request(0))).isFalse();

    service.requests().clear();
    service.answer(r -> bytes(arrowOfIds(), Map.of()));
    try (BatchReader reader = session.read(0, 1, List.of("id"), allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
    }
    assertThat(arrowWanted(service.request(0))).isTrue();
  }

  private byte[] arrowOfIds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TableSchema ids = TableSchema.of(Column.of("id", "bigint"));
    try (io.tunnel.protocol.arrow.ArrowBatchWriter writer =
            new io.tunnel.protocol.arrow.ArrowBatchWriter(out);
        VectorSchemaRoot root = VectorSchemaRoot.create(ids.arrowSchema(), allocator)) {
      root.allocateNew();
      root.setRowCount(1);
      writer.write(root);
      writer.finish();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static TableSchema withDecimal() {
    return TableSchema.of(Column.of("id", "bigint"), Column.of("d", "decimal"));
  }

  private static String document(TableSchema schema, long rows) {
    return "{\"DownloadID\":\"d1\",\"Status\":\"normal\",\"RecordCount\":"
        + rows
        + ",\"Schema\":"
        + SchemaJson.write(schema)
        + "}";
  }

  private DownloadSession created(TableSchema schema, long rows) throws TunnelException {
    service.answer(r -> json(200, document(schema, rows)));
    DownloadSession session = client.createDownload(TABLE, null);
    service.requests().clear();
    return session;
  }

  private DownloadHandle handle(TableSchema schema, long rows, boolean arrow) {
    return new DownloadHandle(
        "demo",
        null,
        "t",
        null,
        null,
        "d1",
        "http://localhost:" + service.server().getPort(),
        SchemaJson.write(schema).toString(),
        rows,
        arrow);
  }

  private long rows(DownloadSession session) throws IOException {
    try (BatchReader reader = session.read(0, session.recordCount(), List.of(), allocator)) {
      long seen = 0;
      while (reader.loadNextBatch()) {
        seen += reader.root().getRowCount();
      }
      return seen;
    }
  }

  private byte[] arrow(int rows) {
    try {
      return Rows.body(allocator, 0, rows, 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] records(int rows) {
    TableSchema schema = withDecimal();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RecordWriter writer = new RecordWriter(out, schema.columns());
        VectorSchemaRoot root = VectorSchemaRoot.create(schema.arrowSchema(), allocator)) {
      root.allocateNew();
      root.setRowCount(rows);
      writer.write(root);
      writer.finish();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] encode(ContentCoding coding, byte[] plain) {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream out = coding.encode(target)) {
      out.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return target.toByteArray();
  }
}
