package io.tunnel.server.auth;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An account whose signatures are accepted.
 *
 * @param accessId the access key id
 * @param secret the access key secret
 * @param rights what it may do
 * @param token the token that it has to send too; null for a lasting key
 */
public record Account(
    String accessId, String secret, Rights rights, @Nullable SecurityToken token) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String TOKEN = "token:";
  private static final String EXPIRES = "expires:";

  /** Checks the id. */
  public Account {
    // Colon and slash end the id in an Authorization header.
    if (!accessId.matches("[^\\s:/,]+")) {
      throw new IllegalArgumentException(
          "The access id of an account is a word without colon, slash and comma");
    }
    if (secret.isEmpty()) {
      throw new IllegalArgumentException("The account " + accessId + " has an empty secret");
    }
  }

  /**
   * Reads {@code ID:SECRET [PROJECT=RIGHT,…] [token:TOKEN] [expires:INSTANT]}: without rights
   * everything is allowed; with a token the key is a temporary one, which the instant ends.
   *
   * @throws IllegalArgumentException if it is not of this form; the message shows no secret
   */
  public static Account parse(String text) {
    String[] words = BLANKS.split(text.strip());
    int colon = words[0].indexOf(':');
    if (colon < 1 || colon == words[0].length() - 1) {
      throw new IllegalArgumentException("an account is written ID:SECRET");
    }
    String id = words[0].substring(0, colon);
    Rights rights = null;
    String token = null;
    Instant expires = null;
    for (int i = 1; i < words.length; i++) {
      String word = words[i];
      if (word.startsWith(TOKEN) && token == null) {
        token = word.substring(TOKEN.length());
      } else if (word.startsWith(EXPIRES) && expires == null) {
        expires = instant(id, word.substring(EXPIRES.length()));
      } else if (word.indexOf('=') > 0 && word.indexOf(':') < 0 && rights == null) {
        rights = rights(id, word);
      } else {
        throw new IllegalArgumentException(
            "behind ID:SECRET of "
                + id
                + " stand only PROJECT=RIGHT,... and token:TOKEN and expires:INSTANT, each once;"
                + " a secret has no blanks");
      }
    }
    if (expires != null && token == null) {
      throw new IllegalArgumentException(
          "the account " + id + " has expires: without token:, but only temporary keys expire");
    }
    return new Account(
        id,
        words[0].substring(colon + 1),
        rights == null ? Rights.everything() : rights,
        token == null ? null : new SecurityToken(token, expires));
  }

  /** A word that is no right may be the rest of a secret with a blank, so it is not shown. */
  private static Rights rights(String id, String word) {
    try {
      return Rights.parse(word);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the rights of "
              + id
              + " are not written PROJECT=RIGHT[,PROJECT=RIGHT...] with one of read, write and"
              + " admin for each project; * stands for all other projects");
    }
  }

  private static Instant instant(String id, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "the account "
              + id
              + " has an end that is not written like expires:2026-12-31T23:59:59Z");
    }
  }

  /** The name of the account's owner as the service writes it. */
  public String owner() {
    return owner(accessId);
  }

  /** The name of an account's owner as the service writes it. */
  public static String owner(String accessId) {
    return "ALIYUN$" + accessId;
  }

  /** Without secret and token. */
  @Override
  public String toString() {
    return "Account[" + accessId + ", " + rights + (token == null ? "" : ", " + token) + "]";
  }
}
