package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The SQLExecutor of the official SDK. The local server has no interactive sessions, so what counts
 * is that executors who want one fall back and answer all the same.
 */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialExecutorIT {
  private LocalTunnel server;
  private DrivenProgram sdk;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
    sdk.call("sql", Map.of("statement", "CREATE TABLE t (id BIGINT, v STRING);"));
    sdk.call("sql", Map.of("statement", "INSERT INTO t VALUES (1, 'a,\"b\"'), (2, NULL);"));
  }

  @AfterAll
  void stop() throws Exception {
    sdk.close();
    server.close();
  }

  private Map<String, Object> execute(String mode, String statement, Map<String, Object> more)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("mode", mode);
    arguments.put("statement", statement);
    return sdk.ask("execute", arguments);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("control-plane 4.8: an executor that wants a session falls back and has its rows")
  @Tag("covers:interactive-v1/fallback")
  void anExecutorThatWantsASessionFallsBackAndHasItsRows(boolean tunnel) throws IOException {
    Map<String, Object> answer =
        execute(
            "INTERACTIVE",
            "SELECT id, v FROM t ORDER BY id LIMIT 10;",
            Map.of("fallback", true, "tunnel", tunnel));
    assertThat(answer.get("rows"))
        .hasToString(tunnel ? "[[1, a,\"b\"], [2, null]]" : "[[1, a,\"b\"], [2, \\N]]");
    assertThat(answer.get("interactive")).isEqualTo(false);
  }

  @Test
  @DisplayName("control-plane 4.8: an executor that may not fall back is told why")
  @Tag("covers:interactive-v1/refused")
  void anExecutorThatMayNotFallBackIsToldWhy() {
    assertThatThrownBy(
            () -> execute("INTERACTIVE", "SELECT 1;", Map.of("fallback", false, "tunnel", true)))
        .hasMessageContaining("ODPS-185")
        .hasMessageContaining("no interactive sessions");
  }

  @Test
  @DisplayName("control-plane 4.8: statements without rows go through after the fallback")
  @Tag("covers:interactive-v1/fallback")
  void statementsWithoutRowsGoThroughAfterTheFallback() throws IOException {
    Map<String, Object> both = Map.of("fallback", true, "tunnel", true);
    execute("INTERACTIVE", "CREATE TABLE made (id BIGINT);", both);
    execute("INTERACTIVE", "INSERT INTO made VALUES (7);", both);
    assertThat(execute("INTERACTIVE", "SELECT id FROM made;", both).get("rows"))
        .isEqualTo(List.of(List.of("7")));
    assertThatThrownBy(() -> execute("INTERACTIVE", "SELECT * FROM nowhere;", both))
        .hasMessageContaining("ODPS-0130131");
  }

  @Test
  @DisplayName(
      "control-plane 4.9: without an interactive quota an executor of the second version says so")
  @Tag("covers:interactive-v2/refused")
  void withoutAnInteractiveQuotaAnExecutorOfTheSecondVersionSaysSo() {
    assertThatThrownBy(
            () -> execute("INTERACTIVE_V2", "SELECT 1;", Map.of("fallback", true, "tunnel", true)))
        .hasMessageContaining("no interactive quota");
  }

  @Test
  @DisplayName("control-plane 4.2: an executor that runs offline has its rows")
  @Tag("covers:submit/asynchronous")
  @Tag("covers:task-status/success")
  void anExecutorThatRunsOfflineHasItsRows() throws IOException {
    assertThat(
            execute("OFFLINE", "SELECT count(*) AS n FROM t;", Map.of("tunnel", true)).get("rows"))
        .isEqualTo(List.of(List.of("2")));
  }
}
