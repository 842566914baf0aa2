package io.tunnel.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TunnelOptionsTest {
  private static Map<String, String> with(String... namesAndValues) {
    Map<String, String> options = new HashMap<>();
    options.put("endpoint", "http://127.0.0.1:1/api");
    options.put("project", "p");
    options.put("table", "t");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  @Test
  void namesAreReadInAnyCase() {
    TunnelOptions options =
        TunnelOptions.of(with("PARTITION", "ds=1", "RowsPerSplit", "10", "SCHEMA", "s"));
    assertThat(options.table()).hasToString("p.s.t");
    assertThat(options.partition()).hasToString("ds=1");
    assertThat(options.rowsPerSplit()).isEqualTo(10);
    assertThat(options.createPartitions()).isTrue();
    assertThat(TunnelOptions.of(with("createpartitions", "FALSE")).createPartitions()).isFalse();
  }

  @Test
  void anUnknownOptionIsAnsweredWithTheNearestKnownOne() {
    assertThatThrownBy(() -> TunnelOptions.of(with("acessKey", "hidden-value")))
        .hasMessageContaining("\"acessKey\"")
        .hasMessageContaining("\"accessKey\"")
        .hasMessageNotContaining("hidden-value");
    assertThatThrownBy(() -> TunnelOptions.of(with("partitions", "ds=1")))
        .hasMessageContaining("\"partition\"");
    assertThatThrownBy(() -> TunnelOptions.of(with("row_per_split", "1")))
        .hasMessageContaining("\"rowsPerSplit\"");
  }

  @Test
  void whatIsMissingOrUnreadableIsNamed() {
    assertThatThrownBy(() -> TunnelOptions.of(Map.of("table", "t")))
        .hasMessageContaining("option endpoint is missing");
    assertThatThrownBy(() -> TunnelOptions.of(with("table", " ")))
        .hasMessageContaining("option table is missing");
    assertThatThrownBy(() -> TunnelOptions.of(with("table", "a.b.c.d")))
        .hasMessageContaining("\"a.b.c.d\" is not a table name");
    assertThatThrownBy(() -> TunnelOptions.of(with("rowsPerSplit", "many")))
        .hasMessageContaining("rowsPerSplit cannot be \"many\"");
    assertThatThrownBy(() -> TunnelOptions.of(with("rowsPerSplit", "0")))
        .hasMessageContaining("rowsPerSplit cannot be \"0\"");
    assertThatThrownBy(() -> TunnelOptions.of(with("createPartitions", "no")))
        .hasMessage("The option createPartitions cannot be \"no\"; it is true or false");
    assertThatThrownBy(() -> TunnelOptions.of(with("partition", "ds")))
        .hasMessageContaining("not of the form column=value");
    assertThatThrownBy(() -> TunnelOptions.of(with("path", "t")))
        .hasMessageContaining("option(\"table\"");
    assertThatThrownBy(() -> TunnelOptions.of(with("endpoint", "127.0.0.1:80")))
        .hasMessageContaining("option endpoint");
  }

  @Test
  void secretsAreNotShown() {
    TunnelOptions options =
        TunnelOptions.of(
            with(
                "accessId", "someone",
                "ACCESSKEY", "key-to-hide",
                "securityToken", "token-to-hide",
                "proxy", "http://me:password-to-hide@localhost:8080"));
    assertThat(options.toString()).contains("someone").doesNotContain("to-hide");
  }
}
