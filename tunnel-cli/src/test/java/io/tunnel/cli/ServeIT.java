package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeIT {
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
