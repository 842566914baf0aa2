package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.OurClient;
import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.Operation;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.control.ServerControl;
import io.tunnel.server.limit.RateLimits;
import io.tunnel.testing.TunnelExtension;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What our client sees of a server whose clock is set by hand: signatures and limits. */
class ServerClockIT {
  private static final String ACCESS_ID = "dev";
  private static final String SECRET = "secret";

  @RegisterExtension
  final TunnelExtension tunnel =
      TunnelExtension.of(
          LocalTunnelConfig.builder()
              .project(OurClient.PROJECT)
              .account(ACCESS_ID, SECRET)
              .limits(
                  ServerLimits.DEFAULT.withRates(
                      new RateLimits(2, 500, 32, 75, 200, 200, 300, Integer.MAX_VALUE))));

  private final List<Duration> waits = new CopyOnWriteArrayList<>();

  private OurClient client(InstantSource clock) {
    return new OurClient(
        TunnelConfig.builder(tunnel.endpoint(), OurClient.PROJECT)
            .credentials(Credentials.accessKey(ACCESS_ID, SECRET))
            .build(),
        clock,
        wait -> {
          waits.add(wait);
          tunnel.control().clock().advance(wait);
        });
  }

  private static void createUpload(OurClient client) throws IOException {
    client.client().createUpload(OurClient.table("t"), UploadOptions.append());
  }

  @Test
  void aSignatureIsGoodForFifteenMinutes() throws IOException {
    ServerControl control = tunnel.control();
    try (OurClient client = client(control.clock().base())) {
      client.sql("CREATE TABLE t (id BIGINT)");
      control.clock().advance(Duration.ofMinutes(14));
      createUpload(client);
      control.clock().advance(Duration.ofMinutes(2));
      assertThatThrownBy(() -> createUpload(client))
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("RequestTimeTooSkewd");
      control.reset();
      createUpload(client);
    }
  }

  @Test
  void aClientComesBackWhenTheLimitHasRoom() throws IOException {
    ServerControl control = tunnel.control();
    control.clock().freeze();
    try (OurClient client = client(control.clock())) {
      client.sql("CREATE TABLE t (id BIGINT)");
      waits.clear();
      control.clearRequests();
      createUpload(client);
      control.clock().advance(Duration.ofMinutes(1));
      createUpload(client);
      assertThat(waits).isEmpty();
      createUpload(client);
      assertThat(waits).as("until the first one is five minutes old").hasSize(1);
      assertThat(waits.get(0)).isEqualTo(Duration.ofMinutes(4));
      assertThat(control.requests(Operation.CREATE_UPLOAD))
          .extracting(request -> request.status())
          .containsExactly(200, 200, 429, 200);
    }
  }
}
