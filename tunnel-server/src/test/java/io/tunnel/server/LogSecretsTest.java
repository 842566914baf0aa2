package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that is logged, however much is logged, holds what must stay secret. */
class LogSecretsTest {
  @TempDir private Path folder;

  @Test
  void serverAndClientLogNoSecretNoSignatureAndNoToken() throws Exception {
    Path log = folder.resolve("log");
    Path out = folder.resolve("out");
    // A JVM of its own, because the levels are read once.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                // Jetty's own debugging output is the bytes on the wire.
                "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty=info",
                "-cp",
                System.getProperty("java.class.path"),
                SignedTraffic.class.getName())
            .redirectError(log.toFile())
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String logged = Files.readString(log);
    assertThat(process.exitValue()).as(logged).isZero();
    List<String> tokens = Files.readAllLines(out);
    assertThat(tokens).hasSize(1);
    // Both sides have logged: that there is nothing to find would prove nothing.
    assertThat(logged).contains("io.tunnel.server.http.TunnelHandler").contains("As a user would");
    assertThat(logged)
        .doesNotContain(SignedTraffic.SECRET)
        .doesNotContain(SignedTraffic.TEMPORARY_SECRET)
        .doesNotContain(SignedTraffic.TOKEN)
        .doesNotContain(SignedTraffic.WRONG)
        .doesNotContain(tokens.get(0))
        .doesNotContainPattern("ODPS (lasting|tmp)[^ ]*:[A-Za-z0-9+/]{27}=");
  }
}
