package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.Transcript.Exchange;
import io.tunnel.server.Transcript.Message;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays what official clients sent, request by request, and checks that each answer is of the
 * class that the client accepted and has what the specification says it needs. What a request
 * repeats from an earlier answer (ids, row counts) is taken from our answer.
 */
class TranscriptTest {
  /**
   * A call that the local server refuses.
   *
   * @param transcripts the transcripts in which it is refused
   * @param request method and target of the call; the words of its document follow
   * @param status the status of the refusal
   * @param reason why
   */
  private record Refusal(String transcripts, String request, int status, String reason) {
    boolean matches(String transcript, String text) {
      return transcript.matches(transcripts) && text.matches(request);
    }
  }

  /** Transcripts of a session that another transcript has begun. */
  private static final String SESSIONS = "jdbc-3.10.10-mcqav1-(?!connect).*";

  private static final List<Refusal> REFUSED =
      List.of(
          new Refusal(
              ".*-mcqav1-(execute|show).*",
              "GET \\S*[?&]data&.*",
              400,
              "the recording server gave rows to statements without rows"));

  private static final Pattern INSTANCE = Pattern.compile("\\d{17}gabcd\\d+(_mcqa)?");
  private static final Pattern SESSION = Pattern.compile("(?<=(up|down)loadid=)\\d+");
  private static final Pattern STATEMENT = Pattern.compile("(?<=queryid=)\\d+");
  private static final Pattern COUNT = Pattern.compile("(?<=rowrange=%280%2C)\\d+(?=%29)");
  private static final Pattern SLEEP = Pattern.compile("select sleep\\(\\d+\\);");
  private static final Pattern TASK = Pattern.compile("<(SQL|Merge|SQLRT)>\\s*<Name>(\\w+)</Name>");
  private static final Pattern TASK_STATE = Pattern.compile("<Status>(\\w+)</Status><Histories/>");

