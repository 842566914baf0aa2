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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The official SDK against faults that the server makes: what it repeats is what the specification
 * says, so the server's faults are those that clients know. Names of tests begin with the section.
 */
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
  void section74ASlotReassignmentIsRepeatedInPlace() throws IOException {
    control.fail(Calls.of(Operation.CREATE_UPLOAD), Fault.refuse(308, "SlotReassigned"));
    createUpload();
    assertThat(statuses(Operation.CREATE_UPLOAD)).containsExactly(308, 200);
  }

  @Test
  void section74AFullQuotaIsRepeatedAfterItsHold() throws IOException {
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
  void section74AServerErrorOfACommitIsRepeated() throws IOException {
    String upload = createUpload();
    write(upload, 0, rows(0, 10));
    control.fail(Calls.of(Operation.COMMIT_UPLOAD), Fault.refuse(500, "InternalServerError"));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
    assertThat(statuses(Operation.COMMIT_UPLOAD)).containsExactly(500, 200);
    assertThat(read()).isEqualTo(rows(0, 10));
  }

  @Test
  void section74OtherStatusesAreRaisedAtOnce() throws IOException {
    for (int status : new int[] {400, 403, 404, 409}) {
      control.clearRequests();
      control.fail(Calls.of(Operation.CREATE_UPLOAD), Fault.refuse(status, "NoPermission"));
      assertThatThrownBy(this::createUpload).hasMessageContaining("NoPermission");
      assertThat(statuses(Operation.CREATE_UPLOAD)).containsExactly(status);
    }
  }

  @Test
  void section74AServerErrorOfABlockIsRaisedAtItsEnd() throws IOException {
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
  void section26ACommitWhoseAnswerIsLostIsSentAgainAndDoneOnce() throws IOException {
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
  void section26ACommitWhoseAnswersAreAllLostCanBeAskedForAgain() throws IOException {
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
  void section34RecordsThatAreCutAreReadOnFromWhereTheyBroke() throws IOException {
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
