package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions of tables, and what the local server does not offer to the official SDK. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialAdministrationIT {
  private LocalTunnel server;
  private DrivenProgram sdk;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
  }

  @AfterAll
  void stop() throws Exception {
    sdk.close();
    server.close();
  }

  @Test
  @DisplayName("control-plane 3.5: a clustered table tells how")
  @Tag("covers:table-get/clustered")
  void aClusteredTableTellsHow() throws IOException {
    assertThat(clustering("CLUSTERED BY (k, v) SORTED BY (v, k DESC) INTO 16 BUCKETS"))
        .isEqualTo("CLUSTERED BY (`k`, `v`) SORTED BY (`v` ASC, `k` DESC) INTO 16 BUCKETS");
    assertThat(clustering("RANGE CLUSTERED BY (k) SORTED BY (k) INTO 8 BUCKETS"))
        .isEqualTo("RANGE CLUSTERED BY (`k`) SORTED BY (`k` ASC) INTO 8 BUCKETS");
    assertThat(clustering("")).isEmpty();
  }

  private String clustering(String clause) throws IOException {
    sql("CREATE TABLE clustered (k BIGINT, v STRING) " + clause);
    Object told = sdk.ask("table", Map.of("table", "clustered")).get("clustering");
    sql("DROP TABLE clustered");
    return String.valueOf(told).strip().replaceAll(" +", " ");
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement + ";"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"createProject", "updateProject", "deleteProject"})
  @DisplayName("control-plane 3.1: projects are named when the server is started")
  @Tag("covers:project/change")
  void projectsAreNamedWhenTheServerIsStarted(String call) {
    String project = call.equals("createProject") ? "another" : OfficialClients.PROJECT;
    assertThatThrownBy(() -> sdk.call(call, Map.of("project", project)))
        .hasMessageContaining("Projects of the local server are named when it is started");
  }

  @Test
  @DisplayName("control-plane 4.5: there are no workers, so no logs of them")
  @Tag("covers:instance-reads/log")
  void thereAreNoWorkers() throws IOException {
    Object instance = sdk.ask("sql", Map.of("statement", "SELECT 1;")).get("instance");
    assertThatThrownBy(
            () ->
                sdk.call("workerLog", Map.of("instance", String.valueOf(instance), "worker", "w1")))
        .hasMessageContaining("The local server has no workers, so no logs of them");
  }
}
