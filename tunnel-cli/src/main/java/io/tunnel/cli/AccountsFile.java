package io.tunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code --accounts}: one {@code ID:SECRET} on each line, so that secrets stand in no
 * process list and no shell history. Empty lines and lines that begin with {@code #} are left out.
 */
final class AccountsFile {
  private AccountsFile() {}

  /**
   * Reads the file.
   *
   * @return access id to secret
   * @throws IllegalArgumentException if it cannot be read or a line is none; the message names the
   *     line by its number and never shows it
   */
  static Map<String, String> read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("the accounts file cannot be read: " + file, e);
    }
    Map<String, String> accounts = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || colon == line.length() - 1) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + " of the accounts file is not written ID:SECRET");
      }
      String id = line.substring(0, colon);
      if (accounts.putIfAbsent(id, line.substring(colon + 1)) != null) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + " of the accounts file names " + id + " again");
      }
    }
    if (accounts.isEmpty()) {
      throw new IllegalArgumentException("the accounts file names no account: " + file);
    }
    return accounts;
  }
}
