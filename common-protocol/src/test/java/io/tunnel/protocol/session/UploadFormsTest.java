package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.TunnelEndpoints;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
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

/**
 * Every form in which the service may answer an upload (specification: regular tunnel, sections
 * 1.2, 2 and 6). The number of the section stands in front of each case.
 */
class UploadFormsTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(Column.of("id", "bigint"), Column.of("s", "string").notNull()),
          List.of(Column.of("ds", "string")));

  private static final String COLUMNS =
      "\"columns\":[{\"column_id\":\"0\",\"name\":\"id\",\"type\":\"bigint\",\"nullable\":true,"
          + "\"comment\":\"\",\"default_value\":\"\"},{\"column_id\":\"1\",\"name\":\"s\",\"type\":"
          + "\"string\",\"nullable\":false,\"comment\":\"\",\"default_value\":\"\"}]";
  private static final String KEYS =
      "\"partitionKeys\":[{\"column_id\":\"2\",\"name\":\"ds\",\"type\":\"string\",\"nullable\":true,"
          + "\"comment\":\"\",\"default_value\":\"\"}]";
  private static final String WHOLE =
      "{\"UploadID\":\"up1\",\"Initiated\":\"Thu, 01 Jan 2026 00:00:00 GMT\",\"Owner\":"
          + "\"ALIYUN$user@example.com\",\"Status\":\"normal\",\"IsOverwrite\":false,\"MaxFieldSize\":"
          + "8388608,\"QuotaName\":\"default\",\"Schema\":{\"IsVirtualView\":false,"
          + COLUMNS
          + ","
          + KEYS
          + "},\"UploadedBlockList\":[{\"BlockID\":3,\"CreateTime\":1767225600,\"Date\":"
          + "\"Thu, 01 Jan 2026 00:00:00 GMT\",\"FileName\":\"\",\"RecordCount\":0,\"Version\":0}]}";
  private static final String WITHOUT_BLOCKS =
      WHOLE.replaceFirst(",\"UploadedBlockList\":\\[.*]", "");

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
  }

  private static String session(String status, int... blocks) {
    StringBuilder list = new StringBuilder();
    for (int block : blocks) {
      list.append(list.isEmpty() ? "" : ",").append("{\"BlockID\":" + block + "}");
    }
    return WITHOUT_BLOCKS
        .replace("\"normal\"", "\"" + status + "\"")
        .replaceFirst("}$", ",\"UploadedBlockList\":[" + list + "]}");
  }

  @ParameterizedTest
  @CsvSource({
    "tunnel.example.test, http://tunnel.example.test",
    "tunnel.example.test:8080, http://tunnel.example.test:8080",
    "'tunnel.example.test:80\n', http://tunnel.example.test:80",
    "127.0.0.1:1, http://127.0.0.1:1",
    "[::1]:1, http://[::1]:1"
  })
  @Tag("covers:client-discovery/forms")
  void section1_2Discovery(String text, String endpoint) throws Exception {
    service.answer(r -> answer(200, Map.of(), text));
    TunnelConfig config = TunnelConfig.builder(service.endpoint(), "demo").build();
    try (HttpTransport transport =
        new HttpTransport(
            config, new RetryPolicy(config.retryTimeout(), service.time(), service.time()))) {
      assertThat(new TunnelEndpoints(config, transport).tunnel()).hasToString(endpoint);
    }
  }

  static Stream<Arguments> acceptedSessions() {
    return Stream.of(
        arguments("2.3 all keys", 200, WHOLE, Set.of(3)),
        arguments("2.2 created", 201, WHOLE, Set.of(3)),
        arguments("2.2 accepted", 202, WHOLE, Set.of(3)),
        arguments(
            "2.3 unknown keys", 200, WHOLE.replaceFirst("\\{", "{\"X\":[{\"Y\":1}],"), Set.of(3)),
        arguments("2.3 no block list", 200, WITHOUT_BLOCKS, Set.of()),
        arguments(
            "2.3 block list null",
            200,
            WITHOUT_BLOCKS.replaceFirst("}$", ",\"UploadedBlockList\":null}"),
            Set.of()),
        arguments(
            "2.3 blocks with an id only, one of them as text",
            200,
            WITHOUT_BLOCKS.replaceFirst(
                "}$", ",\"UploadedBlockList\":[{\"BlockID\":19999},{\"BlockID\":\"0\"}]}"),
            Set.of(0, 19999)),
        arguments(
            "2.3 id and schema only",
            200,
            "{\"UploadID\":\"up1\",\"Schema\":{" + COLUMNS + "," + KEYS + "}}",
            Set.of()),
        arguments(
            "2.3 values null that nobody needs",
            200,
            WHOLE
                .replace("8388608", "null")
                .replace("\"ALIYUN$user@example.com\"", "null")
                .replace("\"default\"", "null"),
            Set.of(3)),
        arguments(
            "2.3 blanks and lines", 200, " \n" + WHOLE.replace(",\"", " ,\n \"") + "\n", Set.of(3)),
        arguments("6 nullable as text", 200, WHOLE.replaceAll("(true|false)", "\"$1\""), Set.of(3)),
        arguments("6 nullable missing", 200, WHOLE.replace("\"nullable\":true,", ""), Set.of(3)),
        arguments(
            "6 column_id as number",
            200,
            WHOLE.replaceAll("\"column_id\":\"(.)\"", "\"column_id\":$1"),
            Set.of(3)),
        arguments(
            "6 no column_id, comment, default_value",
            200,
            WHOLE
                .replaceAll("\"column_id\":\"(.)\",", "")
                .replace(",\"comment\":\"\",\"default_value\":\"\"", ""),
            Set.of(3)),
        arguments(
            "6 comment and default_value null",
            200,
            WHOLE.replace(
                "\"comment\":\"\",\"default_value\":\"\"",
                "\"comment\":null,\"default_value\":null"),
            Set.of(3)),
        arguments(
            "6 type names in upper case with blanks",
            200,
            WHOLE.replace("\"bigint\"", "\" BIGINT \"").replace("\"string\"", "\"String\""),
            Set.of(3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("acceptedSessions")
  @Tag("covers:client-upload/session")
  void section2_3SessionIsRead(String form, int status, String document, Set<Integer> blocks)
      throws Exception {
    service.answer(r -> json(status, document));
    UploadSession session = client.createUpload(TABLE, UploadOptions.append());
    assertThat(session.id()).isEqualTo("up1");
    assertThat(session.schema()).isEqualTo(SCHEMA);
    assertThat(session.blocks()).isEqualTo(new TreeSet<>(blocks));
    assertThat(session.maxFieldSize()).isEqualTo(8_388_608);

    session.reload();
    assertThat(session.blocks()).isEqualTo(new TreeSet<>(blocks));
    assertThat(service.lines().get(1))
        .isEqualTo("GET /projects/demo/tables/t?uploadid=up1&getblockid=true");
  }

  static Stream<Arguments> refusedSessions() {
    return Stream.of(
        arguments("no id", WHOLE.replace("UploadID", "ID"), "MalformedAnswer", "UploadID"),
        arguments("id null", WHOLE.replace("\"up1\"", "null"), "MalformedAnswer", "UploadID"),
        arguments("no schema", WHOLE.replace("\"Schema\"", "\"S\""), "MalformedAnswer", "Schema"),
        arguments("block without id", WHOLE.replace("BlockID", "B"), "MalformedAnswer", "BlockID"),
        arguments("block id null", WHOLE.replace(":3,", ":null,"), "MalformedAnswer", "BlockID"),
        arguments(
            "column without name",
            WHOLE.replace("\"name\":\"id\",", ""),
            "UnsupportedSchema",
            "a column without a name"),
        arguments(
            "name null",
            WHOLE.replace("\"name\":\"id\"", "\"name\":null"),
            "UnsupportedSchema",
            "a column without a name"),
        arguments(
            "type missing",
            WHOLE.replace("\"type\":\"bigint\",", ""),
            "UnsupportedSchema",
            "column id: "),
        arguments(
            "type that only newer services know",
            WHOLE.replace("bigint", "geography"),
            "UnsupportedSchema",
            "The schema of demo.t cannot be read: column id: Type \"geography\": unknown type"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedSessions")
  @Tag("covers:client-upload/unusable")
  void section2_3SessionThatCannotBeUsedIsNamed(
      String form, String document, String code, String message) {
    service.answer(r -> json(200, document));
    assertThatThrownBy(() -> client.createUpload(TABLE, UploadOptions.append()))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "normal,NORMAL",
    "closing,CLOSING",
    "committing,CLOSING",
    "closed,CLOSED",
    "canceled,CANCELED",
    "expired,EXPIRED",
    "critical,CRITICAL",
    "unknown,UNKNOWN",
    "a-newer-word,UNKNOWN"
  })
  @Tag("covers:client-upload/status")
  void section2_7StatusWordsInAnyCase(String word, UploadStatus status) throws Exception {
    for (String written :
        List.of(
            word,
            word.toUpperCase(Locale.ROOT),
            Character.toUpperCase(word.charAt(0)) + word.substring(1))) {
      service.answer(r -> json(200, session(written)));
      assertThat(client.attachUpload(Rows.handle(tunnel())).status()).isEqualTo(status);
    }
  }

  private String tunnel() {
    return "http://localhost:" + service.server().getPort();
  }

  static Stream<Arguments> blockAnswers() {
    return Stream.of(
        arguments("nothing", answer(200, Map.of(), "")),
        arguments("created", answer(201, Map.of(), "")),
        arguments("accepted", answer(202, Map.of(), "")),
        arguments("no content", new MockResponse.Builder().code(204).build()),
        arguments("a body", json(200, WHOLE)),
        arguments("another body", answer(200, Map.of("Content-Type", "text/html"), "<html>")),
        arguments(
            "metrics",
            answer(
                200,
                Map.of("odps-tunnel-metrics", "{\"PanguIOCost\":1,\"ServerTotalCost\":2}"),
                "")),
        arguments("broken metrics", answer(200, Map.of("odps-tunnel-metrics", "{"), "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("blockAnswers")
  @Tag("covers:client-upload/acknowledgement")
  void section2_4BlockIsAcknowledged(String form, MockResponse acknowledgement) throws Exception {
    service.answer(r -> acknowledgement);
    write();
    assertThat(service.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "308,SlotReassigned,true",
    "400,CorruptedDataStream,true",
    "400,IncompleteBody,true",
    "400,RequestTimeOut,true",
    "408,RequestTimeOut,true",
    "429,FlowExceeded,true",
    "500,InternalServerError,true",
    "503,ServiceUnavailable,true",
    "400,MalformedDataStream,false",
    "400,InvalidBlockID,false",
    "400,InvalidResourceSpec,false",
    "403,NoPermission,false",
    "404,NoSuchUpload,false",
    "409,StatusConflict,false",
    "413,MaxMessageLengthExceeded,false",
    "501,NotImplemented,false"
  })
  @Tag("covers:client-upload/block-again")
  void section2_4BlockIsSentAgainWhereThatHelps(int status, String code, boolean again)
      throws Exception {
    service.answerInTurn(error(status, code), answer(200, Map.of(), ""));
    if (again) {
      write();
      assertThat(service.requests()).hasSize(2);
      assertThat(service.time().waitsInSeconds()).containsExactly(1L);
      assertThat(service.request(1).getBody()).isEqualTo(service.request(0).getBody());
    } else {
      assertThatThrownBy(this::write)
          .isInstanceOfSatisfying(TunnelException.class, e -> assertThat(e.code()).isEqualTo(code));
      assertThat(service.requests()).hasSize(1);
    }
  }

  private void write() throws IOException {
    try (RootAllocator allocator = new RootAllocator();
        BlockWriter writer = client.openBlock(Rows.handle(tunnel()), 0, allocator);
        VectorSchemaRoot batch = Rows.batch(allocator, 0, 3)) {
      writer.write(batch);
      writer.finish();
    }
  }

  static Stream<Arguments> commitAnswers() {
    return Stream.of(
        arguments("the whole session", json(200, session("closed", 0)), 0),
        arguments("closed in upper case", json(200, session("CLOSED", 0)), 0),
        arguments("created", json(201, session("closed", 0)), 0),
        arguments("an empty object", json(200, "{}"), 0),
        arguments("the block list only", json(200, "{\"UploadedBlockList\":[]}"), 0),
        arguments("text that is JSON", answer(200, Map.of("Content-Type", "text/plain"), "{}"), 0),
        arguments("nothing", json(200, ""), 1),
        arguments("no content", new MockResponse.Builder().code(204).build(), 1),
        arguments("an array", json(200, "[]"), 1),
        arguments("a page", answer(200, Map.of(), "<html>OK</html>"), 1),
        arguments("closing", json(200, session("closing", 0)), 1),
        arguments("committing", json(200, session("Committing", 0)), 1),
        arguments("StatusConflict", error(409, "StatusConflict"), 1),
        arguments("InvalidStatusChange", error(409, "InvalidStatusChange"), 1),
        arguments("a broken connection", lost(), 1),
        arguments("500", error(500, "InternalServerError"), 1),
        arguments("502 of a gateway", answer(502, Map.of(), "<html>Bad Gateway</html>"), 1));
  }

  private static MockResponse lost() {
    return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
  }

  /** The commit has happened each time; where its answer does not say so, the session is asked. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("commitAnswers")
  @Tag("covers:client-upload/commit")
  void section2_6CommitIsUnderstood(String form, MockResponse commit, int looks) throws Exception {
    UploadSession session = open();
    service.answer(
        r -> {
          if (r.getMethod().equals("POST")) {
            return commit;
          }
          return json(200, session(service.requests().size() == 1 ? "normal" : "closed", 0));
        });
    session.commit(Set.of(0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
    assertThat(service.lines().stream().map(line -> line.substring(0, 3)))
        .containsExactlyElementsOf(
            looks == 0 ? List.of("GET", "POS") : List.of("GET", "POS", "GET"));
  }

  @ParameterizedTest
  @CsvSource({"308,SlotReassigned", "429,FlowExceeded", "429,SlotExceeded", "429,QPSExceeded"})
  void section2_6RefusedCommitIsSentAgainWithoutALook(int status, String code) throws Exception {
    UploadSession session = open();
    service.answerInTurn(
        json(200, session("normal", 0)), error(status, code), json(200, session("closed", 0)));
    session.commit(Set.of(0));
    assertThat(service.lines().stream().map(line -> line.substring(0, 3)))
        .containsExactly("GET", "POS", "POS");
    assertThat(service.time().waitsInSeconds()).containsExactly(1L);
  }

  @ParameterizedTest
  @CsvSource({"expired", "critical", "unknown", "a-newer-word"})
  void section2_6SessionThatIsNotOpenIsNotCommitted(String status) throws Exception {
    UploadSession session = open();
    service.answer(r -> json(200, session(status, 0)));
    assertThatThrownBy(() -> session.commit(Set.of(0)))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("StatusConflict"))
        .hasMessageContaining("upload session up1 of demo.t");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void section2_6CanceledSessionIsNoSuccessWhateverTheAnswer() throws Exception {
    UploadSession session = open();
    service.answer(r -> json(200, session("canceled", 0)));
    assertThatThrownBy(() -> session.commit(Set.of(0)))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("StatusConflict"))
        .hasMessageContaining("upload session up1 of demo.t")
        .hasMessageContaining("CANCELED");
  }

  private UploadSession open() throws TunnelException {
    service.answer(r -> json(200, session("normal")));
    UploadSession session = client.createUpload(TABLE, UploadOptions.append());
    service.requests().clear();
    return session;
  }
}
