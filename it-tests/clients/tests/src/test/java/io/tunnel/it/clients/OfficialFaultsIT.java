package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.control.Calls;
import io.tunnel.server.control.Fault;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.RecordedRequest.End;
import io.tunnel.server.control.ServerControl;
import io.tunnel.testing.TunnelExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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

/**
 * The official SDK against faults that the server makes: what it repeats is what the specification
 * says, so the server's faults are those that clients know.
 */
@Tag("client:official-sdk")
class OfficialFaultsIT {
  @RegisterExtension
  static final TunnelExtension tunnel =
      TunnelExtension.of(
          LocalTunnelConfig.builder()
              .project(OfficialClients.PROJECT)
              .account(OfficialClients.ACCESS_ID, OfficialClients.SECRET));

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
    sdk.call("sql", Map.of("statement", "CREATE TABLE t (id BIGINT, v STRING);"));
    control.clearRequests();
  }

  private String createUpload() throws IOException {
    return String.valueOf(
        sdk.ask("createUpload", Map.of("table", "t", "overwrite", false)).get("upload"));
  }

  private void write(String upload, int block, List<List<@Nullable Object>> rows)
      throws IOException {
    sdk.call("writeRecords", Map.of("upload", upload, "block", block, "rows", rows));
  }

  private List<List<@Nullable Object>> read() throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", "t")));
  }

  private List<Integer> statuses(Operation operation) {
    return control.requests(operation).stream().map(RecordedRequest::status).toList();
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "value " + i)));
    }
    return rows;
  }

  @Test
  @DisplayName("regular-tunnel 7.4: a slot reassignment is repeated in place")
  @Tag("covers:error/retried-308-429")
  @Tag("covers:upload-create/fault")
  void aSlotReassignmentIsRepeatedInPlace() throws IOException {
    control.fail(Calls.of(Operation.CREATE_UPLOAD), Fault.refuse(308, "SlotReassigned"));
    createUpload();
    assertThat(statuses(Operation.CREATE_UPLOAD)).containsExactly(308, 200);
  }

  @Test
  @DisplayName("regular-tunnel 7.4: a full quota is repeated after its hold")
  @Tag("covers:error/retried-308-429")
  @Tag("covers:upload-commit/fault")
  void aFullQuotaIsRepeatedAfterItsHold() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 10));
    control.fail(
        Calls.of(Operation.COMMIT_UPLOAD),
        Fault.refuse(429, "FlowExceeded").hold(Duration.ofMillis(300)));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    assertThat(statuses(Operation.COMMIT_UPLOAD)).containsExactly(429, 200);
    assertThat(read()).isEqualTo(rows(0, 10));
  }

  @Test
  @DisplayName("regular-tunnel 7.4: a server error of a commit is repeated")
  @Tag("covers:error/retried-5xx")
  @Tag("covers:upload-commit/fault")
  void aServerErrorOfACommitIsRepeated() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 10));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.refuse(500, "InternalServerError"));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    assertThat(statuses(Operation.COMMIT_UPLOAD)).containsExactly(500, 200);
    assertThat(read()).isEqualTo(rows(0, 10));
  }

  @Test
  @DisplayName("regular-tunnel 7.4: other statuses are raised at once")
  @Tag("covers:error/raised-4xx")
  void otherStatusesAreRaisedAtOnce() throws IOException {
    for (int status : new int[] {400, 403, 404, 409}) {
      control.clearRequests();
      control.fail(Calls.of(Operation.CREATE_UPLOAD), Fault.refuse(status, "NoPermission"));
      assertThatThrownBy(this::createUpload).hasMessageContaining("NoPermission");
      assertThat(statuses(Operation.CREATE_UPLOAD)).containsExactly(status);
    }
  }

  @Test
  @DisplayName("regular-tunnel 7.4: a server error of a block is raised at its end")
  @Tag("covers:upload-put/fault")
  void aServerErrorOfABlockIsRaisedAtItsEnd() throws IOException {
    String upload = createUpload();
    control.fail(Calls.of(Operation.WRITE_BLOCK), Fault.refuse(500, "InternalServerError"));
    assertThatThrownBy(() -> write(upload, 0, rows(0, 10)))
        .hasMessageContaining("InternalServerError");
    assertThat(statuses(Operation.WRITE_BLOCK)).containsExactly(500);
    assertThat(sdk.call("blocks", Map.of("upload", upload))).isEqualTo(List.of());
    write(upload, 0, rows(0, 20));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    assertThat(read()).isEqualTo(rows(0, 20));
  }

  /** The HTTP client of the JDK, below the SDK, sends a POST once more when nothing comes back. */
  @Test
  @DisplayName("regular-tunnel 2.6: a commit whose answer is lost is sent again and done once")
  @Tag("covers:upload-commit/lost-answer")
  void aCommitWhoseAnswerIsLostIsSentAgainAndDoneOnce() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 10));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.loseAnswer());
    sdk.call("commitAll", Map.of("upload", upload));
    assertThat(control.requests(Operation.COMMIT_UPLOAD))
        .extracting(RecordedRequest::end)
        .containsExactly(End.CUT, End.ANSWERED);
    assertThat(read()).isEqualTo(rows(0, 10));
  }

  @Test
  @DisplayName("regular-tunnel 2.6: a commit whose answers are all lost can be asked for again")
  @Tag("covers:upload-commit/lost-answer")
  @Tag("covers:upload-commit/again")
  void aCommitWhoseAnswersAreAllLostCanBeAskedForAgain() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 10));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD).always(), Fault.loseAnswer());
    assertThatThrownBy(() -> sdk.call("commitAll", Map.of("upload", upload)))
        .isInstanceOf(IOException.class);
    control.clearFaults();
    assertThat(read()).isEqualTo(rows(0, 10));
    sdk.call("commitAll", Map.of("upload", upload));
    assertThat(sdk.call("uploadStatus", Map.of("upload", upload))).isEqualTo("CLOSED");
    assertThat(read()).isEqualTo(rows(0, 10));
  }

  @Test
  @DisplayName("regular-tunnel 3.4: records that are cut are read on from where they broke")
  @Tag("covers:download-data/cut")
  void recordsThatAreCutAreReadOnFromWhereTheyBroke() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 5000));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    control.fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(20_000));
    control.fail(Calls.of(Operation.READ_ROWS), Fault.cutAnswer(1));
    assertThat(read()).isEqualTo(rows(0, 5000));
    assertThat(control.requests(Operation.READ_ROWS))
        .extracting(RecordedRequest::end)
        .startsWith(End.CUT, End.CUT)
        .endsWith(End.ANSWERED);
  }
}
