package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UploadStatus;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.FaultRule;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.RecordedRequest.End;
import io.tunnel.server.control.ServerControl;
import io.tunnel.testing.TunnelExtension;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Our client against faults that the server makes itself, over real HTTP. Client and server share
 * one clock, which only moves when the client waits: the waits are exact and take no time. (Regular
 * tunnel, sections 2.6, 7.3 and 7.4.)
 */
class InjectedFaultsIT {
  @RegisterExtension
  static final TunnelExtension tunnel =
      TunnelExtension.of(LocalTunnelConfig.builder().anonymous(true).project(OurClient.PROJECT));

  private static final Fault BROKEN = Fault.refuse(500, "InternalServerError");

  private final List<Duration> waits = new CopyOnWriteArrayList<>();
  private ServerControl control;
  private OurClient client;

  @BeforeEach
  void start() throws IOException {
    control = tunnel.control();
    control.clock().freezeAt(Instant.parse("2026-06-01T00:00:00Z"));
    client =
        new OurClient(
            TunnelConfig.builder(tunnel.endpoint(), OurClient.PROJECT)
                .retryTimeout(Duration.ofMinutes(2))
                .build(),
            control.clock(),
            wait -> {
              waits.add(wait);
              control.clock().advance(wait);
            });
    client.sql("CREATE TABLE t (id BIGINT, v STRING)");
    waits.clear();
    control.clearRequests();
  }

  @AfterEach
  void stop() {
    client.close();
  }

  private UploadSession upload() throws IOException {
    return client.client().createUpload(OurClient.table("t"), UploadOptions.append());
  }

  private void load(UploadSession session, int block, List<List<@Nullable Object>> rows)
      throws IOException {
    client.writeBlock(session, block, rows);
  }

