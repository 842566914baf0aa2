package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.Credentials.AccessKey;
import io.tunnel.protocol.TunnelConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUrlTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, jdbc:tunnel:http://127.0.0.1:8080/api?project=local,"
        + " http://127.0.0.1:8080/api, local",
    "http://localhost:8080/?quota=q, jdbc:tunnel:http://localhost:8080/api?quota=q&project=local,"
        + " http://localhost:8080/api, local",
    "http://10.0.0.1:8080?project=p, jdbc:tunnel:http://10.0.0.1:8080/api?project=p,"
        + " http://10.0.0.1:8080/api, p",
    "jdbc:tunnel:https://service.example.com/api?project=p,"
        + " jdbc:tunnel:https://service.example.com/api?project=p,"
        + " https://service.example.com/api, p",
    "jdbc:tunnel://10.0.0.1:8080/p, jdbc:tunnel://10.0.0.1:8080/p, http://10.0.0.1:8080/api, p",
    "jdbc:tunnel://host/p?ssl=true, jdbc:tunnel://host/p?ssl=true, https://host/api, p",
  })
  void leadsToTheSameServerThroughJdbcAndTheProtocol(
      String text, String jdbcUrl, String endpoint, String project) {
    ConnectionUrl url = ConnectionUrl.parse(text, Map.of());
    assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
    TunnelConfig config = url.config(null);
    assertThat(config.endpoint()).isEqualTo(URI.create(endpoint));
    assertThat(config.project()).isEqualTo(project);
    assertThat(url.project()).isEqualTo(project);
  }

  @Test
  void namesTheFolderOfAnEmbeddedServer() {
    ConnectionUrl url = ConnectionUrl.parse("jdbc:tunnel:local:./tables?project=p", Map.of());
    assertThat(url.directory()).isEqualTo(Path.of("./tables"));
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:tunnel:local:./tables?project=p");
    assertThat(ConnectionUrl.parse("jdbc:tunnel:local:a%20b", Map.of()).jdbcUrl())
        .isEqualTo("jdbc:tunnel:local:a%20b?project=local");
    assertThat(ConnectionUrl.parse("jdbc:tunnel:local:a%20b", Map.of()).directory())
        .isEqualTo(Path.of("a b"));
    assertThat(ConnectionUrl.parse("jdbc:tunnel:mem:x", Map.of()).jdbcUrl())
        .isEqualTo("jdbc:tunnel:mem:x?project=local");
    assertThat(url.config(URI.create("http://127.0.0.1:1234/api")).project()).isEqualTo("p");
  }

  @Test
  void takesCredentialsFromTheEnvironmentUnlessTheUrlHasThem() {
    Map<String, String> environment = Map.of("TUNNEL_ACCESS_ID", "me", "TUNNEL_ACCESS_KEY", "k");
    ConnectionUrl bare = ConnectionUrl.parse("http://127.0.0.1:1", environment);
    assertThat(bare.jdbcProperties())
        .containsEntry("accessId", "me")
        .containsEntry("accessKey", "k");
    assertThat(bare.config(null).credentials().toString()).contains("me").doesNotContain("=k");
    ConnectionUrl own =
        ConnectionUrl.parse("http://127.0.0.1:1?accessId=you&accessKey=a+b%26c", environment);
    assertThat(own.jdbcProperties()).isEmpty();
    assertThat(own.config(null).credentials()).isEqualTo(new AccessKey("you", "a+b&c", null, null));
  }

  @Test
  void understandsTheNamesThatJdbcGivesToCredentials() {
    ConnectionUrl url =
        ConnectionUrl.parse(
            "jdbc:tunnel://h/p?user=u&password=s&timezone=Asia/Tokyo",
            Map.of("TUNNEL_ACCESS_ID", "other"));
    assertThat(url.jdbcProperties()).isEmpty();
    assertThat(url.config(null).credentials()).isEqualTo(new AccessKey("u", "s", null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:8080",
        "jdbc:mysql://host/db",
        "http://",
        "jdbc:tunnel://host",
        "jdbc:tunnel://host/p/q",
        "http://user:secret@host?project=p",
        "jdbc:tunnel:ftp://host"
      })
  void refusesWhatIsNoUrlWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> ConnectionUrl.parse(text, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("http://HOST:PORT?project=PROJECT")
        .hasMessageNotContaining("secret");
  }

  @Test
  void asksForTheProjectOfARemoteServerAndForKnownOptions() {
    assertThatThrownBy(() -> ConnectionUrl.parse("https://service.example.com/api", Map.of()))
        .hasMessage("The URL names no project: add ?project=NAME to it");
    assertThatThrownBy(
            () -> ConnectionUrl.parse("http://127.0.0.1:1?compresion=zstd", Map.of()).config(null))
        .hasMessageContaining("did you mean \"compression\"?");
    assertThatThrownBy(() -> ConnectionUrl.parse("jdbc:tunnel:mem:x", Map.of()).config(null))
        .hasMessageContaining("lives only as long as this process");
  }
}
