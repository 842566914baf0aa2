package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.ServerLimits;
import io.tunnel.server.limit.RateLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsOptionTest {
  @TempDir private Path folder;

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("limits"), text).toString();
  }

  @Test
  void namesMeanTheServicesLimitsOrNone() {
    assertThat(LimitsOption.parse("maxcompute")).isEqualTo(ServerLimits.MAXCOMPUTE);
    assertThat(LimitsOption.parse("NONE")).isEqualTo(ServerLimits.NONE);
  }

  @Test
  void aFileChangesWhatItNames() throws IOException {
    ServerLimits limits =
        LimitsOption.parse(
            file(
                "base = maxcompute\nsession-life = 90m\ncommits-in-15-seconds=2\n"
                    + "block-bytes=5_000_000_000\n"));
    assertThat(limits.sessionLife()).isEqualTo(Duration.ofMinutes(90));
    assertThat(limits.rates().commits()).isEqualTo(2);
    assertThat(limits.blockBytes()).isEqualTo(5_000_000_000L);
    assertThat(limits.rates().uploadSessions()).isEqualTo(500);
    assertThat(LimitsOption.parse(file("slots=7")).rates().uploadSessions())
        .isEqualTo(Integer.MAX_VALUE);
  }

  /** Every key with a value of its own, so that none can stand in the place of another. */
  @Test
  void everyKeyReachesItsLimit() throws IOException {
    ServerLimits limits =
        LimitsOption.parse(
            file(
                """
                base = none
                session-life = 1h
                blocks-per-session = 2
                block-bytes = 3
                field-bytes = 4
                clock-skew = 5s
                idle-time = 6s
                kept-statements = 7
                upload-sessions-in-5-minutes = 8
                blocks-in-5-minutes = 9
                active-upload-sessions = 10
                commits-in-15-seconds = 11
                download-sessions-in-5-minutes = 12
                result-downloads-in-5-minutes = 13
                slots = 14
                bytes-per-second = 15
                upsert-commits-per-minute = 16
                isolate = true
                """));
    assertThat(limits)
        .isEqualTo(
            new ServerLimits(
                Duration.ofHours(1),
                2,
                3,
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                7,
                new RateLimits(8, 9, 10, 11, 12, 13, 14, 15, 16, true)));
  }

  @Test
  void aServerKeepsToTheFile() throws Exception {
    ServerLimits limits =
        LimitsOption.parse(file("upload-sessions-in-5-minutes = 2\nisolate = true\n"));
    LocalTunnelConfig config =
        LocalTunnelConfig.builder().project("demo").anonymous(true).limits(limits).build();
    try (LocalTunnel server = LocalTunnel.start(config)) {
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest create =
          HttpRequest.newBuilder(server.endpoint().resolve("/projects/demo/tables/t?uploads"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      createTable(client, server);
      List<Integer> answers = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        answers.add(client.send(create, HttpResponse.BodyHandlers.discarding()).statusCode());
      }
      // Two sessions; refused; three repetitions at once, of which the third isolates the client.
      assertThat(answers).containsExactly(200, 200, 429, 429, 429, 403, 403);
    }
  }

  private static void createTable(HttpClient client, LocalTunnel server) throws Exception {
    HttpRequest submit =
        HttpRequest.newBuilder(URI.create(server.endpoint() + "/projects/demo/instances?tryWait"))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "<Instance><Job><Tasks><SQL><Name>t</Name><Query>CREATE TABLE t (id BIGINT);"
                        + "</Query></SQL></Tasks></Job></Instance>"))
            .build();
    HttpResponse<String> submitted = client.send(submit, HttpResponse.BodyHandlers.ofString());
    String instance = submitted.headers().firstValue("Location").orElseThrow();
    HttpRequest status = HttpRequest.newBuilder(URI.create(instance + "?instancestatus")).build();
    String state;
    do {
      state = client.send(status, HttpResponse.BodyHandlers.ofString()).body();
    } while (!state.contains("Terminated"));
  }

  @Test
  void whatItDoesNotKnowIsRefusedWithTheNearestName() throws IOException {
    String unknown = file("commits-in-15-second=2");
    assertThatThrownBy(() -> LimitsOption.parse(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean commits-in-15-seconds?");
    String zero = file("slots=0");
    assertThatThrownBy(() -> LimitsOption.parse(zero)).hasMessageContaining("slots");
    String unclear = file("isolate=perhaps");
    assertThatThrownBy(() -> LimitsOption.parse(unclear))
        .hasMessage("isolate is true or false, not perhaps");
    String time = file("session-life=forever");
    assertThatThrownBy(() -> LimitsOption.parse(time)).hasMessageContaining("24h");
    assertThatThrownBy(() -> LimitsOption.parse("absent")).hasMessageContaining("maxcompute, none");
  }
}
