package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.jdbc.ConnectionUrl.Kind;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUrlTest {
  private static ConnectionSettings read(String url, String... properties) throws SQLException {
    Properties all = new Properties();
    for (int i = 0; i < properties.length; i += 2) {
      all.setProperty(properties[i], properties[i + 1]);
    }
    return ConnectionSettings.read(url, all);
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:tunnel://host:8080/p, http://host:8080/api, p",
    "jdbc:tunnel://host/p?ssl=true, https://host/api, p",
    "jdbc:tunnel://host/p/, http://host/api, p",
    "JDBC:TUNNEL://[::1]:80?Project=p, http://[::1]:80/api, p",
    "jdbc:tunnel:https://service.region.example/api?project=p, https://service.region.example/api, p",
    "jdbc:tunnel:http://host:1/base/path?project=p, http://host:1/base/path, p",
    "jdbc:tunnel:http://host:1?project=p, http://host:1/api, p",
    "jdbc:tunnel:http://host:1/?project=p, http://host:1/api, p"
  })
  void everyFormLeadsToAnEndpointAndAProject(String url, String endpoint, String project)
      throws SQLException {
    ConnectionSettings settings = read(url);
    assertThat(settings.endpoint()).hasToString(endpoint);
    assertThat(settings.project()).isEqualTo(project);
  }

  @Test
  void embeddedFormsCarryDirectoryAndName() throws SQLException {
    assertThat(ConnectionUrl.parse("jdbc:tunnel:local:/data/my%20dir?project=p"))
        .isEqualTo(new ConnectionUrl(Kind.LOCAL, "/data/my dir", Map.of("project", "p")));
    assertThat(ConnectionUrl.parse("jdbc:tunnel:mem:x?project=p").kind()).isEqualTo(Kind.MEMORY);
  }

  @Test
  void valuesAreDecodedOnceAndAPlusStaysAPlus() throws SQLException {
    ConnectionUrl url = ConnectionUrl.parse("jdbc:tunnel://h/p?accessKey=a+b%2Bc%25d%C3%A4&x=1=2");
    assertThat(url.options()).containsEntry("ACCESSKEY", "a+b+c%dä").containsEntry("x", "1=2");
  }

  @Test
  void propertiesWinOverTheUrlAndUserMeansAccessId() throws SQLException {
    ConnectionSettings settings =
        read("jdbc:tunnel://h/p?fetchSize=5&user=u", "fetchSize", "7", "password", "s");
    assertThat(settings.fetchSize()).isEqualTo(7);
    assertThat(settings.options()).containsEntry("accessId", "u").containsEntry("accessKey", "s");
    assertThat(settings.toString()).doesNotContain("s,").contains("*****");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:tunnel:|use jdbc:tunnel://HOST",
        "jdbc:tunnel:ftp://h?project=p|use jdbc:tunnel://HOST",
        "jdbc:tunnel:///p|host is missing",
        "jdbc:tunnel://h|names no project",
        "jdbc:tunnel://h/a/b|one project",
        "jdbc:tunnel://h/p?project=q|stands twice",
        "jdbc:tunnel://h/p?a=1&A=2|stands twice",
        "jdbc:tunnel://u:s@h/p|do not belong there",
        "jdbc:tunnel://h/p?novalue|key=value",
        "jdbc:tunnel://h/p?accessId=%zz|%25",
        "jdbc:tunnel://h/p?accessId=%4|%25",
        "jdbc:tunnel://h/p?accessId=%ff|UTF-8",
        "jdbc:tunnel:mem:?project=p|name is missing",
        "jdbc:tunnel:local:x|names no project",
        "jdbc:tunnel://h/p?fetchSize=many|whole number",
        "jdbc:tunnel://h/p?fetchSize=-1|whole number",
        "jdbc:tunnel://h/p?timezone=Mars|timezone",
        "jdbc:tunnel://h/p?ssl=maybe|true or false",
        "jdbc:tunnel://h/p?compresion=zstd|compression",
        "jdbc:tunnel://h/p?usr=x|user",
        "jdbc:tunnel://h/p?endpoint=http://x|no place",
        "jdbc:tunnel://h/p?compression=rar|rar",
        "jdbc:tunnel://h/p?accessId=x|accessKey",
        "jdbc:tunnel://h:port/p|h:port"
      })
  void mistakesAreToldWithState08001(String url, String part) {
    SqlFailure failure = SqlFailure.of(() -> new TunnelDriver().connect(url, null));
    assertThat(failure.state()).isEqualTo("08001");
    assertThat(failure.message()).contains(part);
  }

  @Test
  void secretsNeverAppearInMessages() {
    SqlFailure failure =
        SqlFailure.of(() -> read("jdbc:tunnel://h/p?password=hush&accessKey=hush2&foo"));
    assertThat(failure.message()).doesNotContain("hush");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:odps:x", "jdbc:tunnels://x/y", ""})
  void otherUrlsAreLeftToOtherDrivers(String url) throws SQLException {
    TunnelDriver driver = new TunnelDriver();
    assertThat(driver.acceptsURL(url)).isFalse();
    assertThat(driver.connect(url, new Properties())).isNull();
  }

  @Test
  void propertyInfoListsEveryOptionWithItsDefault() throws SQLException {
    assertThat(new TunnelDriver().getPropertyInfo("jdbc:tunnel://h/p?fetchSize=3", null))
        .extracting(info -> info.name + "=" + info.value)
        .contains("project=p", "fetchSize=3", "timezone=UTC", "compression=none");
  }
}
