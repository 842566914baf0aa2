package io.tunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.server.auth.Account;
import io.tunnel.server.auth.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsFileTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("accounts"), text);
  }

  @Test
  void everyLineIsAnAccountAndSecretsMayHaveColons() throws IOException {
    assertThat(AccountsFile.read(file("# people\n\nann:se:cret\n  bob:x sales=read token:t \n")))
        .containsExactly(
            new Account("ann", "se:cret", Rights.everything(), null),
            Account.parse("bob:x sales=read token:t"));
  }

  @Test
  void whatIsNoAccountIsRefusedByItsLineWithoutShowingIt() throws IOException {
    for (String text : new String[] {"ann:hidden\nhidden", "ann:hidden\n:hidden"}) {
      Path broken = file(text);
      assertThatThrownBy(() -> AccountsFile.read(broken))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 2")
          .hasMessageNotContaining("hidden");
    }
    Path twice = file("ann:hidden\nann:hidden");
    assertThatThrownBy(() -> AccountsFile.read(twice))
        .hasMessageContaining("ann again")
        .hasMessageNotContaining("hidden");
    Path empty = file("# nobody\n");
    assertThatThrownBy(() -> AccountsFile.read(empty)).hasMessageContaining("no account");
    Path absent = folder.resolve("absent");
    assertThatThrownBy(() -> AccountsFile.read(absent)).hasMessageContaining("cannot be read");
  }
}
