package io.tunnel.cli;

import io.tunnel.server.auth.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code --accounts}: an account on each line, as {@link Account#parse} reads it, so
 * that secrets stand in no process list and no shell history. Empty lines and lines that begin with
 * {@code #} are left out.
 */
final class AccountsFile {
  private AccountsFile() {}

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if it cannot be read or a line is none; the message names the
   *     line by its number and never shows it
   */
  static Collection<Account> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("the accounts file cannot be read: " + file, e);
    }
    Map<String, Account> accounts = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Account account;
      try {
        account = Account.parse(line);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + " of the accounts file: " + e.getMessage(), e);
      }
      if (accounts.putIfAbsent(account.accessId(), account) != null) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + " of the accounts file names " + account.accessId() + " again");
      }
    }
    if (accounts.isEmpty()) {
      throw new IllegalArgumentException("the accounts file names no account: " + file);
    }
    return accounts.values();
  }
}
