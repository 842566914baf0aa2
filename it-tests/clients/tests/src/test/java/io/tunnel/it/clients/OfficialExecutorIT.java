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
 * The SQLExecutor of the official SDK: in interactive sessions, in the interactive quota, and
 * falling back where there is none.
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
  @DisplayName(
      "control-plane 4.8: an executor attaches to a session and has the rows of its queries")
  @Tag("covers:interactive-v1/attach")
  @Tag("covers:instance-download/direct")
  void anExecutorAttachesToASession(boolean tunnel) throws IOException {
    Map<String, Object> more = Map.of("fallback", false, "tunnel", tunnel);
    Map<String, Object> answer =
        execute("INTERACTIVE", "SELECT id, v FROM t ORDER BY id LIMIT 10;", more);
    assertThat(answer.get("rows"))
        .hasToString(tunnel ? "[[1, a,\"b\"], [2, null]]" : "[[1, a,\"b\"], [2, \\N]]");
    assertThat(answer.get("interactive")).isEqualTo(true);
    assertThat(execute("INTERACTIVE", "SELECT id FROM t WHERE id > 5;", more).get("rows"))
        .isEqualTo(List.of());
  }

  @Test
  @DisplayName("control-plane 4.8: other statements than queries go on outside of the session")
  @Tag("covers:interactive-v1/attach")
  @Tag("covers:interactive-v1/fallback")
  void otherStatementsThanQueriesGoOnOutsideOfTheSession() throws IOException {
    Map<String, Object> alone = Map.of("fallback", false, "tunnel", true);
    execute("INTERACTIVE", "CREATE TABLE made (id BIGINT);", alone);
    execute("INTERACTIVE", "INSERT INTO made VALUES (7);", alone);
    Map<String, Object> answer = execute("INTERACTIVE", "SELECT id FROM made;", alone);
    assertThat(answer.get("rows")).isEqualTo(List.of(List.of("7")));
    assertThat(answer.get("interactive")).isEqualTo(true);
    assertThatThrownBy(() -> execute("INTERACTIVE", "SELECT * FROM nowhere;", alone))
        .hasMessageContaining("ODPS-0130131");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("control-plane 4.8: an executor that asks for another service falls back")
  @Tag("covers:interactive-v1/fallback")
  void anExecutorThatAsksForAnotherServiceFallsBack(boolean tunnel) throws IOException {
    Map<String, Object> answer =
        execute(
            "INTERACTIVE",
            "SELECT id, v FROM t ORDER BY id LIMIT 10;",
            Map.of("fallback", true, "tunnel", tunnel, "service", "other"));
    assertThat(answer.get("rows"))
        .hasToString(tunnel ? "[[1, a,\"b\"], [2, null]]" : "[[1, a,\"b\"], [2, \\N]]");
    assertThat(answer.get("interactive")).isEqualTo(false);
  }

  @Test
  @DisplayName("control-plane 4.8: an executor that may not fall back is told why")
  @Tag("covers:interactive-v1/refused")
  void anExecutorThatMayNotFallBackIsToldWhy() {
    assertThatThrownBy(
            () ->
                execute(
                    "INTERACTIVE",
                    "SELECT 1;",
                    Map.of("fallback", false, "tunnel", true, "service", "other")))
        .hasMessageContaining("ODPS-185")
        .hasMessageContaining("no interactive service other");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("control-plane 4.9: an executor of the second version has its rows")
  @Tag("covers:interactive-v2/query")
  void anExecutorOfTheSecondVersionHasItsRows(boolean tunnel) throws IOException {
    Map<String, Object> more = Map.of("fallback", true, "tunnel", tunnel);
    Map<String, Object> answer =
        execute("INTERACTIVE_V2", "SELECT id, v FROM t ORDER BY id LIMIT 10;", more);
    assertThat(answer.get("rows")).hasToString("[[1, a,\"b\"], [2, null]]");
    String table = "second_" + tunnel;
    execute("INTERACTIVE_V2", "CREATE TABLE " + table + " (id BIGINT);", more);
    execute("INTERACTIVE_V2", "INSERT INTO " + table + " VALUES (7);", more);
    assertThat(execute("INTERACTIVE_V2", "SELECT id FROM " + table + ";", more).get("rows"))
        .isEqualTo(List.of(List.of("7")));
    assertThatThrownBy(() -> execute("INTERACTIVE_V2", "SELECT * FROM nowhere;", more))
        .hasMessageContaining("ODPS-0130131");
  }

  @Test
  @DisplayName("control-plane 4.9: without an interactive quota an executor says so")
  @Tag("covers:interactive-v2/refused")
  void withoutAnInteractiveQuotaAnExecutorSaysSo() {
    assertThatThrownBy(
            () ->
                execute(
                    "INTERACTIVE_V2",
                    "SELECT 1;",
                    Map.of("fallback", true, "tunnel", true, "quota", "other")))
        .hasMessageContaining("no interactive quota other");
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
