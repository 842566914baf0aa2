package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static io.tunnel.protocol.session.FakeUpserts.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpsertSessionTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final MockResponse LOST =
      new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
  private static final String COMMIT = "POST /projects/demo/tables/t/upserts?upsertid=up1";
  private static final String RELOAD = "GET /projects/demo/tables/t/upserts?upsertid=up1";

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
    ClientThreads.assertEnded();
  }

  private static MockResponse state(String status) {
    return session("up1", status, 4);
  }

  private UpsertSession created() throws TunnelException {
    service.answer(r -> state("normal"));
    UpsertSession session = client.createUpsert(TABLE, UpsertOptions.defaults());
    service.requests().clear();
    return session;
  }

  private static void assertFails(ThrowingCallable call, String code, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void createsASessionForAPartitionOfATableInASchema() throws Exception {
    service.answer(r -> session("up1", "NORMAL", 4, "10.0.0.1:9000", "10.0.0.2:9001"));
    UpsertSession session =
        client.createUpsert(
            new TableName("demo", "s x", "t"),
            new UpsertOptions(PartitionSpec.parse("ds='2026-01-01',hh=10"), 3, 12));
    assertThat(service.lines())
        .containsExactly(
            "POST /projects/demo/schemas/s%20x/tables/t/upserts"
                + "?slotnum=3&partition=ds%3D2026-01-01%2Chh%3D10&lifecycle=12");
    assertThat(service.request(0).getHeaders().toMultimap())
        .containsEntry("odps-tunnel-date-transform", List.of("v1"))
        .containsEntry("odps-tunnel-sdk-support-schema-evolution", List.of("true"))
        .containsEntry("x-odps-tunnel-version", List.of("6"));
    assertThat(session.id()).isEqualTo("up1");
    assertThat(session.status()).isEqualTo(UpsertStatus.NORMAL);
    assertThat(session.schema()).isEqualTo(FakeUpserts.SCHEMA);
    assertThat(session.keyColumns()).containsExactly(FakeUpserts.SCHEMA.columns().get(0));
    assertThat(session.buckets()).isEqualTo(4);
    assertThat(session.allowsPartialUpdates()).isTrue();
    assertThat(session)
        .hasToString("upsert session up1 of demo.s x.t, partition ds=2026-01-01,hh=10");
  }

  @Test
  void handleTravelsToAnotherProcess() throws Exception {
    UpsertSession session = created();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(session.handle());
    }
    Object copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = in.readObject();
    }
    UpsertSession attached = client.attachUpsert((UpsertHandle) copy);
    assertThat(service.lines()).containsExactly(RELOAD);
    assertThat(attached.id()).isEqualTo("up1");
    assertThat(attached.buckets()).isEqualTo(4);
  }

  @Test
  void tableWithoutAPrimaryKeyIsRefused() {
    service.answer(r -> json(200, body().replace("[\"id\"]", "[]")));
    assertFails(
        () -> client.createUpsert(TABLE, UpsertOptions.defaults()),
        "NoPrimaryKey",
        "demo.t",
        "no primary key",
        "use INSERT");
  }

  @Test
  void unknownHasherIsRefused() {
    service.answer(r -> json(200, body().replace("default\",\"slots", "murmur\",\"slots")));
    assertFails(
        () -> client.createUpsert(TABLE, UpsertOptions.defaults()),
        "UnsupportedSchema",
        "\"murmur\" is unknown");
  }

  @Test
  void bucketsThatAreNotFromZeroOnAreRefused() {
    for (String buckets : new String[] {"[1,2,3,4]", "[0,1,2,2]", "[]", "[0,1,2,-1]"}) {
      service.answer(r -> json(200, body().replace("[0,1,2,3]", buckets)));
      assertFails(
          () -> client.createUpsert(TABLE, UpsertOptions.defaults()), "MalformedAnswer", "bucket");
    }
    service.answer(r -> json(200, body().replace("10.0.0.1:9000", "")));
    assertFails(
        () -> client.createUpsert(TABLE, UpsertOptions.defaults()),
        "MalformedAnswer",
        "worker_addr");
  }

  /** The text of an answer with four buckets. */
  private static String body() {
    return FakeUpserts.sessionText("up1", "normal", 4);
  }

  @Test
  void missingPartitionSaysWhatToDo() {
    service.answer(r -> error(404, "NoSuchPartition"));
    assertFails(
        () ->
            client.createUpsert(
                TABLE, UpsertOptions.defaults().inPartition(PartitionSpec.parse("ds=1"))),
        "NoSuchPartition",
        "Creating an upsert session for demo.t, partition ds=1 failed",
        "create the partition before",
        "request id req-404");
  }

  @Test
  void partialUpdatesNeedATableThatAllowsThem() throws Exception {
    service.answer(r -> json(200, body().replace("_update\":true", "_update\":false")));
    UpsertSession session = client.createUpsert(TABLE, UpsertOptions.defaults());
    assertFails(
        () ->
            session.openWriter(
                session.layout().updating(List.of("n")), UpsertWriterOptions.defaults()),
        "PartialUpdateNotAllowed",
        "acid.partial.fields.update.enable");
  }

  @Test
  void commitIsSentToTheServerOfBucketZero() throws Exception {
    UpsertSession session = created();
    service.answer(r -> state("committed"));
    session.commit();
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT);
    assertThat(service.request(0).getHeaders().get("odps-tunnel-routed-server"))
        .isEqualTo("10.0.0.1:9000");
    assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
  }

  @Test
  void commitIsPolledWithTheSameRequest() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(
        state("normal"),
        state("committing"),
        state("committing"),
        state("committing"),
        state("committing"),
        state("committing"),
        state("COMMITTED"));
    session.commit();
    assertThat(service.lines()).hasSize(7).containsOnly(COMMIT);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L, 8L, 16L, 16L);
  }

  @Test
  void commitThatTakesTooLongCanBeTakenUpAgain() throws Exception {
    UpsertSession session = created();
    service.answer(r -> state("committing"));
    assertFails(
        () -> session.commit(Duration.ofSeconds(10)),
        "TimedOut",
        "still being committed after 10 s",
        "no row needs to be written again");
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L);
    service.answer(r -> error(404, "UpsertSessionNotFound"));
    session.commit();
    assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
  }

  @Test
  void sessionThatIsGoneBeforeItsCommitIsAnError() throws Exception {
    UpsertSession session = created();
    service.answer(r -> error(404, "UpsertSessionNotFound"));
    assertFails(
        session::commit,
        "UpsertSessionNotFound",
        "Committing upsert session up1 of demo.t failed",
        "write the rows again in a new session");
    assertThat(service.lines()).containsExactly(COMMIT);
  }

  @Test
  void sessionThatWasNotSeenForLongIsLookedAtBeforeItsCommit() throws Exception {
    UpsertSession session = created();
    service.time().advance(Duration.ofSeconds(31));
    service.answerInTurn(error(404, "UpsertSessionNotFound"));
    assertFails(session::commit, "UpsertSessionNotFound", "write the rows again");
    assertThat(service.lines()).containsExactly(RELOAD);
  }

  @Test
  void lostAnswerOfACommitThatHappenedIsASuccess() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(LOST, state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, RELOAD);
    assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
  }

  @Test
  void lostAnswerOfACommitWhoseSessionIsGoneIsASuccess() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(LOST, error(404, "UpsertSessionNotFound"));
    session.commit();
    assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
  }

  @Test
  void lostCommitThatDidNotHappenIsSentAgain() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(
        error(500, "InternalServerError"),
        state("normal"),
        LOST,
        state("committing"),
        state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, RELOAD, COMMIT, RELOAD, COMMIT);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  void unreadableAnswerOfACommitIsFollowedByALookAtTheState() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(json(200, ""), state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, RELOAD);
  }

  @Test
  void commitWhoseOutcomeCannotBeLearnedSaysSoAndCanBeRepeated() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(LOST, error(403, "NoPermission"));
    assertFails(
        session::commit,
        "NoPermission",
        "It is not known whether upsert session up1 of demo.t was committed",
        "no row needs to be written again");
    assertFails(session::abort, "StatusConflict", "it is committed, or may be");
    service.requests().clear();
    service.answerInTurn(state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT);
  }

  @Test
  void commitThatIsRefusedForItsRateWaitsAsTheServiceAsks() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(
        json(429, "{\"Code\":\"FlowExceeded\",\"Message\":\"QPS\",\"HoldClientMillis\":\"1500\"}"),
        error(429, "FlowExceeded"),
        state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, COMMIT, COMMIT);
    assertThat(service.time().waits())
        .containsExactly(Duration.ofMillis(1500), Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void commitThatIsAlwaysRefusedFailsAndCanBeRepeated() throws Exception {
    try (TunnelClient hasty =
        service.client(config -> config.retryTimeout(Duration.ofSeconds(10)))) {
      service.answer(r -> state("normal"));
      UpsertSession session = hasty.createUpsert(TABLE, UpsertOptions.defaults());
      service.answer(r -> error(429, "FlowExceeded"));
      assertFails(
          session::commit,
          "FlowExceeded",
          "commit each partition at most once a minute",
          "req-429");
      service.answer(r -> state("committed"));
      session.commit();
      assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
    }
  }

  @Test
  void commitFollowsASlotThatHasMoved() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(
        answer(308, Map.of("odps-tunnel-routed-server", "10.0.0.9:9"), "{\"Code\":\"Moved\"}"),
        error(308, "Moved"),
        session("up1", "normal", 4, "10.0.0.8:8"),
        state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, COMMIT, RELOAD, COMMIT);
    assertThat(service.request(1).getHeaders().get("odps-tunnel-routed-server"))
        .isEqualTo("10.0.0.9:9");
    assertThat(service.request(3).getHeaders().get("odps-tunnel-routed-server"))
        .isEqualTo("10.0.0.8:8");
  }

  @Test
  void statesThatCannotBeCommittedAreNamed() throws Exception {
    for (String status : new String[] {"critical", "expired", "aborted", "strange"}) {
      UpsertSession session = created();
      service.answer(r -> state(status));
      String named = status.equals("strange") ? "UNKNOWN" : status.toUpperCase(Locale.ROOT);
      assertFails(
          session::commit,
          "StatusConflict",
          "its state is " + named,
          "write the rows again in a new session");
    }
  }

  @Test
  void conflictIsASuccessIfTheSessionIsCommitted() throws Exception {
    UpsertSession session = created();
    service.answerInTurn(error(409, "StatusConflict"), state("committed"));
    session.commit();
    assertThat(service.lines()).containsExactly(COMMIT, RELOAD);

    UpsertSession other = created();
    service.answerInTurn(error(409, "StatusConflict"), state("normal"));
    assertFails(other::commit, "StatusConflict", "It is StatusConflict");
  }

  @Test
  void interruptedCommitSaysThatItsOutcomeIsNotKnown() throws Exception {
    UpsertSession session = created();
    Thread committer = Thread.currentThread();
    service.answer(
        r -> {
          committer.interrupt();
          return LOST;
        });
    assertFails(session::commit, "Interrupted", "It is not known whether");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void abortGivesTheSessionUp() throws Exception {
    UpsertSession session = created();
    service.answer(r -> json(200, ""));
    session.abort();
    assertThat(service.lines())
        .containsExactly("DELETE /projects/demo/tables/t/upserts?upsertid=up1");
    assertThat(service.request(0).getHeaders().get("odps-tunnel-routed-server"))
        .isEqualTo("10.0.0.1:9000");
    assertThat(session.status()).isEqualTo(UpsertStatus.ABORTED);
  }

  @Test
  void abortOfASessionThatIsGoneSucceeds() throws Exception {
    UpsertSession session = created();
    service.answer(r -> error(404, "UpsertSessionNotFound"));
    session.abort();
    assertThat(session.status()).isEqualTo(UpsertStatus.ABORTED);
  }

  @Test
  void openSessionsAreKeptAlive() throws Exception {
    UpsertSession session = created();
    KeepAlive keepAlive = session.service().keepAlive();
    keepAlive.look();
    assertThat(service.lines()).isEmpty();
    service.time().advance(Duration.ofSeconds(30));
    keepAlive.look();
    keepAlive.look();
    assertThat(service.lines()).containsExactly(RELOAD);
    service.time().advance(Duration.ofSeconds(30));
    service.answer(r -> error(500, "InternalServerError"));
    keepAlive.look();
    // A failure is not repeated at once, and tried again at the next look.
    assertThat(service.lines()).hasSize(2);
    service.answer(r -> state("expired"));
    keepAlive.look();
    assertThat(session.status()).isEqualTo(UpsertStatus.EXPIRED);
    service.time().advance(Duration.ofSeconds(90));
    keepAlive.look();
    assertThat(service.lines()).hasSize(3);
    assertThatThrownBy(() -> session.openWriter().flush())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it is EXPIRED");
  }

  @Test
  void sessionThatIsClosedIsNotKeptAliveAndNotAborted() throws Exception {
    UpsertSession session = created();
    session.close();
    session.close();
    service.time().advance(Duration.ofSeconds(90));
    session.service().keepAlive().look();
    assertThat(service.lines()).isEmpty();
  }

  @Test
  void anotherNumberOfBucketsIsRefused() throws Exception {
    UpsertSession session = created();
    service.answer(r -> session("up1", "normal", 8));
    assertFails(
        session::reload,
        "BucketsChanged",
        "has changed from 4 to 8",
        "write the rows again in a new session");
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> new UpsertOptions(null, 0, 0)).hasMessageContaining("slotNum is 0");
    assertThatThrownBy(() -> new UpsertOptions(null, 1, 25)).hasMessageContaining("1 to 24");
    assertThatThrownBy(() -> UpsertWriterOptions.defaults().withFlushConcurrent(0))
        .hasMessageContaining("must be positive");
  }
}
