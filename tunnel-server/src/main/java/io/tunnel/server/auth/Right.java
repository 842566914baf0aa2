package io.tunnel.server.auth;

import java.util.Locale;

/** What an account may do in a project. Each right contains those before it. */
public enum Right {
  /** See names and definitions, read rows, submit statements. */
  READ,
  /** Change rows and partitions. */
  WRITE,
  /** Make, change and drop tables, views and schemas; see and cancel the statements of others. */
  ADMIN;

  /** The word in account files and messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The right of a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Right of(String word) {
    for (Right right : values()) {
      if (right.word().equalsIgnoreCase(word)) {
        return right;
      }
    }
    throw new IllegalArgumentException(
        "\"" + word + "\" is no right; the rights are read, write and admin");
  }
}
