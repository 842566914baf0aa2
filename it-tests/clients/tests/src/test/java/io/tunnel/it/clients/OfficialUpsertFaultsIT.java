package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.ServerControl;
import io.tunnel.testing.TunnelExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The official SDK's upsert sessions against refusals, lost answers and the end of their life. */
@Tag("client:official-sdk")
class OfficialUpsertFaultsIT {
  /** Anonymous, because a clock that is set by hand makes signatures too old. */
  @RegisterExtension
  static final TunnelExtension tunnel =
      TunnelExtension.of(
          LocalTunnelConfig.builder().project(OfficialClients.PROJECT).anonymous(true));

  private static DrivenProgram sdk;

  private ServerControl control;

  @BeforeAll
  static void startClient() throws Exception {
    sdk = OfficialClients.sdk(tunnel.endpoint());
  }

  @AfterAll
  static void stopClient() throws Exception {
    sdk.close();
  }

  @BeforeEach
  void createTable() throws IOException {
    control = tunnel.control();
    sdk.call(
        "sql",
        Map.of(
            "statement",
            "CREATE TABLE t (id BIGINT, v STRING, PRIMARY KEY (id)) TBLPROPERTIES"
                + " (\"transactional\"=\"true\", \"write.bucket.num\"=\"2\");"));
    control.clearRequests();
  }

  private static String open() throws IOException {
    return String.valueOf(sdk.call("openUpsert", Map.of("table", "t", "slots", 1)));
  }

  private static void write(String upsert, int from, int to) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    rows(from, to).forEach(row -> rows.add(List.of("U", row.get(0), row.get(1))));
    sdk.call("upsert", Map.of("upsert", upsert, "rows", rows));
  }

  private static void commit(String upsert) throws IOException {
    sdk.call("commitUpsert", Map.of("upsert", upsert));
  }

  private static List<List<Object>> rows(int from, int to) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(List.of(String.valueOf(i), "value " + i));
    }
    return rows;
  }

  private static List<List<@Nullable Object>> read() throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", "t"))).stream()
        .sorted(Comparator.comparing(row -> Integer.valueOf(String.valueOf(row.get(0)))))
        .toList();
  }

  private List<String> calls() {
    return control.requests().stream()
        .filter(
            request ->
                request.operation() == Operation.WRITE_PACK
                    || request.operation() == Operation.READ_UPSERT
                    || request.operation() == Operation.COMMIT_UPSERT)
        .map(request -> request.operation() + " " + request.status())
        .toList();
  }

  @Test
  @DisplayName("upsert-and-stream 2.9: a slot that has moved is asked for and the pack sent again")
  @Tag("covers:upsert-put/slot-reassignment")
  void aSlotThatHasMovedIsAskedForAndThePackSentAgain() throws IOException {
    for (int status : new int[] {308, 502, 504}) {
      String upsert = open();
      control.clearRequests();
      control.fail(
          Calls.of(Operation.WRITE_PACK),
          Fault.refuse(status, status == 308 ? "SlotReassigned" : "BadGateway"));
      write(upsert, 0, 1);
      assertThat(calls())
          .containsExactly("WRITE_PACK " + status, "READ_UPSERT 200", "WRITE_PACK 200");
      commit(upsert);
      assertThat(read()).isEqualTo(rows(0, 1));
    }
  }

  @Test
  @DisplayName("upsert-and-stream 7.1: full slots and too many commits are waited for")
  @Tag("covers:upsert-commit/rate-limit")
  void fullSlotsAndTooManyCommitsAreWaitedFor() throws IOException {
    String upsert = open();
    control.fail(
        Calls.of(Operation.WRITE_PACK),
        Fault.refuse(429, "SlotExceeded").hold(Duration.ofMillis(50)));
    control.fail(
        Calls.of(Operation.COMMIT_UPSERT),
        Fault.refuse(429, "FlowExceeded")
            .message("CommitUpsert QPS Quota exceeded")
            .hold(Duration.ofMillis(50)));
    write(upsert, 0, 1);
    commit(upsert);
    assertThat(calls())
        .containsExactly(
            "WRITE_PACK 429", "WRITE_PACK 200", "COMMIT_UPSERT 429", "COMMIT_UPSERT 200");
    assertThat(read()).isEqualTo(rows(0, 1));
  }

  @Test
  @DisplayName("upsert-and-stream 2.7: a commit whose answer is lost is done once")
  @Tag("covers:upsert-commit/again")
  void aCommitWhoseAnswerIsLostIsDoneOnce() throws IOException {
    String upsert = open();
    write(upsert, 0, 10);
    control.fail(Calls.of(Operation.COMMIT_UPSERT).always(), Fault.loseAnswer());
    assertThatThrownBy(() -> commit(upsert)).isInstanceOf(IOException.class);
    control.clearFaults();
    sdk.call("sql", Map.of("statement", "DELETE FROM t WHERE id < 5;"));
    commit(upsert);
    assertThat(read()).isEqualTo(rows(5, 10));
  }

  @Test
  @DisplayName("upsert-and-stream 2.4: a session that is too old takes nothing and is forgotten")
  @Tag("covers:upsert-reload/expired")
  void aSessionThatIsTooOldTakesNothingAndIsForgotten() throws IOException {
    String upsert = open();
    write(upsert, 0, 10);
    control.clock().advance(Duration.ofHours(25));
    assertThatThrownBy(() -> write(upsert, 10, 20)).hasMessageContaining("UpsertSessionNotFound");
    assertThat(String.valueOf(sdk.call("upsertStatus", Map.of("upsert", upsert))))
        .isEqualToIgnoringCase("expired");
    control.clock().advance(Duration.ofHours(25));
    // Whoever begins a session makes the server forget the old ones.
    open();
    assertThatThrownBy(
            () -> sdk.call("openUpsert", Map.of("table", "t", "slots", 1, "upsert", upsert)))
        .hasMessageContaining("UpsertSessionNotFound");
    assertThat(read()).isEmpty();
    assertThat(control.requests(Operation.WRITE_PACK))
        .extracting(RecordedRequest::errorCode)
        .endsWith("UpsertSessionNotFound");
  }
}
