package io.tunnel.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.ContentCoding;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelConfigTest {
  private static TunnelConfig with(String... namesAndValues) {
    Map<String, String> options = new HashMap<>();
    options.put("endpoint", "http://localhost:1/api/");
    options.put("project", "demo");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return TunnelConfig.fromOptions(options, Set.of("table", "mode"));
  }

  @Test
  void readsEveryOption() {
    TunnelConfig config =
        with(
            "TUNNELENDPOINT", "https://dt.example.test",
            "schema", "s",
            "accessId", "id",
            "accessKey", "secret",
            "securityToken", "token",
            "region", "cn-hangzhou",
            "quota", "q",
            "compression", "ZSTD",
            "connectTimeout", "500ms",
            "readTimeout", "30",
            "writeTimeout", "2m",
            "callTimeout", "1h",
            "retryTimeout", "0",
            "proxy", "http://u:p@proxy.test:8080",
            "tags", "a, b",
            "userAgent", "Spark/3.5",
            "blockMemory", "512k",
            "Table", "t");

    assertThat(config.endpoint()).isEqualTo(URI.create("http://localhost:1/api"));
    assertThat(config.tunnelEndpoint()).isEqualTo(URI.create("https://dt.example.test"));
    assertThat(config.project()).isEqualTo("demo");
    assertThat(config.schema()).isEqualTo("s");
    assertThat(config.credentials())
        .isEqualTo(new Credentials.AccessKey("id", "secret", "token", "cn-hangzhou"));
    assertThat(config.quota()).isEqualTo("q");
    assertThat(config.compression()).isEqualTo(ContentCoding.ZSTD);
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.writeTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.callTimeout()).isEqualTo(Duration.ofHours(1));
    assertThat(config.retryTimeout()).isZero();
    assertThat(config.proxy())
        .isEqualTo(new TunnelConfig.ProxyAddress(false, "proxy.test", 8080, "u", "p"));
    assertThat(config.tags()).containsExactly("a", "b");
    assertThat(config.userAgent()).isEqualTo("Spark/3.5");
    assertThat(config.blockMemory()).isEqualTo(512 * 1024);
    assertThat(config.toBuilder().build()).usingRecursiveComparison().isEqualTo(config);
  }

  @Test
  void defaultsAreThoseThatTheOptionsDocument() {
    TunnelConfig plain = with();
    Map<String, String> defaults = new HashMap<>();
    for (ConnectionOption option : ConnectionOption.values()) {
      String value = option.defaultValue();
      if (value != null) {
        defaults.put(option.text(), value);
      }
      assertThat(option.description()).isNotBlank();
    }
    defaults.put("endpoint", "http://localhost:1/api");
    defaults.put("project", "demo");
    assertThat(TunnelConfig.fromOptions(defaults, Set.of()))
        .usingRecursiveComparison()
        .isEqualTo(plain);
    assertThat(plain.credentials()).isEqualTo(Credentials.anonymous());
  }

  @ParameterizedTest
  @CsvSource({
    "acessKey, accessKey",
    "tunelEndpoint, tunnelEndpoint",
    "conection_timeout, connectTimeout",
    "tabel, table"
  })
  void unknownNameIsAnsweredWithTheNearestKnownOne(String wrong, String near) {
    assertThatThrownBy(() -> with(wrong, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Unknown option \"" + wrong + "\"; did you mean \"" + near + "\"?");
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint, localhost:8080",
    "endpoint, ftp://x",
    "endpoint, 'http://x y'",
    "endpoint, http://u:secret@h/",
    "tunnelEndpoint, dt.example.test",
    "connectTimeout, soon",
    "connectTimeout, -1s",
    "readTimeout, 99999h",
    "blockMemory, 2g",
    "blockMemory, many",
    "compression, rar",
    "proxy, nonsense",
    "proxy, 'ftp://x:1'",
  })
  void badValueIsNamedWithItsOptionAndWithoutSecrets(String name, String value) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageNotContaining("secret");
  }

  @Test
  void missingOptionsAreNamed() {
    assertThatThrownBy(() -> TunnelConfig.fromOptions(Map.of("project", "p"), Set.of()))
        .hasMessageContaining("endpoint is missing");
    assertThatThrownBy(() -> TunnelConfig.fromOptions(Map.of("endpoint", "http://h"), Set.of()))
        .hasMessageContaining("project is missing");
    assertThatThrownBy(() -> with("accessId", "x")).hasMessageContaining("accessKey is missing");
    assertThatThrownBy(() -> with("accessKey", "x"))
        .hasMessageContaining("accessId is missing")
        .hasMessageNotContaining("\"x\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accessKey",
        "ACCESSKEY",
        "access_key",
        "securityToken",
        "password",
        "spark.datasource.tunnel.accessKey",
        "sts-token"
      })
  void secretsAreNeverShown(String name) {
    assertThat(TunnelConfig.redact(name, "s3cret")).isEqualTo(TunnelConfig.REDACTED);
    assertThat(TunnelConfig.redact(Map.of(name, "s3cret")))
        .containsEntry(name, TunnelConfig.REDACTED);
  }

  @Test
  void urlsAreShownWithoutTheirSecrets() {
    assertThat(
            TunnelConfig.redactUrl(
                "jdbc:tunnel://h/p?accessId=me&accessKey=s3cret%2B&proxy=http://u:pw@h:1&x=y"))
        .isEqualTo("jdbc:tunnel://h/p?accessId=me&accessKey=*****&proxy=http://*****@h:1&x=y");
    assertThat(TunnelConfig.redactUrl("jdbc:x?proxy=socks%3A%2F%2Fu%3Apw%40h%3A1&a=b"))
        .isEqualTo("jdbc:x?proxy=socks%3A%2F%2F*****@h%3A1&a=b");
    assertThat(TunnelConfig.redactUrl("jdbc:x?accessKey=a;b=c;d&proxy=u:p;w@h:1&a=b;c"))
        .isEqualTo("jdbc:x?accessKey=*****&proxy=*****@h:1&a=b;c");
    assertThat(TunnelConfig.redactUrl("jdbc:x;a=b;access%4bey=s3cret"))
        .isEqualTo("jdbc:x;a=b;access%4bey=*****");
    assertThat(TunnelConfig.redact("spark.x.proxy", "u:p@w@h:1")).isEqualTo("*****@h:1");
    assertThat(TunnelConfig.redact("proxy", "http://h:1")).isEqualTo("http://h:1");
    assertThat(TunnelConfig.redact("endpoint", "http://h/api")).isEqualTo("http://h/api");
  }

  @Test
  void textThatCannotTravelInAHeaderIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> with("accessId", "a", "accessKey", "b", "securityToken", "s3c\nret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3c");
    assertThatThrownBy(() -> with("accessId", "a", "accessKey", "b", "region", "ü"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("region");
    assertThatThrownBy(() -> with("userAgent", "ü")).hasMessageContaining("userAgent");
    assertThatThrownBy(() -> with("tags", "ü")).hasMessageContaining("tags");
  }

  @Test
  void textFormsShowNoSecret() {
    TunnelConfig config =
        with(
            "accessId", "id", "accessKey", "s3cret", "securityToken", "t0ken", "proxy", "u:pw@h:1");
    assertThat(config + " " + config.credentials() + " " + config.proxy())
        .doesNotContain("s3cret")
        .doesNotContain("t0ken")
        .doesNotContain("pw");
  }
}
