package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "sql", "upload", "download", "demo"})
  void helpTeachesOnStandardOutputAndIsNoFailure(String command) {
    RunningCommand run =
        command.isEmpty() ? RunningCommand.of("--help") : RunningCommand.of(command, "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: tunnel").contains(command);
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void unknownOptionsAndMissingOperandsAreUsageErrors() {
    assertUsageError("unknown option --prot; did you mean --port?", "serve", "--prot", "1");
    assertUsageError("unknown option --xyzzy\nSee tunnel serve --help.", "serve", "--xyzzy");
    assertUsageError("unexpected argument extra", "serve", "extra");
    assertUsageError("Missing required parameter: 'URL'", "sql");
    assertUsageError("name at least one file, then the table", "upload", "only-one");
    assertUsageError("name at least one file, then the table", "upload", "t", "--url", "x");
    assertUsageError("Missing required parameter: 'FILE'", "download", "t", "--url", "x");
    assertUsageError("name the server with --url", "download", "t", "f.csv");
    assertUsageError("--format is csv or json, not xml", "download", "t", "f", "--format", "xml");
    assertUsageError("--format is table, csv or json, not xml", "sql", "x", "-f", "xml");
    assertUsageError("unknown command uplaod; did you mean upload?", "uplaod");
    assertThat(RunningCommand.of().exitCode()).isEqualTo(2);
    assertThat(RunningCommand.of().err()).contains("Usage: tunnel", "Start here:");
  }

  @Test
  void aServerThatNobodyCouldUseIsAUsageError() {
    assertUsageError("nobody could use the server", "serve");
    assertUsageError("an account is written ID:SECRET", "serve", "--account", "nocolon");
    assertUsageError("one of read, write and admin", "serve", "--account", "a:b p=owner");
    assertUsageError("everybody there could", "serve", "--anonymous", "--host", "0.0.0.0");
    assertUsageError("The address 1::2::3", "serve", "--anonymous", "--host", "1::2::3");
    assertUsageError("Project \"a b\"", "serve", "--anonymous", "--project", "a b");
    assertUsageError("mutually exclusive", "serve", "--anonymous", "--data", "x", "--memory");
    assertUsageError("Port 70000", "serve", "--anonymous", "--port", "70000");
  }

  @Test
  void whatIsNoCertificateIsAUsageError() throws IOException {
    String file = Files.writeString(folder.resolve("a.pem"), "nothing").toString();
    String none = folder.resolve("none").toString();
    assertUsageError("--tls-key=FILE", "serve", "--account", "a:b", "--tls-certificate", file);
    assertUsageError(
        "the file of --tls-certificate cannot be read as PEM text: " + none,
        "serve",
        "--account",
        "a:b",
        "--tls-certificate",
        none,
        "--tls-key",
        file);
    assertUsageError(
        "The TLS certificate has no block",
        "serve",
        "--account",
        "a:b",
        "--tls-certificate",
        file,
        "--tls-key",
        file);
  }

  @Test
  void aMalformedUrlIsAUsageError() throws IOException {
    String file = Files.writeString(folder.resolve("a.csv"), "a\n1\n").toString();
    String url = "http://127.0.0.1:1";
    assertUsageError("The URL is not understood", "sql", "localhost:1", "select 1");
    assertUsageError("The URL is not understood", "upload", file, "t", "--url", "x");
    assertUsageError("did you mean \"quota\"?", "upload", file, "t", "--url", url + "?qouta=x");
    assertUsageError("name the server with --url", "upload", file, "t");
    assertUsageError("\"nospec\" is not of the form", "upload", file, "t/nospec", "--url", url);
    assertUsageError("must be one character", "upload", file, "t", "--url", url, "-d", "ab");
  }

  @Test
  void aMissingFileIsAFailure() {
    String missing = folder.resolve("none.csv").toString();
    RunningCommand run = RunningCommand.of("upload", missing, "t", "--url", "http://127.0.0.1:1");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("error: there is no file or folder " + missing + "\n");
  }

  private static void assertUsageError(String message, String... arguments) {
    RunningCommand run = RunningCommand.of(arguments);
    assertThat(run.exitCode()).as("%s: %s", List.of(arguments), run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains(message);
    assertThat(run.out()).isEmpty();
  }
}