  static List<Transcript> transcripts() throws Exception {
    return Transcript.all();
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  @Tag("client:recorded")
  @Tag("covers:request/no-date-transform")
  @Tag("covers:request/no-length")
  @Tag("covers:request/request-id")
  @Tag("covers:error/xml")
  @Tag("covers:discovery/normal")
  @Tag("covers:project/normal")
  @Tag("covers:project/list")
  @Tag("covers:tenant/normal")
  @Tag("covers:logview/host")
  @Tag("covers:schema/list")
  @Tag("covers:schema/get")
  @Tag("covers:schema/create")
  @Tag("covers:schema/drop")
  @Tag("covers:table-list/normal")
  @Tag("covers:table-list/extended")
  @Tag("covers:table-load/normal")
  @Tag("covers:table-get/normal")
  @Tag("covers:table-get/extended")
  @Tag("covers:table-get/missing")
  @Tag("covers:partition-list/normal")
  @Tag("covers:partition-list/names")
  @Tag("covers:partition-get/normal")
  @Tag("covers:function-list/normal")
  @Tag("covers:authorization/whoami")
  @Tag("covers:authorization/sign-token")
  @Tag("covers:deprecated-log/normal")
  @Tag("covers:submit/asynchronous")
  @Tag("covers:submit/merge")
  @Tag("covers:instance/terminated")
  @Tag("covers:task-status/success")
  @Tag("covers:task-status/failed")
  @Tag("covers:result/csv")
  @Tag("covers:instance-reads/source")
  @Tag("covers:instance-reads/progress")
  @Tag("covers:instance-reads/summary")
  @Tag("covers:interactive-v1/attach")
  @Tag("covers:interactive-v2/query")
  @Tag("covers:instance-download/direct")
  @Tag("covers:instance-download/normal")
  @Tag("covers:instance-download/no-select")
  @Tag("covers:instance-data/protobuf")
  @Tag("covers:upload-create/normal")
  @Tag("covers:upload-reload/normal")
  void everyRequestOfAnOfficialClientIsAnsweredAsItNeeds(Transcript transcript) throws Exception {
    try (TestServer server =
        TestServer.start(
            LocalTunnelConfig.builder().anonymous(true).project("MAXCOMPUTE_PUBLIC_DATA"))) {
      seed(server, transcript);
      Replay replay = new Replay(transcript.name(), server.endpoint());
      if (transcript.name().matches(SESSIONS)) {
        replay.attach(server);
      }
      for (Exchange exchange : transcript.exchanges()) {
        try {
          replay.check(exchange);
        } catch (AssertionError e) {
          throw new AssertionError(
              transcript
                  + ", exchange "
                  + exchange.number()
                  + ", "
                  + exchange.request().firstLine()
                  + ": "
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  /** What the transcripts take for granted. */
  private static void seed(TestServer server, Transcript transcript) throws Exception {
    server.sql("CREATE TABLE orders (id BIGINT, name STRING) COMMENT 'orders table'");
    server.sql("INSERT INTO orders VALUES (1, 'alice'), (2, NULL)");
    server.sql("CREATE VIEW v_orders AS SELECT * FROM orders");
    server.sql("CREATE TABLE sales (id BIGINT, name STRING) PARTITIONED BY (pt STRING)");
    server.sql("ALTER TABLE sales ADD PARTITION (pt='20240101')");
    if (transcript.name().endsWith("schema-exists-drop")) {
      server.sql("CREATE SCHEMA s1");
    }
    server.sql("CREATE TABLE digits (d BIGINT)");
    server.sql("INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
  }

  /** A client that repeats a transcript and remembers what our server answered. */
  private static final class Replay {
    private final String transcript;
    private final URI endpoint;
    private final Map<String, String> ours = new HashMap<>();
    private final Map<String, String> taskNames = new HashMap<>();
    private String recordCount = "0";
    private String statement = "";

    Replay(String transcript, URI endpoint) {
      this.transcript = transcript;
      this.endpoint = endpoint;
    }

    /** Begins the session that the transcript goes on with. */
    void attach(TestServer server) throws Exception {
      String job =
          "<Instance><Job><Tasks><SQLRT><Name>jdbc_sql_task</Name></SQLRT></Tasks></Job></Instance>";
      String location =
          server
              .send("POST", "/api/projects/demo/instances", job.getBytes(StandardCharsets.UTF_8))
              .headers()
              .firstValue("Location")
              .orElseThrow();
      ours.put("20240201030405001gabcd1", last(location));
    }

    void check(Exchange exchange) throws Exception {
      if (exchange.target().startsWith("/api/connection/mcqa") && exchange.status() == 404) {
        // The recording server had no interactive quota; the default one of ours is interactive.
        return;
      }
      Message request = request(exchange);
      Message answer = PlainExchange.send(endpoint, request);
      Optional<Refusal> refused = refused(exchange);
      if (refused.isEmpty() && waitsForEnd(exchange)) {
        for (int i = 0; i < 100 && AnswerChecks.state(answer).equals("Running"); i++) {
          // The server holds this form of the call until the end.
          PlainExchange.send(endpoint, withStatusHeld(request));
          answer = PlainExchange.send(endpoint, request);
        }
        assertThat(AnswerChecks.state(answer)).isEqualTo("Terminated");
      }
      AnswerChecks.everyAnswer(answer);
      boolean service = exchange.target().startsWith("/api/");
      if (refused.isPresent()) {
        assertThat(AnswerChecks.status(answer))
            .as(refused.get().reason())
            .isEqualTo(refused.get().status());
        AnswerChecks.error(answer, service);
        return;
      }
      assertThat(AnswerChecks.status(answer) / 100)
          .as(answer.text())
          .isEqualTo(exchange.status() / 100);
      remember(exchange, answer);
      if (exchange.status() >= 400) {
        assertThat(AnswerChecks.status(answer)).isEqualTo(exchange.status());
        AnswerChecks.error(answer, service);
        assertThat(code(answer.text())).isEqualTo(code(exchange.answer().text()));
      } else {
        checkElements(exchange, request, answer);
      }
    }

    private static String code(String error) {
      Matcher matcher = Pattern.compile("Code[>\": ]+(\\w+)").matcher(error);
      assertThat(matcher.find()).as(error).isTrue();
      return matcher.group(1);
    }

    private Optional<Refusal> refused(Exchange exchange) {
      String request =
          exchange.method()
              + " "
              + exchange.target()
              + " "
              + exchange.request().text().replaceAll("\\s+", " ");
      return REFUSED.stream().filter(r -> r.matches(transcript, request)).findFirst();
    }

    private static boolean waitsForEnd(Exchange exchange) {
      return exchange.method().equals("GET")
          && exchange.answer().text().contains("<Instance><Status>Terminated</Status></Instance>");
    }

    private static Message withStatusHeld(Message request) {
      return new Message(
          request.firstLine().replaceFirst("\\?", "?instancestatus&"),
          request.headers(),
          request.body());
    }

    /** The request with our ids and counts, and the checksum of what is really sent. */
    private Message request(Exchange exchange) throws Exception {
      Map<String, String> headers = new LinkedHashMap<>(exchange.request().headers());
      byte[] body = exchange.request().body();
      if (headers.containsKey("content-md5")
          || headers.getOrDefault("content-type", "").contains("xml")) {
        String text = translate(exchange.request().text(), INSTANCE);
        text =
            SLEEP
                .matcher(text)
                .replaceAll(
                    "SELECT count(*) FROM digits a"
                        + " CROSS JOIN digits b CROSS JOIN digits c CROSS JOIN digits d"
                        + " CROSS JOIN digits e CROSS JOIN digits f CROSS JOIN digits g"
                        + " CROSS JOIN digits h CROSS JOIN digits i CROSS JOIN digits j"
                        + " CROSS JOIN digits k CROSS JOIN digits l CROSS JOIN digits m"
                        + " WHERE a.d * b.d * c.d * d.d * e.d * f.d * g.d * h.d * i.d * j.d"
                        + " * k.d * l.d * m.d % 7 = 3;");
        body = text.getBytes(StandardCharsets.UTF_8);
      }
      if (headers.containsKey("content-md5")) {
        headers.put(
            "content-md5", HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body)));
      }
      String line = translate(translate(exchange.request().firstLine(), INSTANCE), SESSION);
      line = COUNT.matcher(line).replaceAll(recordCount);
      line = STATEMENT.matcher(line).replaceAll(statement);
      return new Message(line, headers, body);
    }

    private String translate(String text, Pattern ids) {
      return ids.matcher(text).replaceAll(id -> ours.getOrDefault(id.group(), id.group()));
    }

    private void remember(Exchange exchange, Message answer) throws Exception {
      if (exchange.answer().headers().containsKey("location")) {
        String id = last(answer.headers().get("location"));
        ours.put(last(exchange.answer().headers().get("location")), id);
        Matcher task = TASK.matcher(exchange.request().text());
        assertThat(task.find()).isTrue();
        taskNames.put(id, task.group(2));
      }
      if (isCreatedSession(exchange)) {
        for (String key : List.of("UploadID", "DownloadID")) {
          String id = AnswerChecks.json(answer).path(key).asText();
          ours.put(AnswerChecks.json(exchange.answer()).path(key).asText(), id);
        }
        recordCount = AnswerChecks.json(answer).path("RecordCount").asText("0");
      }
    }

    private static boolean isCreatedSession(Exchange exchange) {
      return exchange.method().equals("POST")
          && exchange.status() < 300
          && exchange.target().matches(".*[?&](up|down)loads(=1)?(&.*)?");
    }

    private static String last(String location) {
      return location.substring(location.lastIndexOf('/') + 1);
    }

    private void checkElements(Exchange exchange, Message request, Message answer)
        throws Exception {
      String[] target = request.firstLine().split(" ")[1].split("\\?", 2);
      String path = target[0].replaceFirst("^/api", "").replaceFirst("^/mcqa", "");
      List<String> parameters = List.of((target.length == 1 ? "" : target[1]).split("&"));
      String call = exchange.method() + " " + shape(path, parameters);
      String taskName = taskNames.getOrDefault(last(path), "");
      switch (call) {
        case "GET /projects" -> AnswerChecks.projects(answer);
        case "GET /projects/*" -> AnswerChecks.project(answer);
        case "GET /tenants" -> AnswerChecks.tenant(answer);
        case "GET /logview/host" -> AnswerChecks.host(answer);
        case "GET /webconsole/host" -> assertThat(answer.text()).isEmpty();
        case "GET /projects/*/schemas" -> AnswerChecks.schemas(answer);
        case "GET /projects/*/schemas/*" -> AnswerChecks.schema(answer);
        case "GET /projects/*/tables" ->
            AnswerChecks.tables(answer, parameters.contains("extended"));
        case "POST /projects/*/tables?query" -> AnswerChecks.manyTables(answer, 2);
        case "GET /projects/*/tables/*" ->
            AnswerChecks.table(answer, parameters.contains("extended"));
        case "GET /projects/*/tables/*?partitions" -> {
          if (parameters.contains("name")) {
            AnswerChecks.partitionNames(answer);
          } else {
            AnswerChecks.partitions(answer);
          }
        }
        case "GET /projects/*/tables/*?partition" -> AnswerChecks.partition(answer);
        case "GET /projects/*/registration/functions" ->
            AnswerChecks.emptyList(answer, "Functions");
        case "GET /projects/*/tunnel?service" -> AnswerChecks.tunnelEndpoint(answer);
        case "POST /projects/*/authorization", "POST /projects/*/authorization?sign_bearer_token" ->
            AnswerChecks.authorization(answer);
        case "POST /projects/*/instances" -> AnswerChecks.submitted(answer);
        case "GET /connection/mcqa" ->
            assertThat(AnswerChecks.json(answer).path("connInfo").asText()).isNotEmpty();
        case "GET /projects/*/instances/*?info" ->
            assertThat(AnswerChecks.json(answer).path("status").asInt())
                .isEqualTo(AnswerChecks.json(exchange.answer()).path("status").asInt());
        case "PUT /projects/*/instances/*?info" -> {
          assertThat(AnswerChecks.json(answer).path("status").asText()).isEqualTo("ok");
          statement =
              TestServer.JSON
                  .readTree(AnswerChecks.json(answer).path("result").asText())
                  .path("queryId")
                  .asText();
        }
        case "GET /projects/*/instances/*", "GET /projects/*/instances/*?instancestatus" ->
            AnswerChecks.instance(answer);
        case "GET /projects/*/instances/*?taskstatus" -> {
          Matcher state = TASK_STATE.matcher(exchange.answer().text());
          assertThat(state.find()).isTrue();
          AnswerChecks.tasks(answer, taskName, state.group(1));
        }
        case "GET /projects/*/instances/*?result" -> AnswerChecks.result(answer);
        case "GET /projects/*/instances/*?source" -> AnswerChecks.source(answer, taskName);
        case "GET /projects/*/instances/*?instanceprogress" -> AnswerChecks.progress(answer);
        case "GET /projects/*/instances/*?instancesummary" -> AnswerChecks.summary(answer);
        case "PUT /projects/*/instances/*",
            "PUT /projects/*/logs",
            "POST /projects/*/schemas",
            "DELETE /projects/*/schemas/*" ->
            assertThat(answer.body()).isEmpty();
        case "POST /projects/*/instances/*?downloads" -> AnswerChecks.download(answer);
        case "GET /projects/*/instances/*?data" -> {
          if (parameters.contains("schema_in_stream")) {
            recordCount = answer.headers().get("odps-tunnel-record-count");
            rows(request, withoutSchema(answer));
            withoutSchema(exchange.answer());
          } else {
            rows(request, answer);
          }
        }
        case "POST /projects/*/tables/*?uploads",
            "GET /projects/*/tables/*?uploadid",
            "POST /projects/*/tables/*?uploadid" ->
            AnswerChecks.upload(answer);
        // The body of this answer is not read by anybody.
        case "PUT /projects/*/tables/*?uploadid" -> {}
        default -> throw new AssertionError("No check is written for " + call);
      }
    }

    /** The path without names, and the parameter that says what is asked. */
    private static String shape(String path, List<String> parameters) {
      String shape =
          path.replaceFirst("^/projects/[^/]+", "/projects/*")
              .replaceFirst("/schemas/[^/]+/tables", "/tables")
              .replaceFirst("/(tables|instances|schemas)/[^/]+", "/$1/*");
      for (String word :
          List.of(
              "query",
              "partitions",
              "uploads",
              "uploadid",
              "downloads",
              "data",
              "partition",
              "service",
              "sign_bearer_token",
              "instancestatus",
              "taskstatus",
              "result",
              "source",
              "instanceprogress",
              "instancesummary",
              "info")) {
        if (parameters.stream().anyMatch(p -> p.equals(word) || p.startsWith(word + "="))) {
          return shape + "?" + word;
        }
      }
      return shape;
    }

    /** The body behind the schema with which it begins (5.4). */
    private static Message withoutSchema(Message answer) throws Exception {
      ByteBuffer body = ByteBuffer.wrap(answer.body());
      assertThat(varint(body)).as("field 1 with a length").isEqualTo(1 << 3 | 2);
      byte[] schema = new byte[(int) varint(body)];
      body.get(schema);
      assertThat(SchemaJson.read(TestServer.JSON.readTree(schema)).columns())
          .extracting(column -> column.name() + " " + column.type())
          .containsExactly("id bigint", "name string");
      CRC32C checksum = new CRC32C();
      checksum.update(new byte[] {1, 0, 0, 0});
      checksum.update(schema);
      assertThat(varint(body)).isEqualTo(33553920L << 3);
      assertThat(varint(body)).isEqualTo(checksum.getValue());
      byte[] rest = new byte[body.remaining()];
      body.get(rest);
      return new Message(answer.firstLine(), answer.headers(), rest);
    }

    private static long varint(ByteBuffer body) {
      long value = 0;
      int shift = 0;
      byte next;
      do {
        next = body.get();
        value |= (next & 0x7fL) << shift;
        shift += 7;
      } while (next < 0);
      return value;
    }

    /** The rows of {@code select id, name from orders}, or of one of them. */
    private void rows(Message request, Message answer) throws Exception {
      String coding = answer.headers().get("content-encoding");
      if (coding != null) {
        assertThat(request.headers().get("accept-encoding")).as("5.2").contains(coding);
      }
      var columns =
          SchemaJson.read(
                  TestServer.JSON.readTree(
                      "{\"columns\":[{\"name\":\"id\",\"type\":\"bigint\"},"
                          + "{\"name\":\"name\",\"type\":\"string\"}]}"))
              .columns();
      long rows = 0;
      try (BufferAllocator allocator = new RootAllocator();
          RecordReader reader =
              new RecordReader(
                  ContentCoding.forWireName(coding).decode(new ByteArrayInputStream(answer.body())),
                  columns,
                  ArrowMapping.Form.WIRE,
                  allocator,
                  1000)) {
        while (reader.loadNextBatch()) {
          rows += reader.root().getRowCount();
        }
      }
      assertThat(rows).as("5.2").isEqualTo(Long.parseLong(recordCount)).isPositive();
    }
  }
}
