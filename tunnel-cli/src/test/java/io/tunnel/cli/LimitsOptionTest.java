package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.server.ServerLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  @Test
  void whatItDoesNotKnowIsRefusedWithTheNearestName() throws IOException {
    String unknown = file("commits-in-15-second=2");
    assertThatThrownBy(() -> LimitsOption.parse(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean commits-in-15-seconds?");
    String zero = file("slots=0");
    assertThatThrownBy(() -> LimitsOption.parse(zero)).hasMessageContaining("slots");
    String time = file("session-life=forever");
    assertThatThrownBy(() -> LimitsOption.parse(time)).hasMessageContaining("24h");
    assertThatThrownBy(() -> LimitsOption.parse("absent")).hasMessageContaining("maxcompute, none");
  }
}
