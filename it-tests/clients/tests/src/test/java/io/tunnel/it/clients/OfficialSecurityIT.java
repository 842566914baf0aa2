package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.auth.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The official SDK over https, with temporary keys and with rights. */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialSecurityIT {
  private static final String PASSWORD = "changeit";
  private static final List<List<String>> ROWS = List.of(List.of("1", "a"), List.of("2", "b"));

  private LocalTunnel server;
  private DrivenProgram sdk;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=tunnel",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore pair = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      pair.load(in, PASSWORD.toCharArray());
    }
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder()
                .project(OfficialClients.PROJECT)
                .project("other")
                .account("root", "root-secret")
                .account(Account.parse("application:application-secret clients=read"))
                .account(Account.parse("reader:reader-secret clients=read"))
                .account(Account.parse("writer:writer-secret clients=write,other=read"))
                .account(Account.parse("sts:sts-secret clients=admin token:the+token/1=="))
                .account(
                    Account.parse("old:old-secret token:old-token expires:2026-01-01T00:00:00Z"))
                .tls(
                    pem("CERTIFICATE", pair.getCertificate("server").getEncoded()),
                    pem("PRIVATE KEY", pair.getKey("server", PASSWORD.toCharArray()).getEncoded()))
                .build());
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("server", pair.getCertificate("server"));
    Path trustStore = folder.resolve("trust.p12");
    try (var out = Files.newOutputStream(trustStore)) {
      trust.store(out, PASSWORD.toCharArray());
    }
    sdk =
        OfficialClients.sdk(
            List.of(
                "-Djavax.net.ssl.trustStore=" + trustStore,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                "-Duser.timezone=UTC"));
    open("root", Map.of());
    sql("create table t (id bigint, v string)");
    sql("create table other.hidden (id bigint, v string)");
    upload("t");
  }

  @AfterAll
  void stop() throws Exception {
    sdk.close();
    server.close();
  }

  private static String pem(String type, byte[] content) {
    return String.format(
        "-----BEGIN %s-----%n%s%n-----END %s-----%n",
        type, Base64.getMimeEncoder().encodeToString(content), type);
  }

  private void open(String accessId, Map<String, String> more) throws IOException {
    Map<String, String> arguments = new HashMap<>(more);
    arguments.put("endpoint", server.endpoint().toString());
    arguments.put("project", OfficialClients.PROJECT);
    arguments.put("accessId", accessId);
    arguments.putIfAbsent("accessKey", accessId + "-secret");
    sdk.call("open", arguments);
  }

  private void sql(String statement) throws IOException {
    sdk.call("sql", Map.of("statement", statement));
  }

  private List<?> select(String statement) throws IOException {
    return (List<?>) sdk.ask("select", Map.of("statement", statement)).get("rows");
  }

  private void upload(String table) throws IOException {
    String upload = String.valueOf(sdk.ask("createUpload", Map.of("table", table)).get("upload"));
    sdk.call("writeRecords", Map.of("upload", upload, "block", 0, "rows", ROWS));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
  }

  private List<?> download(String table) throws IOException {
    return Rows.of(sdk.ask("readRecords", Map.of("table", table)));
  }

  @Test
  @DisplayName("control-plane 6.1: every call is made over https")
  @Tag("covers:identity/tls")
  @Tag("covers:discovery/https")
  void everyCallIsMadeOverHttps() throws Exception {
    assertThat(server.endpoint().getScheme()).isEqualTo("https");
    open("root", Map.of());
    assertThat(download("t")).isEqualTo(ROWS);
    assertThat(select("select * from t")).hasSize(2);
  }

  @Test
  @DisplayName("control-plane 1.1: the token of a temporary key is sent with every call")
  @Tag("covers:identity/sts")
  @Tag("covers:identity/v4")
  void theTokenOfATemporaryKeyIsSentWithEveryCall() throws Exception {
    for (Map<String, String> signature :
        List.of(Map.<String, String>of(), Map.of("region", "cn-hangzhou"))) {
      Map<String, String> arguments = new HashMap<>(signature);
      arguments.put("securityToken", "the+token/1==");
      open("sts", arguments);
      String table = signature.isEmpty() ? "sts2" : "sts4";
      sql("create table " + table + " (id bigint, v string)");
      upload(table);
      assertThat(download(table)).isEqualTo(ROWS);
      assertThat(select("select * from " + table)).hasSize(2);
    }
  }

  @Test
  @DisplayName("control-plane 1.8: a missing, a wrong and an expired token are refused")
  @Tag("covers:identity/sts-refused")
  @Tag("covers:identity/unknown-account")
  @Tag("covers:identity/wrong-secret")
  void aMissingAWrongAndAnExpiredTokenAreRefused() throws Exception {
    open("sts", Map.of());
    assertThatThrownBy(() -> sql("select 1"))
        .hasMessageContaining("send its security token in authorization-sts-token");
    open("sts", Map.of("securityToken", "another"));
    assertThatThrownBy(() -> sql("select 1"))
        .hasMessageContaining("the security token does not belong to sts");
    assertThatThrownBy(() -> upload("t"))
        .hasMessageContaining("the security token does not belong to sts");
    open("nobody", Map.of());
    assertThatThrownBy(() -> sql("select 1")).hasMessageContaining("accessId not found: nobody");
    open("root", Map.of("accessKey", "another"));
    assertThatThrownBy(() -> sql("select 1")).hasMessageContaining("check the secret of root");
    open("old", Map.of("securityToken", "old-token"));
    assertThatThrownBy(() -> sql("select 1"))
        .hasMessageContaining("the security token of old has expired");
  }

  @Test
  @DisplayName("control-plane 1.6: the second signature of an application is checked")
  @Tag("covers:identity/application-account")
  void theSecondSignatureOfAnApplicationIsChecked() throws Exception {
    Map<String, String> application =
        Map.of("applicationId", "application", "applicationKey", "application-secret");
    open("writer", application);
    upload("t");
    assertThat(download("t")).isEqualTo(twice(ROWS));
    sql("insert overwrite table t select distinct * from t");
    open("writer", Map.of("applicationId", "application", "applicationKey", "another"));
    assertThatThrownBy(() -> sql("select 1"))
        .hasMessageContaining("check the secret of the application application");
    assertThatThrownBy(() -> upload("t")).hasMessageContaining("SignatureNotMatch");
    open("writer", Map.of("applicationId", "nobody", "applicationKey", "another"));
    assertThatThrownBy(() -> sql("select 1")).hasMessageContaining("accessId not found: nobody");
    open("writer", Map.of("applicationId", "sts", "applicationKey", "sts-secret"));
    assertThatThrownBy(() -> sql("select 1")).hasMessageContaining("is a temporary one");
    // The right is that of the user, not of the application.
    open("reader", application);
    assertThatThrownBy(() -> upload("t")).hasMessageContaining("NoPermission");
  }

  private static List<List<String>> twice(List<List<String>> rows) {
    return rows.stream().flatMap(row -> Stream.of(row, row)).toList();
  }

  @Test
  @DisplayName("control-plane 3.9: what an account may not do is refused")
  @Tag("covers:identity/rights")
  @Tag("covers:submit/no-right")
  @Tag("covers:upload-create/no-right")
  void whatAnAccountMayNotDoIsRefused() throws Exception {
    open("reader", Map.of());
    assertThat(download("t")).isEqualTo(ROWS);
    assertThat(select("select * from t")).hasSize(2);
    assertThatThrownBy(() -> sql("insert into t values (3, 'c')"))
        .hasMessageContaining("ODPS-0130013")
        .hasMessageContaining("'write' on {acs:odps:*:projects/clients/tables/t}");
    assertThatThrownBy(() -> upload("t")).hasMessageContaining("NoPermission");
    assertThatThrownBy(() -> select("select * from other.hidden"))
        .hasMessageContaining("'read' on {acs:odps:*:projects/other/tables/hidden}");

    open("writer", Map.of());
    assertThat(select("select * from other.hidden")).isEmpty();
    assertThatThrownBy(() -> sql("create table n (id bigint)"))
        .hasMessageContaining("'admin' on {acs:odps:*:projects/clients/tables/n}");
    assertThatThrownBy(() -> sql("insert into other.hidden values (1, 'x')"))
        .hasMessageContaining("'write' on {acs:odps:*:projects/other/tables/hidden}");
    open("root", Map.of());
    assertThat(download("t")).isEqualTo(ROWS);
    assertThat(select("select * from other.hidden")).isEmpty();
  }
}
