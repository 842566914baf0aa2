package io.tunnel.spark.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedClientsTest {
  private static Connection connection(String project) {
    return Connection.of(
        Map.of("endpoint", "http://127.0.0.1:1/api", "project", project, "table", "t"),
        Set.of("table"));
  }

  @Test
  void equalConnectionsShareOneClientAsLongAsAnybodyUsesIt() {
    ClientLease first = connection("shared").lease();
    ClientLease second = connection("shared").lease();
    assertThat(second.client()).isSameAs(first.client());
    assertThat(JvmResources.leases()).isEqualTo(2);
    first.close();
    first.close();
    assertThat(JvmResources.leases()).isEqualTo(1);
    second.close();
    assertThat(JvmResources.leases()).isZero();
  }

  @Test
  void onlyAFewClientsAreKeptWhenNobodyUsesThem() {
    List<ClientLease> leases = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      leases.add(connection("p" + i).lease());
    }
    assertThat(JvmResources.clients()).isGreaterThanOrEqualTo(20);
    leases.forEach(ClientLease::close);
    assertThat(JvmResources.clients()).isLessThanOrEqualTo(4);
  }
}
