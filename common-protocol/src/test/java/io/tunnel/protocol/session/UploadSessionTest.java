package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UploadSessionTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final MockResponse LOST =
      new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();

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

  private static MockResponse session(String status, int... blocks) {
    String list =
        IntStream.of(blocks)
            .mapToObj(
                id ->
                    "{\"BlockID\":"
                        + id
                        + ",\"CreateTime\":1,\"Date\":\"\",\"FileName\":\"\",\"RecordCount\":0,\"Version\":0}")
            .collect(Collectors.joining(","));
    return json(
        200,
        "{\"UploadID\":\"up1\",\"Status\":\""
            + status
            + "\",\"MaxFieldSize\":1000,\"Schema\":"
            + SchemaJson.write(Rows.SCHEMA)
            + ",\"UploadedBlockList\":["
            + list
            + "]}");
  }

  private UploadSession created() throws TunnelException {
    service.answer(r -> session("normal"));
    UploadSession session = client.createUpload(TABLE, UploadOptions.append());
    service.requests().clear();
    return session;
  }

  /** Answers reads of the session in one order, commits in another. */
  private void script(MockResponse[] reloads, MockResponse... commits) {
    int[] next = new int[2];
    service.answer(
        request -> {
          boolean read = request.getMethod().equals("GET");
          MockResponse[] script = read ? reloads : commits;
          return script[Math.min(next[read ? 0 : 1]++, script.length - 1)];
        });
  }

  private static MockResponse[] reloads(MockResponse... responses) {
    return responses;
  }

  private long commits() {
    return service.requests().stream().filter(r -> r.getMethod().equals("POST")).count();
  }

  private static void assertFails(ThrowingCallable call, String code, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .hasMessageContaining(part);
  }

  @Test
  void createsASessionForAPartitionOfATableInASchema() throws Exception {
    service.answer(r -> session("NORMAL", 4));
    UploadSession session =
        client.createUpload(
            new TableName("demo", "s x", "t"),
            UploadOptions.replace()
                .inPartition(PartitionSpec.parse("ds='2026-01-01',hh=10"))
                .withCreatePartition(true));

    assertThat(service.lines())
        .containsExactly(
            "POST /projects/demo/schemas/s%20x/tables/t"
                + "?uploads&partition=ds%3D2026-01-01%2Chh%3D10&overwrite=true&create_partition=true");
    assertThat(session.id()).isEqualTo("up1");
    assertThat(session.status()).isEqualTo(UploadStatus.NORMAL);
    assertThat(session.schema()).isEqualTo(Rows.SCHEMA);
    assertThat(session.blocks()).containsExactly(4);
    assertThat(session.maxFieldSize()).isEqualTo(1000);
    assertThat(session.format()).isEqualTo(BodyFormat.ARROW);
  }

  @Test
  void creationIsRepeatedBecauseAnUnusedSessionHarmsNobody() throws Exception {
    service.answerInTurn(error(503, "ServiceUnavailable"), LOST, session("normal"));
    assertThat(client.createUpload(TABLE, UploadOptions.append()).id()).isEqualTo("up1");
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  void endpointIsAskedFromTheServiceOnce() throws Exception {
    int port = service.server().getPort();
    service.answer(
        r ->
            r.getTarget().startsWith("/api/projects/demo/tunnel?service")
                ? answer(200, Map.of(), "localhost:" + port)
                : session("normal"));
    try (TunnelClient discovering =
        TunnelClient.open(
            TunnelConfig.builder(service.endpoint(), "demo").quota("q").build(),
            service.time(),
            service.time())) {
      discovering.createUpload(TABLE, UploadOptions.append());
      discovering.createUpload(TABLE, UploadOptions.append());
    }
    assertThat(service.lines())
        .containsExactly(
            "GET /api/projects/demo/tunnel?service&quotaName=q",
            "POST /projects/demo/tables/t?quotaName=q&uploads",
            "POST /projects/demo/tables/t?quotaName=q&uploads");
  }

  @Test
  @Tag("covers:client-discovery/other")
  void endpointThatIsNoHostIsRefused() {
    service.answer(r -> answer(200, Map.of(), "<html>Login</html>"));
    try (TunnelClient discovering =
        TunnelClient.open(
            TunnelConfig.builder(service.endpoint(), "demo").build(),
            service.time(),
            service.time())) {
      assertFails(
          () -> discovering.createUpload(TABLE, UploadOptions.append()),
          "MalformedAnswer",
          "host with an optional port");
    }
  }

  @Test
  void errorsOfTheServiceKeepCodeAndRequestId() {
    service.answer(r -> error(404, "NoSuchTable"));
    assertFails(
        () -> client.createUpload(TABLE, UploadOptions.append()),
        "NoSuchTable",
        "Creating an upload session for demo.t failed: It is NoSuchTable (code NoSuchTable, request id req-404)");
  }

  @Test
  void answerWithoutSessionIsRefused() {
    service.answer(r -> json(200, "{}"));
    assertFails(
        () -> client.createUpload(TABLE, UploadOptions.append()), "MalformedAnswer", "UploadID");
  }

  @Test
  void schemaOfUnknownTypesIsNamed() {
    service.answer(
        r ->
            json(
                200,
                "{\"UploadID\":\"u\",\"Status\":\"normal\",\"Schema\":{\"columns\":[{\"name\":\"g\","
                    + "\"type\":\"geography\"}],\"partitionKeys\":[]}}"));
    assertFails(
        () -> client.createUpload(TABLE, UploadOptions.append()), "UnsupportedSchema", "geography");
  }

  @Test
  void handleTravelsToAnotherProcess() throws Exception {
    UploadSession session = created();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(session.handle());
    }
    Object copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = in.readObject();
    }
    assertThat(copy).isEqualTo(session.handle());

    service.answer(r -> session("closed", 1, 2));
    UploadSession attached = client.attachUpload((UploadHandle) copy);
    assertThat(attached.status()).isEqualTo(UploadStatus.CLOSED);
    assertThat(attached.blocks()).containsExactly(1, 2);
    assertThat(attached.schema()).isEqualTo(Rows.SCHEMA);
    assertThat(service.lines())
        .containsExactly("GET /projects/demo/tables/t?uploadid=up1&getblockid=true");
  }

  @Test
  void blockIdsOutOfRangeAreRefused() throws Exception {
    UploadSession session = created();
    try (RootAllocator allocator = new RootAllocator()) {
      assertThatThrownBy(() -> session.openBlock(-1, allocator))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.openBlock(20_000, allocator))
          .hasMessageContaining("20000 is out of range");
    }
  }

  @Test
  void commitChecksTheBlocksAndIsSentOnce() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0, 1)), session("closed", 0, 1));
    session.commit(Set.of(1, 0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
    assertThat(service.lines())
        .containsExactly(
            "GET /projects/demo/tables/t?uploadid=up1&getblockid=true",
            "POST /projects/demo/tables/t?uploadid=up1");
    RecordedRequest commit = service.request(1);
    assertThat(commit.getBodySize()).isZero();
  }

  @Test
  void commitNamesMissingAndUnexpectedBlocksAndSendsNothing() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0, 5)), session("closed"));
    assertFails(
        () -> session.commit(Set.of(0, 1, 2)),
        "InConsistentBlockList",
        "missing: 1, 2, unexpected: 5");
    assertThat(commits()).isZero();
  }

  @Test
  @Tag("covers:client-upload/commit")
  void plainObjectIsEnoughOfAnAnswer() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal")), json(200, "{}"));
    session.commit(Set.of());
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  @Tag("covers:client-upload/commit")
  void unreadableAnswerOfACommitThatHappenedIsASuccess() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0), session("closed", 0)), json(200, ""));
    session.commit(Set.of(0));
    assertThat(commits()).isEqualTo(1);
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  void answerThatTheCommitFailedIsNoSuccess() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0), session("critical", 0)), session("critical", 0));
    assertFails(() -> session.commit(Set.of(0)), "StatusConflict", "its state is CRITICAL");
    assertThat(commits()).isEqualTo(1);
  }

  @Test
  void interruptedCommitSaysThatItsOutcomeIsNotKnown() throws Exception {
    UploadSession session = created();
    Thread committer = Thread.currentThread();
    service.answer(
        r -> {
          if (r.getMethod().equals("POST")) {
            committer.interrupt();
            return LOST;
          }
          return session("normal", 0);
        });
    assertFails(() -> session.commit(Set.of(0)), "Interrupted", "It is not known whether");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void stateThatCannotBeReadAfterAConflictIsNoFailedCommit() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0), error(403, "NoPermission")), error(409, "StatusConflict"));
    assertFails(() -> session.commit(Set.of(0)), "NoPermission", "It is not known whether");
  }

  @Test
  @Tag("covers:client-upload/commit-lost")
  void lostAnswerOfACommitThatHappenedIsASuccess() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0), session("closed", 0)), LOST);
    session.commit(Set.of(0));
    assertThat(commits()).isEqualTo(1);
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  @Tag("covers:client-upload/commit-lost")
  void lostCommitThatDidNotHappenIsSentAgain() throws Exception {
    UploadSession session = created();
    script(
        reloads(session("normal", 0)),
        error(500, "InternalServerError"),
        LOST,
        session("closed", 0));
    session.commit(Set.of(0));
    assertThat(commits()).isEqualTo(3);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  @Tag("covers:client-upload/commit-running")
  void commitThatIsStillRunningIsWaitedFor() throws Exception {
    UploadSession session = created();
    script(
        reloads(
            session("normal", 0),
            session("closing", 0),
            session("committing", 0),
            session("closed", 0)),
        error(504, "GatewayTimeout"));
    session.commit(Set.of(0));
    assertThat(commits()).isEqualTo(1);
  }

  @Test
  @Tag("covers:client-upload/commit-running")
  void acceptedCommitThatIsStillRunningIsWaitedFor() throws Exception {
    UploadSession session = created();
    script(
        reloads(session("normal", 0), session("closing", 0), session("closed", 0)),
        session("closing", 0));
    session.commit(Set.of(0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  void refusedCommitIsRepeatedWithoutDoubt() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0)), error(429, "FlowExceeded"), session("closed", 0));
    session.commit(Set.of(0));
    assertThat(commits()).isEqualTo(2);
    assertThat(service.requests()).hasSize(3);
  }

  @Test
  @Tag("covers:client-upload/commit-conflict")
  void conflictAfterACommitThatHappenedIsASuccess() throws Exception {
    UploadSession session = created();
    script(
        reloads(session("normal", 0), session("normal", 0), session("closed", 0)),
        LOST,
        error(409, "StatusConflict"));
    session.commit(Set.of(0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
  }

  @Test
  @Tag("covers:client-upload/commit-conflict")
  void conflictOfASessionThatIsNotClosedIsAnError() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0), session("expired", 0)), error(409, "StatusConflict"));
    assertFails(() -> session.commit(Set.of(0)), "StatusConflict", "It is StatusConflict");
  }

  @Test
  void secondCommitOfAClosedSessionSucceedsWithoutARequest() throws Exception {
    UploadSession session = created();
    script(reloads(session("closed", 0)), error(409, "StatusConflict"));
    session.commit(Set.of(0));
    session.commit(Set.of(0));
    assertThat(commits()).isZero();
  }

  @Test
  void expiredSessionIsNotCommitted() throws Exception {
    UploadSession session = created();
    script(reloads(session("expired", 0)), session("closed"));
    assertFails(() -> session.commit(Set.of(0)), "StatusConflict", "EXPIRED");
    assertThat(commits()).isZero();
  }

  @Test
  void canceledSessionIsRefusedWithTheReasonOfTheService() throws Exception {
    UploadSession session = created();
    script(reloads(session("canceled")), error(404, "NoSuchTable"));
    assertFails(() -> session.commit(Set.of(0)), "NoSuchTable", "");
    assertThat(commits()).isEqualTo(1);
  }

  @Test
  void canceledSessionWithoutAReasonSaysWhatToDo() throws Exception {
    UploadSession session = created();
    script(reloads(session("canceled")), session("canceled"));
    assertFails(() -> session.commit(Set.of(0)), "StatusConflict", "the table was dropped");
  }

  @Test
  void finalErrorOfACommitIsThrownAtOnce() throws Exception {
    UploadSession session = created();
    script(reloads(session("normal", 0)), error(403, "NoPermission"));
    assertFails(() -> session.commit(Set.of(0)), "NoPermission", "Committing upload session up1");
    assertThat(commits()).isEqualTo(1);
  }

  @Test
  void commitGivesUpAfterTheTotalLimit() throws Exception {
    try (TunnelClient impatient = service.client(b -> b.retryTimeout(Duration.ofSeconds(5)))) {
      service.answer(r -> session("normal"));
      UploadSession session = impatient.createUpload(TABLE, UploadOptions.append());
      script(reloads(session("normal", 0)), error(503, "ServiceUnavailable"));
      assertFails(
          () -> session.commit(Set.of(0)), "ServiceUnavailable", "given up after 3 attempts");
      assertFails(
          () -> session.commit(Set.of(0)),
          "ServiceUnavailable",
          "It is not known whether upload session up1 of demo.t was committed");
    }
  }

  @Test
  void commitThatNeverEndsIsGivenUpAfterAnHour() throws Exception {
    UploadSession session = created();
    script(reloads(session("closing", 0)), session("closed"));
    assertFails(() -> session.commit(Set.of(0)), "TimedOut", "still being committed");
    assertThat(service.time().waitsInSeconds())
        .startsWith(1L, 2L, 4L, 5L)
        .allMatch(seconds -> seconds <= 5);
    assertThat(service.time().waits().stream().mapToLong(Duration::toSeconds).sum())
        .isBetween(3600L, 3605L);
    assertThat(commits()).isZero();
  }
}