  private List<List<@Nullable Object>> stored() throws IOException {
    return OurClient.ordered(client.download("t", null));
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "value " + i)));
    }
    return rows;
  }

  private static List<Duration> seconds(int... seconds) {
    List<Duration> durations = new ArrayList<>();
    for (int value : seconds) {
      durations.add(Duration.ofSeconds(value));
    }
    return durations;
  }

  private long requests(Operation operation) {
    return control.requests(operation).size();
  }

  @Test
  void theThirdPutOfABlockFailsAndIsSentAgain() throws IOException {
    FaultRule rule = control.fail(Calls.of(Operation.WRITE_BLOCK).block(2).after(2), BROKEN);
    UploadSession session = upload();
    load(session, 1, rows(0, 100));
    load(session, 2, rows(100, 150));
    load(session, 2, rows(100, 160));
    assertThat(waits).isEmpty();
    load(session, 2, rows(100, 200));
    assertThat(rule.happened()).isEqualTo(1);
    assertThat(rule.seen()).isEqualTo(4);
    assertThat(waits).isEqualTo(seconds(1));
    session.commit(Set.of(1, 2));
    assertThat(stored()).isEqualTo(rows(0, 200));
  }

  @Test
  void aCommitWhoseAnswerIsLostIsNotSentAgain() throws IOException {
    UploadSession session = upload();
    load(session, 0, rows(0, 1000));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.loseAnswer());
    session.commit(Set.of(0));
    assertThat(session.status()).isEqualTo(UploadStatus.CLOSED);
    assertThat(requests(Operation.COMMIT_UPLOAD)).isEqualTo(1);
    assertThat(control.requests(Operation.COMMIT_UPLOAD).get(0).end()).isEqualTo(End.CUT);
    assertThat(waits).isEqualTo(seconds(1));
    assertThat(stored()).isEqualTo(rows(0, 1000));
  }

  @Test
  void aCommitThatWasNotDoneIsSentUntilItIs() throws IOException {
    UploadSession session = upload();
    load(session, 0, rows(0, 10));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD).times(3), BROKEN);
    session.commit(Set.of(0));
    assertThat(requests(Operation.COMMIT_UPLOAD)).isEqualTo(4);
    assertThat(waits).isEqualTo(seconds(1, 2, 4));
    assertThat(stored()).isEqualTo(rows(0, 10));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"CREATE_UPLOAD", "WRITE_BLOCK", "COMMIT_UPLOAD", "CREATE_DOWNLOAD", "READ_ROWS"})
  void aSlotReassignmentIsAnsweredInPlaceAndLater(Operation operation) throws IOException {
    control.fail(Calls.of(operation).times(2), Fault.refuse(308, "SlotReassigned"));
    UploadSession session = upload();
    load(session, 0, rows(0, 10));
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 10));
    assertThat(waits).isEqualTo(seconds(1, 2));
    List<RecordedRequest> sent = control.requests(operation);
    assertThat(sent).hasSize(3);
    assertThat(sent).extracting(RecordedRequest::status).startsWith(308, 308);
    assertThat(sent.get(2).path()).isEqualTo(sent.get(0).path());
  }

  @Test
  @Tag("covers:error/hold")
  void aHoldComesBeforeTheWaitThatTheServiceAsksFor() throws IOException {
    control.fail(
        Calls.of(Operation.CREATE_UPLOAD),
        Fault.refuse(429, "FlowExceeded")
            .hold(Duration.ofMillis(1500))
            .retryAfter(Duration.ofSeconds(7)));
    load(upload(), 0, rows(0, 1));
    assertThat(waits).containsExactly(Duration.ofMillis(1500), Duration.ofSeconds(7));
    assertThat(requests(Operation.CREATE_UPLOAD)).isEqualTo(2);
  }

  @Test
  void aHoldOfAMinuteIsCutToTenSeconds() throws IOException {
    control.fail(
        Calls.of(Operation.CREATE_UPLOAD),
        Fault.refuse(429, "FlowExceeded").hold(Duration.ofMinutes(1)));
    upload();
    assertThat(waits).isEqualTo(seconds(10, 1));
  }

  @Test
  void waitsDoubleUntilTheLimitAndTheErrorSaysSo() {
    control.fail(Calls.of(Operation.CREATE_UPLOAD).always(), Fault.refuse(503, "Unavailable"));
    assertThatThrownBy(this::upload)
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("Unavailable")
        .hasMessageContaining("given up after 8 attempts in 95 s");
    assertThat(waits).isEqualTo(seconds(1, 2, 4, 8, 16, 32, 32));
  }

  @Test
  void whatWillNotGoAwayIsNotRepeated() {
    for (int status : new int[] {400, 403, 404, 422}) {
      control.clearRequests();
      control.fail(Calls.of(Operation.CREATE_UPLOAD), Fault.refuse(status, "NoPermission"));
      assertThatThrownBy(this::upload).hasMessageContaining("NoPermission");
      assertThat(requests(Operation.CREATE_UPLOAD)).as("HTTP %s", status).isEqualTo(1);
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void aBlockThatIsCutAnywhereArrivesWhole() throws IOException {
    UploadSession session = upload();
    List<List<@Nullable Object>> rows = rows(0, 20_000);
    control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.cutRequest(0));
    control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.cutRequest(100_000));
    control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.cutRequest(Long.MAX_VALUE));
    control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.loseAnswer());
    load(session, 0, rows);
    List<RecordedRequest> puts = control.requests(Operation.WRITE_BLOCK);
    assertThat(puts)
        .extracting(RecordedRequest::end)
        .containsExactly(End.CUT, End.CUT, End.CUT, End.CUT, End.ANSWERED);
    long whole = puts.get(4).requestBytes();
    assertThat(puts)
        .extracting(RecordedRequest::requestBytes)
        .containsExactly(0L, 100_000L, whole, whole, whole);
    assertThat(waits).isEqualTo(seconds(1, 2, 4, 8));
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows);
  }

  @Test
  @Tag("covers:download-data/cut")
  void rowsThatAreCutAnywhereAreReadOnBehindThoseThatArrived() throws IOException {
    UploadSession session = upload();
    List<List<@Nullable Object>> rows = rows(0, 50_000);
    load(session, 0, rows);
    session.commit(Set.of(0));
    control.fail(Calls.of(Operation.READ_ROWS), Fault.loseAnswer());
    control.fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(1));
    control.fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(300_000));
    control.fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(Long.MAX_VALUE));
    assertThat(stored()).isEqualTo(rows);
    assertThat(requests(Operation.READ_ROWS)).isGreaterThanOrEqualTo(4);
  }

  @Test
  void slowCallsLoseNothing() throws IOException {
    FaultRule blocks = control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.slow(1_000_000));
    FaultRule ranges = control.fail(Calls.of(Operation.READ_ROWS), Fault.slow(1_000_000));
    UploadSession session = upload();
    load(session, 0, rows(0, 5000));
    session.commit(Set.of(0));
    assertThat(stored()).isEqualTo(rows(0, 5000));
    assertThat(blocks.happened()).isEqualTo(1);
    assertThat(ranges.happened()).isEqualTo(1);
    assertThat(waits).isEmpty();
  }

  @Test
  void aSessionEndsAfterTwentyFourHours() throws IOException {
    UploadSession session = upload();
    load(session, 0, rows(0, 10));
    control.clock().advance(Duration.ofHours(24));
    load(session, 1, rows(10, 20));
    control.clock().advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> load(session, 2, rows(20, 30)))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("StatusConflict");
    assertThatThrownBy(() -> session.commit(Set.of(0, 1)))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("too old");
    session.reload();
    assertThat(session.status()).isEqualTo(UploadStatus.EXPIRED);
    assertThat(stored()).isEmpty();
    assertThat(waits).isEmpty();
  }

  @Test
  void aDownloadEndsAfterTwentyFourHoursToo() throws IOException {
    UploadSession session = upload();
    load(session, 0, rows(0, 10));
    session.commit(Set.of(0));
    DownloadSession download = client.client().createDownload(OurClient.table("t"), null);
    control.clock().advance(Duration.ofHours(24).plusSeconds(1));
    assertThatThrownBy(
            () -> download.read(0, 10, List.of("id", "v"), client.allocator()).loadNextBatch())
        .isInstanceOf(TunnelException.class);
    assertThat(stored()).isEqualTo(rows(0, 10));
  }

  /** How a call can go wrong once without telling the client whether it was done. */
  private static final List<Fault> ONCE =
      List.of(
          BROKEN,
          Fault.refuse(502, "BadGateway"),
          Fault.refuse(503, "ServiceUnavailable"),
          Fault.refuse(429, "FlowExceeded"),
          Fault.refuse(308, "SlotReassigned"),
          Fault.loseAnswer(),
          Fault.cutRequest(0),
          Fault.cutRequest(10),
          Fault.cutAnswer(1));

  @Test
  void whicheverCallOfAnUploadFailsInWhicheverWayTheRowsAreThereOnce() throws IOException {
    uploadTwoBlocks(0);
    // Only the first upload of a client asks where the data service is.
    control.clearRequests();
    uploadTwoBlocks(20);
    int calls = control.requests().size();
    assertThat(calls).as("create, two blocks, a look at them and the commit").isEqualTo(5);
    int uploads = 2;
    for (Fault fault : ONCE) {
      for (int call = 0; call < calls; call++) {
        FaultRule rule = control.fail(Calls.any().after(call), fault);
        uploadTwoBlocks(uploads * 20);
        assertThat(rule.happened()).as("%s at call %s", fault, call).isEqualTo(1);
        control.clearFaults();
        uploads++;
        assertThat(client.select("SELECT COUNT(*), COUNT(DISTINCT id) FROM t"))
            .as("rows after %s at call %s", fault, call)
            .containsExactly(List.of(String.valueOf(uploads * 20), String.valueOf(uploads * 20)));
      }
    }
    assertThat(stored()).isEqualTo(rows(0, uploads * 20));
  }

  private void uploadTwoBlocks(int from) throws IOException {
    UploadSession session = upload();
    load(session, 0, rows(from, from + 10));
    load(session, 1, rows(from + 10, from + 20));
    session.commit(Set.of(0, 1));
  }
}
