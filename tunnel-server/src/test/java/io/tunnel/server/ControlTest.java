package io.tunnel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.FaultRule;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.RecordedRequest.End;
import io.tunnel.server.limit.RateLimits;
import io.tunnel.server.limit.SteppedTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Faults, clock and records over HTTP and from Java, as a client meets them. */
class ControlTest {
  /** Bytes in a second, so that each takes a whole number of nanoseconds. */
  private static final int SLOW = 512;

  private final SteppedTime time = new SteppedTime();
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).control(), time);
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    server.control().clearRequests();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private JsonNode control(String method, String path, String document) throws IOException {
    HttpResponse<byte[]> answer = server.send(method, path, document.getBytes(UTF_8));
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    return TestServer.JSON.readTree(answer.body());
  }

  private String upload() throws IOException {
    return server.createUpload("t", "").path("UploadID").asText();
  }

  private HttpResponse<byte[]> block(String upload, int block, long... ids) throws IOException {
    return server.putBlock(
        "t", upload, block, UploadSessionTest.rows(server, "n", ids), true, ContentCoding.NONE, "");
  }

  private List<String> blocks(String upload) throws IOException {
    List<String> ids = new ArrayList<>();
    server
        .json("GET", "/projects/demo/tables/t?uploadid=" + upload)
        .path("UploadedBlockList")
        .forEach(block -> ids.add(block.path("BlockID").asText()));
    return ids;
  }

  private RecordedRequest last(Operation operation) {
    List<RecordedRequest> requests = server.control().requests(operation);
    return requests.get(requests.size() - 1);
  }

  @Test
  void withoutControlItsPathsAreAsUnknownAsAnyOther() throws IOException {
    try (TestServer plain = TestServer.start(LocalTunnelConfig.builder().anonymous(true))) {
      for (String method : List.of("GET", "POST", "DELETE")) {
        for (String path : List.of("clock", "faults", "requests", "reset")) {
          HttpResponse<byte[]> control = plain.send(method, "/-/" + path, null);
          HttpResponse<byte[]> unknown = plain.send(method, "/x/" + path, null);
          assertThat(control.statusCode()).isEqualTo(404).isEqualTo(unknown.statusCode());
          assertThat(code(control)).isEqualTo("NoSuchObject").isEqualTo(code(unknown));
        }
      }
      assertThatThrownBy(plain::control)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("builder().control()");
    }
  }

  private static String code(HttpResponse<byte[]> error) throws IOException {
    return TestServer.JSON.readTree(error.body()).path("Code").asText();
  }

  @Test
  void theThirdPutOfBlockTwoIsRefusedAndNoOther() throws IOException {
    JsonNode rule =
        control(
            "POST",
            "/-/faults",
            """
            {"on": "write_block", "table": "t", "block": 2, "after": 2,
             "refuse": {"status": 500, "code": "InternalServerError", "message": "not today"}}
            """);
    assertThat(rule.path("seen").asInt()).isZero();
    String upload = upload();
    assertThat(block(upload, 2, 1).statusCode()).isEqualTo(200);
    assertThat(block(upload, 1, 1).statusCode()).isEqualTo(200);
    assertThat(block(upload, 2, 2).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> refused = block(upload, 2, 3);
    assertThat(refused.statusCode()).isEqualTo(500);
    JsonNode error = TestServer.JSON.readTree(refused.body());
    assertThat(error.path("Code").asText()).isEqualTo("InternalServerError");
    assertThat(error.path("Message").asText()).isEqualTo("not today");
    assertThat(error.path("RequestId").asText())
        .isEqualTo(refused.headers().firstValue("x-odps-request-id").orElseThrow());
    assertThat(block(upload, 2, 4).statusCode()).isEqualTo(200);
    server.commit("t", upload, "");
    assertThat(server.download("t", true)).containsExactlyInAnyOrder("1|n", "4|n");
    JsonNode after = control("GET", "/-/faults", "").path("faults").path(0);
    assertThat(after.path("seen").asInt()).isEqualTo(4);
    assertThat(after.path("happened").asInt()).isEqualTo(1);
    assertThat(after.path("refuse").path("status").asInt()).isEqualTo(500);
  }

  @Test
  void aRefusalSaysWhenToComeBackInBothForms() throws IOException {
    control(
        "POST",
        "/-/faults",
        """
        {"on": "CREATE_UPLOAD", "times": "always",
         "refuse": {"status": 429, "code": "FlowExceeded", "retryAfterSeconds": 7,
                    "holdClientMillis": 1500}}
        """);
    HttpResponse<byte[]> refused = server.send("POST", "/projects/demo/tables/t?uploads", null);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).contains("7");
    JsonNode error = TestServer.JSON.readTree(refused.body());
    assertThat(error.path("HoldClientMillis").asLong()).isEqualTo(1500);
    assertThat(control("GET", "/-/faults", "").path("faults").path(0).path("times").asText())
        .isEqualTo("always");
  }

  @Test
  @Tag("covers:error/slot-reassignment")
  void aSlotReassignmentIsNoRedirect() throws IOException {
    server.control().fail(Calls.of(Operation.WRITE_BLOCK), Fault.refuse(308, "SlotReassigned"));
    HttpResponse<byte[]> refused = block(upload(), 0, 1);
    assertThat(refused.statusCode()).isEqualTo(308);
    assertThat(refused.headers().firstValue("Location")).isEmpty();
    assertThat(code(refused)).isEqualTo("SlotReassigned");
  }

  @Test
  void theServiceEndpointIsRefusedInXml() throws IOException {
    server.control().fail(Calls.of(Operation.SUBMIT), Fault.refuse(503, "ServiceUnavailable"));
    HttpResponse<byte[]> refused = server.send("POST", "/api/projects/demo/instances", null);
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(TestServer.text(refused)).contains("<Code>ServiceUnavailable</Code>");
  }

  @Test
  @Tag("covers:upload-commit/lost-answer")
  void aCommitWhoseAnswerIsLostIsDone() throws IOException {
    String upload = upload();
    block(upload, 0, 1, 2, 3);
    FaultRule rule = server.control().fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.loseAnswer());
    assertThatThrownBy(() -> server.commit("t", upload, "")).isInstanceOf(IOException.class);
    assertThat(rule.happened()).isEqualTo(1);
    RecordedRequest lost = last(Operation.COMMIT_UPLOAD);
    assertThat(lost.end()).isEqualTo(End.CUT);
    assertThat(lost.status()).isEqualTo(200);
    assertThat(lost.answerBytes()).isZero();
    assertThat(server.download("t", true)).containsExactlyInAnyOrder("1|n", "2|n", "3|n");
    assertThat(server.commit("t", upload, "").path("Status").asText()).isEqualTo("closed");
    assertThat(server.download("t", true)).hasSize(3);
  }

  @Test
  void aBlockThatIsCutNeverCounts() throws IOException {
    String upload = upload();
    byte[] body = UploadSessionTest.rows(server, "n", 1, 2, 3);
    // Within the body, at its last byte, and beyond it: the end is never seen.
    for (long bytes : new long[] {0, 1, body.length - 1, body.length, body.length + 1000}) {
      server.control().fail(Calls.of(Operation.WRITE_BLOCK), Fault.cutRequest(bytes));
      assertThatThrownBy(() -> block(upload, 0, 1, 2, 3)).isInstanceOf(IOException.class);
      RecordedRequest cut = last(Operation.WRITE_BLOCK);
      assertThat(cut.end()).isEqualTo(End.CUT);
      assertThat(cut.status()).isZero();
      assertThat(cut.requestBytes()).isEqualTo(Math.min(bytes, body.length));
      assertThat(blocks(upload)).as("cut after %s bytes", bytes).isEmpty();
    }
    assertThat(block(upload, 0, 1, 2, 3).statusCode()).isEqualTo(200);
    assertThat(last(Operation.WRITE_BLOCK).requestBytes()).isEqualTo(body.length);
    server.commit("t", upload, "");
    assertThat(server.download("t", true)).hasSize(3);
  }

  @Test
  void aDocumentThatIsCutIsNotObeyed() throws IOException {
    String upload = upload();
    block(upload, 0, 1);
    server.control().fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.cutRequest(0));
    assertThatThrownBy(() -> server.commit("t", upload, "")).isInstanceOf(IOException.class);
    assertThat(last(Operation.COMMIT_UPLOAD).end()).isEqualTo(End.CUT);
    assertThat(server.download("t", true)).isEmpty();
    server.commit("t", upload, "");
    assertThat(server.download("t", true)).containsExactly("1|n");
  }

  @Test
  void rowsAreCutAtTheByte() throws IOException {
    String upload = upload();
    block(upload, 0, 1, 2, 3);
    server.commit("t", upload, "");
    String session = server.createDownload("t", "").path("DownloadID").asText();
    String path = "/projects/demo/tables/t?data&arrow&downloadid=" + session;
    int whole = read(path).length;
    assertThat(whole).isGreaterThan(100);
    for (int bytes : new int[] {1, 100, whole - 1}) {
      server.control().fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(bytes));
      assertThat(read(path)).as("cut after %s bytes", bytes).hasSize(bytes);
      RecordedRequest cut = last(Operation.READ_ROWS);
      assertThat(cut.end()).isEqualTo(End.CUT);
      assertThat(cut.fault()).isEqualTo(Fault.cutAnswer(bytes));
    }
    // All bytes arrive, and still the answer has no end.
    server.control().fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(whole + 1000));
    assertThatThrownBy(() -> server.send("GET", path, null)).isInstanceOf(IOException.class);
    assertThat(read(path)).hasSize(whole);
  }

  /** What arrives of an answer before it ends or breaks off. */
  private byte[] read(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) server.endpoint().resolve(path).toURL().openConnection();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = connection.getInputStream()) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        bytes.write(next);
      }
    } catch (IOException brokenOff) {
      assertThat(last(Operation.READ_ROWS).end()).isEqualTo(End.CUT);
    } finally {
      connection.disconnect();
    }
    return bytes.toByteArray();
  }

  @Test
  void aDocumentIsCutBeforeItsEndWhateverItsLength() throws IOException {
    for (long bytes : new long[] {1, 1_000_000}) {
      server.control().fail(Calls.of(Operation.CREATE_UPLOAD), Fault.cutAnswer(bytes));
      assertThatThrownBy(this::upload).isInstanceOf(IOException.class);
      RecordedRequest cut = last(Operation.CREATE_UPLOAD);
      assertThat(cut.end()).isEqualTo(End.CUT);
      assertThat(cut.status()).isEqualTo(200);
    }
    assertThat(last(Operation.CREATE_UPLOAD).answerBytes()).isGreaterThan(100);
  }

  @Test
  void slowCallsAreWhole() throws IOException {
    FaultRule blocks = server.control().fail(Calls.of(Operation.WRITE_BLOCK), Fault.slow(SLOW));
    FaultRule rows = server.control().fail(Calls.of(Operation.READ_ROWS), Fault.slow(SLOW));
    FaultRule commits = server.control().fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.slow(SLOW));
    String upload = upload();
    assertThat(block(upload, 0, 1, 2, 3).statusCode()).isEqualTo(200);
    server.commit("t", upload, "");
    assertThat(server.download("t", true)).containsExactlyInAnyOrder("1|n", "2|n", "3|n");
    assertThat(List.of(blocks.happened(), rows.happened(), commits.happened()))
        .containsExactly(1L, 1L, 1L);
    // Time passes for nobody else.
    long slowed =
        Stream.of(Operation.WRITE_BLOCK, Operation.READ_ROWS, Operation.COMMIT_UPLOAD)
            .map(this::last)
            .mapToLong(request -> request.requestBytes() + request.answerBytes())
            .sum();
    assertThat(time.nanos()).isEqualTo(slowed * (1_000_000_000 / SLOW));
  }

  @Test
  void sessionsEndByTheControlledClock() throws IOException {
    assertThat(control("POST", "/-/clock", "{\"freeze\": \"2026-03-01T00:00:00Z\"}").toString())
        .isEqualTo("{\"now\":\"2026-03-01T00:00:00Z\",\"frozen\":true}");
    String upload = upload();
    assertThat(control("POST", "/-/clock", "{\"advance\": \"PT24H\"}").path("now").asText())
        .isEqualTo("2026-03-02T00:00:00Z");
    assertThat(block(upload, 0, 1).statusCode()).isEqualTo(200);
    control("POST", "/-/clock", "{\"advance\": \"PT1S\"}");
    HttpResponse<byte[]> late = block(upload, 1, 1);
    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(code(late)).isEqualTo("StatusConflict");
    JsonNode state = server.json("GET", "/projects/demo/tables/t?uploadid=" + upload);
    assertThat(state.path("Status").asText()).isEqualTo("expired");
    assertThat(last(Operation.READ_UPLOAD).start())
        .isEqualTo(Instant.parse("2026-03-02T00:00:01Z"));
    assertThat(server.select("SELECT CAST(GETDATE() AS STRING)", true))
        .containsExactly("2026-03-02 00:00:01");
    assertThat(control("POST", "/-/clock", "{\"run\": true}").path("frozen").asBoolean()).isFalse();
    Instant before = Instant.now();
    Instant shown = Instant.parse(control("DELETE", "/-/clock", "").path("now").asText());
    assertThat(shown).isBetween(before, Instant.now());
  }

  @Test
  void limitsEndByTheControlledClock() throws IOException {
    RateLimits one = new RateLimits(1, 500, 32, 75, 200, 200, 300, Integer.MAX_VALUE);
    try (TestServer limited =
        TestServer.start(
            LocalTunnelConfig.builder()
                .anonymous(true)
                .control()
                .limits(ServerLimits.DEFAULT.withRates(one)))) {
      limited.sql("CREATE TABLE t (id BIGINT)");
      limited.control().clock().freeze();
      limited.createUpload("t", "");
      assertThat(limited.send("POST", "/projects/demo/tables/t?uploads", null).statusCode())
          .isEqualTo(429);
      limited.control().clock().advance(Duration.ofMinutes(5));
      limited.createUpload("t", "");
    }
  }

  @Test
  void withAccountsTheControlNeedsASignatureByTheTimeOfTheMachine() throws IOException {
    InstantSource machine = () -> Instant.parse("2026-01-01T12:00:00Z");
    try (TestServer guarded =
        TestServer.start(
            LocalTunnelConfig.builder().account("dev", "secret").clock(machine).control())) {
      SignedCalls dev = new SignedCalls(guarded, "dev", "secret", machine);
      SignedCalls wrong = new SignedCalls(guarded, "dev", "other", machine);
      assertThat(guarded.send("GET", "/-/requests", null).statusCode()).isEqualTo(401);
      assertThat(wrong.send("", "GET", "/-/requests", null).statusCode()).isEqualTo(403);
      assertThat(wrong.send("", "POST", "/-/clock", "{\"advance\": \"PT1H\"}").statusCode())
          .isEqualTo(403);
      assertThat(dev.send("GET", "/projects/demo", null).statusCode()).isEqualTo(200);
      assertThat(dev.send("", "POST", "/-/clock", "{\"advance\": \"PT16M\"}").statusCode())
          .isEqualTo(200);
      HttpResponse<byte[]> late = dev.send("GET", "/projects/demo", null);
      assertThat(late.statusCode()).isEqualTo(403);
      assertThat(TestServer.text(late)).contains("RequestTimeTooSkewd");
      SignedCalls later = new SignedCalls(guarded, "dev", "secret", guarded.control().clock());
      assertThat(later.send("GET", "/projects/demo", null).statusCode()).isEqualTo(200);
      assertThat(dev.send("", "POST", "/-/reset", null).statusCode()).isEqualTo(200);
      assertThat(dev.send("GET", "/projects/demo", null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void requestsAreRecordedWithoutTheirSecrets() throws IOException {
    String upload = upload();
    byte[] body = UploadSessionTest.rows(server, "n", 1, 2, 3);
    block(upload, 4, 1, 2, 3);
    HttpResponse<byte[]> missing =
        server.send(
            "GET",
            "/api/projects/demo/tables/absent?curr_schema=default&Signature=aaa111&token=bbb222",
            null,
            "Authorization",
            "ODPS dev:ccc333",
            "authorization-sts-token",
            "ddd444");
    JsonNode requests = control("GET", "/-/requests", "").path("requests");
    assertThat(requests).hasSize(3);
    assertThat(requests.toString()).doesNotContain("aaa111", "bbb222", "ccc333", "ddd444");
    JsonNode put = requests.path(1);
    assertThat(put.path("method").asText()).isEqualTo("PUT");
    assertThat(put.path("operation").asText()).isEqualTo("WRITE_BLOCK");
    assertThat(put.path("path").asText())
        .isEqualTo("/projects/demo/tables/t?uploadid=" + upload + "&blockid=4&arrow");
    assertThat(put.path("end").asText()).isEqualTo("answered");
    assertThat(put.path("status").asInt()).isEqualTo(200);
    assertThat(put.has("errorCode")).isFalse();
    assertThat(put.path("requestBytes").asLong()).isEqualTo(body.length);
    assertThat(put.path("answerBytes").asLong()).isEqualTo("{}".length());
    assertThat(Instant.parse(put.path("start").asText())).isBefore(Instant.now());
    JsonNode failed = requests.path(2);
    assertThat(failed.path("path").asText())
        .isEqualTo(
            "/api/projects/demo/tables/absent?curr_schema=default&Signature=*****&token=*****");
    assertThat(failed.path("status").asInt()).isEqualTo(404);
    assertThat(failed.path("errorCode").asText()).isEqualTo("NoSuchTable");
    assertThat(failed.path("answerBytes").asLong()).isEqualTo(missing.body().length);
    assertThat(failed.path("requestId").asText())
        .isEqualTo(missing.headers().firstValue("x-odps-request-id").orElseThrow());
    assertThat(control("GET", "/-/requests?last=1", "").path("requests")).hasSize(1);
    assertThat(control("DELETE", "/-/requests", "").path("requests")).isEmpty();
  }

  @Test
  void aResetTakesFaultsAwayAndATableOnlyWhenAsked() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("CREATE VIEW v AS SELECT id FROM t");
    server.sql("CREATE SCHEMA s");
    server.sql("CREATE TABLE s.t (id BIGINT)");
    server.sql("INSERT INTO t VALUES (1, 'a')");
    server.control().clock().freezeAt(Instant.parse("2026-03-01T00:00:00Z"));
    server.control().fail(Calls.any().always(), Fault.refuse(500, "InternalServerError"));
    assertThat(server.send("GET", "/api/projects/demo", null).statusCode()).isEqualTo(500);
    assertThat(control("POST", "/-/reset", "").isEmpty()).isTrue();
    assertThat(server.control().faults()).isEmpty();
    assertThat(server.control().requests()).isEmpty();
    assertThat(server.control().clock().isFrozen()).isFalse();
    assertThat(server.download("t", true)).containsExactly("1|a");

    String upload = upload();
    block(upload, 0, 1);
    control("POST", "/-/reset?tables", "");
    assertThat(server.control().requests()).isEmpty();
    assertThat(server.sql("SHOW TABLES").strip()).isEmpty();
    assertThat(server.sql("SHOW SCHEMAS").strip()).doesNotContain("s\n").isEqualTo("default");
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
    assertThat(server.download("t", true)).isEmpty();
    assertThat(server.send("POST", "/projects/demo/tables/t?uploadid=" + upload, null).statusCode())
        .isEqualTo(404);
    assertThat(server.download("t", true)).isEmpty();
  }

  @Test
  void whatCannotBeReadIsRefusedWithWhatToChange() throws IOException {
    refused("/-/faults", "nonsense", "no JSON");
    refused("/-/faults", "", "JSON object");
    refused("/-/faults", "{\"on\": \"COMMIT\", \"loseAnswer\": true}", "COMMIT_UPLOAD");
    refused("/-/faults", "{\"on\": \"SUBMIT\"}", "exactly one of refuse");
    refused("/-/faults", "{\"loseAnswer\": true, \"slowTo\": 5}", "exactly one of refuse");
    refused("/-/faults", "{\"loseAnswer\": false}", "only be true");
    refused("/-/faults", "{\"lostAnswer\": true}", "lostAnswer");
    refused("/-/faults", "{\"block\": 1.5, \"loseAnswer\": true}", "1.5");
    refused("/-/faults", "{\"partition\": \"x\", \"loseAnswer\": true}", "column=value");
    refused("/-/faults", "{\"times\": 0, \"loseAnswer\": true}", "at least once");
    refused("/-/faults", "{\"refuse\": {\"status\": 500}}", "a status and a code");
    refused("/-/faults", "{\"refuse\": {\"code\": \"x\"}}", "status");
    refused("/-/faults", "{\"refuse\": {\"code\": \"x\", \"status\": 200}}", "300 to 599");
    refused("/-/clock", "{\"advance\": \"1 day\"}", "PT24H");
    refused("/-/clock", "{\"advance\": \"PT-1S\"}", "PT-1S");
    refused("/-/clock", "{\"freeze\": \"today\"}", "2026-01-31T12:00:00Z");
    refused("/-/clock", "{\"freeze\": true, \"run\": true}", "one order");
    refused("/-/clock", "{}", "one order");
    assertThat(server.control().faults()).isEmpty();
    assertThat(server.control().clock().isFrozen()).isFalse();
    assertThat(server.send("GET", "/-/reset", null).statusCode()).isEqualTo(405);
    assertThat(server.send("PUT", "/-/clock", new byte[1]).statusCode()).isEqualTo(405);
    assertThat(server.send("GET", "/-/", null).statusCode()).isEqualTo(404);
  }

  private void refused(String path, String document, String reason) throws IOException {
    HttpResponse<byte[]> answer = server.send("POST", path, document.getBytes(UTF_8));
    assertThat(answer.statusCode()).as(document).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("InvalidArgument");
    assertThat(TestServer.JSON.readTree(answer.body()).path("Message").asText()).contains(reason);
  }

  @Test
  void aServerForATestIsOneLine() throws IOException {
    try (LocalTunnel tunnel = LocalTunnel.startForTest()) {
      assertThat(tunnel.endpoint().getHost()).isEqualTo("127.0.0.1");
      assertThat(tunnel.control().requests()).isEmpty();
    }
  }

  @Test
  void aRequestWhoseBodyNobodyReadsIsCutToo() throws IOException {
    FaultRule block = server.control().fail(Calls.of(Operation.WRITE_BLOCK), Fault.cutRequest(5));
    assertThatThrownBy(() -> block("nosuchsession", 0, 1)).isInstanceOf(IOException.class);
    assertThat(block.happened()).isEqualTo(1);
    assertThat(last(Operation.WRITE_BLOCK).end()).isEqualTo(End.CUT);
    // An HTTP library may ask once more.
    server.control().fail(Calls.of(Operation.READ_ROWS).always(), Fault.cutRequest(5));
    String path = "/projects/demo/tables/t?data&arrow&downloadid=" + download();
    assertThatThrownBy(() -> server.send("GET", path, null)).isInstanceOf(IOException.class);
    assertThat(last(Operation.READ_ROWS).end()).isEqualTo(End.CUT);
  }

  private String download() throws IOException {
    return server.createDownload("t", "").path("DownloadID").asText();
  }
}
