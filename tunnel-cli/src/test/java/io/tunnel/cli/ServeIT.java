package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeIT {
  private static final String PASSWORD = "changeit";

  @TempDir Path folder;

  @Test
  void printsOneLineWhenReadyOnAFreePortAndStopsCleanlyOnSigterm() throws Exception {
    Path errors = folder.resolve("errors");
    try (ServerProcess server = ServerProcess.start(errors, "--anonymous", "--port", "0")) {
      assertThat(server.address()).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*");
      RunningCommand run = RunningCommand.of("sql", server.address(), "select 1 as one");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.outLines().get(2).strip()).isEqualTo("1");
      assertThat(server.terminate()).isEqualTo(143);
      assertThat(server.furtherLines()).isEmpty();
    }
    assertThat(ServerProcess.errorLines(errors)).isEmpty();
  }

  @Test
  void keepsWhatWasCommittedWhenItIsKilled() throws Exception {
    Path data = folder.resolve("data with blank");
    Path errors = folder.resolve("errors");
    Path csv = Files.writeString(folder.resolve("t.csv"), "id,name\n1,東京\n2,\n");
    try (ServerProcess server =
        ServerProcess.start(errors, "--anonymous", "--data", data.toString(), "--project", "p")) {
      String url = server.address() + "?project=p";
      succeeded("sql", url, "create table t (id bigint, name string); ");
      succeeded("upload", csv.toString(), "t", "--url", url, "--null", "");
      succeeded("sql", url, "insert into t values (3, 'three')");
      server.kill();
    }
    try (ServerProcess server =
        ServerProcess.start(errors, "--anonymous", "--data", data.toString(), "--project", "p")) {
      RunningCommand run =
          succeeded(
              "sql",
              server.address() + "?project=p",
              "--format",
              "csv",
              "select id, name from t order by id");
      assertThat(run.out()).isEqualTo("id,name\n1,東京\n2,\n3,three\n");
      assertThat(server.terminate()).isEqualTo(143);
    }
  }

  @Test
  void checksSignaturesOfItsAccounts() throws Exception {
    Path errors = folder.resolve("errors");
    try (ServerProcess server =
        ServerProcess.start(errors, "--account", "me:right", "--project", "p")) {
      String url = server.address() + "?project=p&accessId=me&accessKey=";
      succeeded("sql", url + "right", "show tables");
      RunningCommand wrong = RunningCommand.of("sql", url + "wrong", "show tables");
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.err()).startsWith("error: ").doesNotContain("wrong");
    }
  }

  @Test
  void opensTheControlForTestsOnlyWhenItIsAskedFor() throws Exception {
    Path errors = folder.resolve("errors");
    try (ServerProcess server = ServerProcess.start(errors, "--anonymous")) {
      assertThat(get(server.address() + "/-/faults").statusCode()).isEqualTo(404);
    }
    try (ServerProcess server = ServerProcess.start(errors, "--anonymous", "--control")) {
      HttpResponse<String> faults = get(server.address() + "/-/faults");
      assertThat(faults.statusCode()).isEqualTo(200);
      assertThat(faults.body()).isEqualTo("{\"faults\":[]}");
    }
  }

  private static HttpResponse<String> get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesHttpsWithTheCertificateAndTheAccountsOfItsFiles() throws Exception {
    Path store = folder.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=tunnel",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore pair = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Path certificate = pem("CERTIFICATE", pair.getCertificate("server").getEncoded());
    Path key = pem("PRIVATE KEY", pair.getKey("server", PASSWORD.toCharArray()).getEncoded());
    Path accounts = Files.writeString(folder.resolve("accounts"), "me:right local=read\n");
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", pair.getCertificate("server"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (ServerProcess server =
        ServerProcess.start(
            folder.resolve("errors"),
            "--accounts",
            accounts.toString(),
            "--tls-certificate",
            certificate.toString(),
            "--tls-key",
            key.toString())) {
      assertThat(server.address()).startsWith("https://127.0.0.1:");
      HttpResponse<String> answer =
          HttpClient.newBuilder()
              .sslContext(context)
              .build()
              .send(
                  HttpRequest.newBuilder(URI.create(server.address() + "/api/projects")).build(),
                  BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("<HostId>" + server.address() + "/api</HostId>");
    }
  }

  private Path pem(String type, byte[] content) throws IOException {
    return Files.writeString(
        folder.resolve(type),
        String.format(
            "-----BEGIN %s-----%n%s%n-----END %s-----%n",
            type, Base64.getMimeEncoder().encodeToString(content), type));
  }

  @Test
  void saysWhichPortIsTaken() throws Exception {
    Path errors = folder.resolve("errors");
    try (ServerProcess server = ServerProcess.start(errors, "--anonymous")) {
      int port = URI.create(server.address()).getPort();
      Process second =
          ServerProcess.launch(
              folder.resolve("second"), "--anonymous", "--port", String.valueOf(port));
      assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(second.inputReader().lines()).isEmpty();
      assertThat(ServerProcess.errorLines(folder.resolve("second")))
          .singleElement()
          .asString()
          .startsWith("error: ")
          .contains(String.valueOf(port));
    }
  }

  private static RunningCommand succeeded(String... arguments) throws IOException {
    RunningCommand run = RunningCommand.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }
}
