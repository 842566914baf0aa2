package io.tunnel.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the {@code SET key=value;} lines off the beginning of a text: the service wants them beside
 * the statement, not in it. Works on texts that cannot be parsed, too.
 *
 * @param settings the lines, in order
 * @param body what is left; the whole text if there are no such lines
 */
record LeadingSettings(Map<String, String> settings, String body) {
  private static final Pattern SETTING =
      Pattern.compile(
          "set\\s+([\\p{L}\\p{N}_.:-]+)\\s*=([^;]*)(;|\\z)",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

  static LeadingSettings of(String sql) {
    Map<String, String> settings = new LinkedHashMap<>();
    int position = skipBlanks(sql, 0);
    Matcher matcher = SETTING.matcher(sql).region(position, sql.length());
    while (matcher.lookingAt()) {
      settings.put(matcher.group(1), matcher.group(2).strip());
      position = skipBlanks(sql, matcher.end());
      matcher.region(position, sql.length());
    }
    return new LeadingSettings(settings, settings.isEmpty() ? sql : sql.substring(position));
  }

  /** The position of the first character that is no blank, comment or empty statement. */
  private static int skipBlanks(String sql, int start) {
    int i = start;
    while (i < sql.length()) {
      if (Character.isWhitespace(sql.charAt(i)) || sql.charAt(i) == ';') {
        i++;
      } else if (sql.startsWith("--", i)) {
        int end = sql.indexOf('\n', i);
        i = end < 0 ? sql.length() : end;
      } else if (sql.startsWith("/*", i)) {
        int end = sql.indexOf("*/", i + 2);
        i = end < 0 ? sql.length() : end + 2;
      } else {
        break;
      }
    }
    return i;
  }
}
