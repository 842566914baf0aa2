package io.tunnel.protocol.sql;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static io.tunnel.protocol.http.FakeService.xml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.http.XmlElement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTasksTest {
  private static final String STATUS = "/api/projects/demo/instances/i1?curr_project=demo";

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

  private static MockResponse accepted() {
    return answer(201, Map.of("Location", "http://elsewhere/api/projects/demo/instances/i1"), "");
  }

  private static String document(String status, String result) {
    return "<Instance><Status>Terminated</Status><Tasks><Task Type=\"SQL\"><Name>AnonymousSQLTask"
        + "</Name>"
        + result
        + "<Status>"
        + status
        + "</Status></Task></Tasks></Instance>";
  }

  private SqlTask submitted() throws TunnelException {
    service.answer(r -> accepted());
    SqlTask task = client.sql().submit("select 1", Map.of());
    service.requests().clear();
    return task;
  }

  /** A task that is over after some looks at it. */
  private void endsAfter(int looks, String status, String result) {
    service.answer(
        r -> {
          if (r.getTarget().equals(STATUS)) {
            long seen = service.lines().stream().filter(l -> l.endsWith("/i1")).count();
            return xml(
                "<Instance><Status>"
                    + (seen > looks ? "Terminated" : "Running")
                    + "</Status></Instance>");
          }
          return answer(200, Map.of("x-odps-request-id", "r5"), document(status, result));
        });
  }

  private static void assertFails(ThrowingCallable call, String code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void submitsStatementSettingsAndAnIdOfItsOwn() throws Exception {
    service.answer(r -> accepted());
    try (TunnelClient threeTier = service.client(b -> b.schema("s1"))) {
      SqlTask task = threeTier.sql().submit("select '<&>', 'ü' -- end", Map.of("a.b", "say \"x\""));
      assertThat(task.id()).isEqualTo("i1");
    }
    RecordedRequest request = service.request(0);
    assertThat(request.getTarget())
        .isEqualTo("/api/projects/demo/instances?tryWait&curr_project=demo&curr_schema=s1");
    XmlElement job =
        Objects.requireNonNull(
            XmlElement.parse(Objects.requireNonNull(request.getBody()).toByteArray()).child("Job"));
    assertThat(job.childText("Guid")).hasSize(36);
    XmlElement sql =
        Objects.requireNonNull(Objects.requireNonNull(job.child("Tasks")).child("SQL"));
    assertThat(sql.childText("Query")).isEqualTo("select '<&>', 'ü' -- end\n;");
    assertThat(Objects.requireNonNull(sql.child("Config")).childrenNamed("Property"))
        .anySatisfy(
            p -> {
              assertThat(p.childText("Name")).isEqualTo("settings");
              assertThat(p.childText("Value"))
                  .isEqualTo(
                      "{\"odps.namespace.schema\":\"true\",\"odps.default.schema\":\"s1\","
                          + "\"a.b\":\"say \\\"x\\\"\"}");
            });
    assertThat(request.getHeaders().get("Content-MD5")).matches("[0-9a-f]{32}");
  }

  @Test
  @Tag("covers:client-sql/lost")
  void lostAnswerIsAskedForAgainUnderTheSameId() throws Exception {
    service.answerInTurn(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build(),
        accepted());
    client.sql().submit("insert into t values (1);", Map.of());
    assertThat(service.requests()).hasSize(2);
    assertThat(service.request(0).getBody()).isEqualTo(service.request(1).getBody());
  }

  @Test
  void waitsWithGrowingPausesForTheEnd() throws Exception {
    SqlTask task = submitted();
    endsAfter(8, "Success", "");
    task.await(Duration.ofMinutes(1));
    assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
    assertThat(service.time().waits().stream().map(Duration::toMillis))
        .containsExactly(20L, 40L, 80L, 160L, 320L, 640L, 1000L, 1000L);
  }

  @Test
  @Tag("covers:client-sql/synchronous")
  void resultInTheAnswerToTheSubmissionSparesAllOtherCalls() throws Exception {
    String csv = Base64.getEncoder().encodeToString("a\n1\n".getBytes(StandardCharsets.UTF_8));
    service.answer(
        r ->
            answer(
                200,
                Map.of("Location", "x/i1"),
                document(
                    "Success",
                    "<Result Transform=\"Base64\" Format=\"csv\"><![CDATA["
                        + csv
                        + "]]></Result>")));
    SqlTask task = client.sql().submit("select 1 a", Map.of());
    task.await(Duration.ZERO);
    assertThat(task.resultText()).isEqualTo("a\n1\n");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  @Tag("covers:client-sql/failure")
  void failureHasCodeAndTextOfTheService() throws Exception {
    SqlTask task = submitted();
    endsAfter(
        0,
        "Failed",
        "<Result Format=\"text\"><![CDATA[ODPS-0130131:[1,15] Table not found - table demo.x]]></Result>");
    assertFails(
        () -> task.await(Duration.ofMinutes(1)),
        "ODPS-0130131",
        "[1,15] Table not found - table demo.x (code ODPS-0130131, request id r5)");
    assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
  }

  @Test
  @Tag("covers:client-sql/failure")
  void failureWithoutCodeKeepsItsText() throws Exception {
    SqlTask task = submitted();
    endsAfter(0, "Failed", "<Result>out of luck</Result>");
    assertFails(() -> task.await(Duration.ofMinutes(1)), "TaskFailed", "out of luck");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Error><Code>NoSuchTable</Code><Message>ODPS-0130131:no table</Message></Error>"
            + "|NoSuchTable|no table",
        "<Error><Message>ODPS-0130131:no table</Message></Error>|ODPS-0130131|no table",
        "<Error><Code>NoSuchTable</Code></Error>|NoSuchTable|SQL task i1 failed",
        "<Error><Code>NoSuch|TaskFailed|<Error><Code>NoSuch",
        "<b>no error</b>|TaskFailed|<b>no error</b>"
      })
  @Tag("covers:client-sql/failure")
  void failureMayBeAnErrorDocument(String text, String code, String reason) throws Exception {
    SqlTask task = submitted();
    String encoded = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    endsAfter(0, "Failed", "<Result Transform=\"Base64\">" + encoded + "</Result>");
    assertFails(() -> task.await(Duration.ofMinutes(1)), code, reason);
  }

  @Test
  void cancelledTaskSaysSo() throws Exception {
    SqlTask task = submitted();
    endsAfter(0, "Cancelled", "");
    assertFails(() -> task.await(Duration.ofMinutes(1)), "TaskCancelled", "i1 was cancelled");
  }

  @Test
  @Tag("covers:client-sql/no-end")
  void endedTaskOfWhichTheServiceDoesNotTellTheEndIsNoSuccess() throws Exception {
    SqlTask task = submitted();
    service.answer(
        r ->
            answer(
                200,
                Map.of("x-odps-request-id", "r7"),
                "<Instance><Status>Terminated</Status><Tasks/></Instance>"));
    assertFails(task::status, "MalformedAnswer", "Reading the task status of SQL task i1 failed");
    assertFails(() -> task.await(Duration.ofMinutes(1)), "MalformedAnswer", "request id r7");

    endsAfter(0, "Success", "");
    assertThat(task.status()).isEqualTo(TaskStatus.SUCCESS);
  }

  @Test
  void waitEndsWithItsLimit() throws Exception {
    SqlTask task = submitted();
    endsAfter(1000, "Success", "");
    assertFails(
        () -> task.await(Duration.ofMillis(1500)), "TimedOut", "has not ended within 1500 ms");
    assertThat(service.time().waits().stream().mapToLong(Duration::toMillis).sum()).isEqualTo(1500);
  }

  @Test
  void interruptEndsTheWait() throws Exception {
    SqlTask task = submitted();
    endsAfter(1000, "Success", "");
    Thread.currentThread().interrupt();
    assertFails(() -> task.await(Duration.ofMinutes(1)), "Interrupted", "interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void cancelSendsTerminatedAndDoesNotMindAnEndedTask() throws Exception {
    SqlTask task = submitted();
    service.answer(r -> xml("<Instance/>"));
    task.cancel();
    RecordedRequest request = service.request(0);
    assertThat(request.getMethod()).isEqualTo("PUT");
    assertThat(Objects.requireNonNull(request.getBody()).utf8())
        .isEqualTo("<Instance><Status>Terminated</Status></Instance>");
    service.answer(r -> error(409, "InvalidStateSetting"));
    task.cancel();
    service.answer(r -> error(403, "NoPermission"));
    assertFails(task::cancel, "NoPermission", "Cancelling SQL task i1 failed");
  }

  @Test
  @Tag("covers:client-sql/summary")
  void outputRowsAreTheSumOverAllTables() throws Exception {
    SqlTask task = submitted();
    service.answer(
        r ->
            json(
                200,
                "{\"Instance\":{\"JsonSummary\":\"{\\\"Outputs\\\":{\\\"demo.a\\\":[3,100],"
                    + "\\\"demo.b\\\":[4,9]}}\"}}"));
    assertThat(task.outputRows()).isEqualTo(7);
    assertThat(service.lines())
        .containsExactly(
            "GET /api/projects/demo/instances/i1?instancesummary&taskname=AnonymousSQLTask");
    service.answer(r -> json(200, "{}"));
    assertThat(task.outputRows()).isEqualTo(-1);
    service.answer(r -> json(200, "{\"Instance\":{\"JsonSummary\":\"{}\"}}"));
    assertThat(task.outputRows()).isEqualTo(-1);
  }

  @Test
  void answerWithoutLocationIsRefused() {
    service.answer(r -> answer(201, Map.of(), ""));
    assertFails(
        () -> client.sql().submit("select 1", Map.of()), "MalformedAnswer", "Location of the task");
  }
}
