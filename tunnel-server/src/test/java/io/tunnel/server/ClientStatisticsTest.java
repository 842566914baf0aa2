package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.server.limit.ClientStatistics;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the server notes of its clients, and what it does with those that go on too early. */
class ClientStatisticsTest {
  private static final int ANY = Integer.MAX_VALUE;
  private static final String TABLE = "/projects/demo/tables/t";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private TestServer server;

  /** A server that allows so many upload sessions of a table in five minutes. */
  private void start(int uploads, boolean isolate) throws IOException {
    RateLimits rates = new RateLimits(uploads, ANY, ANY, ANY, ANY, ANY, 1, ANY, ANY, isolate);
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .anonymous(true)
                .clock(now::get)
                .limits(ServerLimits.DEFAULT.withRates(rates)));
    server.sql("CREATE TABLE t (id BIGINT, name STRING)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private RawConnection.Answer call(String account, String method, String path, byte[] body)
      throws IOException {
    return new Endpoint(server, "")
        .call(method, path, body, "Authorization", "ODPS " + account + ":unchecked");
  }

  private RawConnection.Answer create(String account) throws IOException {
    return call(account, "POST", TABLE + "?uploads", null);
  }

  private ClientStatistics of(String account) {
    return server.statistics().clients().stream()
        .filter(client -> client.account().equals("ALIYUN$" + account))
        .findFirst()
        .orElseThrow();
  }

  /** They have no sender that anybody could read. */
  @Test
  void whatIsNoRequestCountsForItsAddress() throws IOException {
    start(ANY, false);
    for (String request : List.of("complete nonsense\n\n", "GET / HTTP/1.1\nno header line\n\n")) {
      try (RawConnection connection = new RawConnection(server.endpoint())) {
        assertThat(connection.send(request).answer().status()).isEqualTo(400);
      }
      now.updateAndGet(t -> t.plusSeconds(60));
    }
    ClientStatistics nobody =
        server.statistics().clients().stream()
            .filter(client -> client.account().isEmpty())
            .findFirst()
            .orElseThrow();
    assertThat(nobody.address()).isEqualTo("127.0.0.1");
    assertThat(nobody.calls()).isEqualTo(2);
    assertThat(nobody.errors()).isEqualTo(Map.of("InvalidArgument", 2L));
    assertThat(nobody.bytesOut()).isPositive();
    assertThat(nobody.underWay()).isZero();
  }

  @Test
  void callsAreClassedErrorsAndBytesCounted() throws IOException {
    start(1, false);
    RawConnection.Answer created = create("one");
    String id = TestServer.JSON.readTree(created.body()).path("UploadID").asText();
    byte[] block = UploadSessionTest.rows(server, "x", 1, 2, 3);
    RawConnection.Answer written =
        call("one", "PUT", TABLE + "?arrow&blockid=0&uploadid=" + id, block);
    RawConnection.Answer refused = create("one");
    RawConnection.Answer early = create("one");
    now.updateAndGet(t -> t.plusSeconds(2));
    RawConnection.Answer kept = create("one");
    RawConnection.Answer absent = call("one", "GET", TABLE + "x", null);
    RawConnection.Answer again = call("one", "GET", TABLE + "x", null);
    assertThat(List.of(refused, early, kept, absent, again))
        .extracting(RawConnection.Answer::status)
        .containsExactly(429, 429, 429, 404, 404);
    ClientStatistics client = of("one");
    assertThat(client.address()).isEqualTo("127.0.0.1");
    assertThat(client.calls()).isEqualTo(7);
    assertThat(client.repeated()).isEqualTo(3);
    assertThat(client.valid()).isEqualTo(5);
    assertThat(client.invalid()).isEqualTo(1);
    assertThat(client.attacks()).isEqualTo(1);
    assertThat(client.errors()).isEqualTo(Map.of("FlowExceeded", 3L, "NoSuchTable", 2L));
    assertThat(client.bytesIn()).isEqualTo(block.length);
    long documents = 0;
    for (RawConnection.Answer answer :
        List.of(created, written, refused, early, kept, absent, again)) {
      documents += answer.body().length();
    }
    assertThat(client.bytesOut()).isEqualTo(documents);
    assertThat(client.isolated()).isFalse();
  }

  @Test
  void openSessionsAndBytesOfRowsAreCounted() throws IOException {
    start(ANY, false);
    create("one");
    RawConnection.Answer download = call("one", "POST", TABLE + "?downloads", null);
    String id = TestServer.JSON.readTree(download.body()).path("DownloadID").asText();
    assertThat(server.statistics().openUploads()).isEqualTo(1);
    assertThat(server.statistics().openDownloads()).isEqualTo(1);
    long before = of("one").bytesOut();
    RawConnection.Answer rows = call("one", "GET", TABLE + "?data&arrow&downloadid=" + id, null);
    assertThat(of("one").bytesOut() - before).isPositive().isEqualTo(rows.body().length());
    now.updateAndGet(t -> t.plus(Duration.ofHours(24)).plusMillis(1));
    assertThat(server.statistics().openUploads()).isZero();
    assertThat(server.statistics().openDownloads()).isZero();
  }

  @Test
  void theStatisticsAreJsonToo() throws IOException {
    start(1, false);
    create("one");
    create("one");
    ServerStatistics statistics = server.statistics();
    JsonNode json = TestServer.JSON.readTree(statistics.json());
    assertThat(json.path("openUploads").asInt()).isEqualTo(1);
    JsonNode client = json.path("clients").path(json.path("clients").size() - 1);
    assertThat(client.path("account").asText()).isEqualTo("ALIYUN$one");
    assertThat(client.path("calls").asLong()).isEqualTo(2);
    assertThat(client.path("errors").path("FlowExceeded").asLong()).isEqualTo(1);
    assertThat(client.path("isolated").isBoolean()).isTrue();
  }

  /** The control for tests: its own calls do not count. */
  @Test
  void theStatisticsCanBeAskedForOverHttpByATest() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).control());
    call("one", "GET", "/projects/nope", null);
    JsonNode json = server.json("GET", "/-/statistics");
    assertThat(json).isEqualTo(TestServer.JSON.readTree(server.statistics().json()));
    assertThat(json.path("clients")).hasSize(1);
    assertThat(json.path("clients").path(0).path("errors").path("NoSuchProject").asInt())
        .isEqualTo(1);
  }

  @Test
  void callsThatNobodyCanBeNamedForHaveNoAccount() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().account("ID1", "s"));
    assertThat(server.send("GET", "/api/projects/demo", null).statusCode()).isEqualTo(401);
    assertThat(server.statistics().clients())
        .singleElement()
        .satisfies(
            client -> {
              assertThat(client.account()).isEmpty();
              assertThat(client.errors()).isEqualTo(Map.of("Unauthorized", 1L));
            });
  }

  @Test
  void whoGoesOnTooEarlyIsIsolatedAndTakesNoSlotsOfOthers() throws IOException {
    start(2, true);
    String first = TestServer.JSON.readTree(create("good").body()).path("UploadID").asText();
    String second = TestServer.JSON.readTree(create("bad").body()).path("UploadID").asText();
    for (int i = 0; i < 3; i++) {
      RawConnection.Answer refused = create("bad");
      assertThat(refused.status()).isEqualTo(429);
    }
    RawConnection.Answer isolated = create("bad");
    assertThat(isolated.status()).isEqualTo(403);
    assertThat(isolated.body()).contains("\"AccessDenied\"").contains("retry policy");
    assertThat(isolated.headers()).containsEntry("retry-after", "60");
    assertThat(of("bad").isolated()).isTrue();
    // The only slot of the project stays free for the other account.
    byte[] empty = new byte[4];
    String block = TABLE + "?arrow&blockid=0&uploadid=";
    assertThat(call("bad", "PUT", block + second, empty).status()).isEqualTo(403);
    assertThat(call("good", "PUT", block + first, empty).status()).isEqualTo(200);
    assertThat(of("good").isolated()).isFalse();
    now.updateAndGet(t -> t.plusMillis(59_999));
    assertThat(call("bad", "GET", TABLE + "?uploadid=" + second, null).status()).isEqualTo(403);
    now.updateAndGet(t -> t.plusMillis(1));
    assertThat(call("bad", "PUT", block + second, empty).status()).isEqualTo(200);
    assertThat(of("bad").isolated()).isFalse();
  }

  @Test
  void withoutThatOptionNobodyIsIsolated() throws IOException {
    start(1, false);
    create("bad");
    for (int i = 0; i < 10; i++) {
      assertThat(create("bad").status()).isEqualTo(429);
    }
    assertThat(of("bad").attacks()).isEqualTo(9);
    assertThat(call("bad", "GET", TABLE, null).status()).isEqualTo(200);
  }
}
