package io.tunnel.jdbc.metadata;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A name pattern of JDBC: {@code %} for any text, {@code _} for one character, {@code \} before a
 * character that means itself. Case does not matter, as in MaxCompute's names.
 */
final class NamePattern {
  static final char ESCAPE = '\\';

  /** Lower-case characters; the two wildcards are replaced by characters that no name has. */
  private final String pattern;

  private static final char ANY_TEXT = '\uFFFE';
  private static final char ANY_CHARACTER = '\uFFFF';

  private NamePattern(String pattern) {
    this.pattern = pattern;
  }

  /** Reads a pattern; null matches everything. */
  static NamePattern of(@Nullable String text) {
    if (text == null) {
      return new NamePattern(String.valueOf(ANY_TEXT));
    }
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ESCAPE && i + 1 < text.length()) {
        pattern.append(text.charAt(++i));
      } else if (c == '%') {
        pattern.append(ANY_TEXT);
      } else if (c == '_') {
        pattern.append(ANY_CHARACTER);
      } else {
        pattern.append(c);
      }
    }
    return new NamePattern(pattern.toString().toLowerCase(Locale.ROOT));
  }

  /** The name if the pattern has no wildcard, else null. */
  @Nullable String exactName() {
    return prefix().length() == pattern.length() ? pattern : null;
  }

  /** What every matching name begins with, in lower case. */
  String prefix() {
    int end = 0;
    while (end < pattern.length()
        && pattern.charAt(end) != ANY_TEXT
        && pattern.charAt(end) != ANY_CHARACTER) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /** Whether everything matches. */
  boolean matchesAll() {
    return pattern.chars().allMatch(c -> c == ANY_TEXT) && !pattern.isEmpty();
  }

  /** Whether the name matches; takes time proportional to both lengths at worst. */
  boolean matches(String name) {
    String text = name.toLowerCase(Locale.ROOT);
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == ANY_TEXT) {
        star = p++;
        resume = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == ANY_CHARACTER || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == ANY_TEXT) {
      p++;
    }
    return p == pattern.length();
  }
}
