package io.tunnel.sql.parser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code SET key=value;} line.
 *
 * @param end offset behind the value, where the {@code ;} or the end of the text is
 */
record Setting(String key, String value, int end) {
  private static final Pattern START =
      Pattern.compile("(?i)set\\s+([\\p{L}\\p{N}_.:-]+)\\s*=", Pattern.UNICODE_CHARACTER_CLASS);

  /** The setting that begins with the given word, or null when none does. */
  static @Nullable Setting at(String sql, Lexeme word) {
    if (!word.isWord("set")) {
      return null;
    }
    Matcher matcher = START.matcher(sql).region(word.start(), sql.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    int semicolon = sql.indexOf(';', matcher.end());
    int end = semicolon < 0 ? sql.length() : semicolon;
    return new Setting(matcher.group(1), sql.substring(matcher.end(), end).strip(), end);
  }
}
