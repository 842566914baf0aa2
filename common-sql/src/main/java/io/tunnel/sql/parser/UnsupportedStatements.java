package io.tunnel.sql.parser;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Statements of MaxCompute that are known by their first words and not read any further. */
final class UnsupportedStatements {
  private static final Set<String> ALONE =
      Set.of(
          "ADD", "ANALYZE", "CLONE", "EXPORT", "GRANT", "IMPORT", "KILL", "LIST", "LOAD", "MSCK",
          "PURGE", "READ", "RESTORE", "REVOKE", "TUNNEL", "UNLOAD", "USE");

  private static final Set<String> BEFORE_KIND = Set.of("ALTER", "CREATE", "DROP");

  private static final Set<String> KINDS =
      Set.of(
          "EXTERNAL",
          "FUNCTION",
          "MATERIALIZED",
          "PACKAGE",
          "RESOURCE",
          "ROLE",
          "SQL",
          "TEMPORARY",
          "USER");

  private static final Set<String> SHOWN =
      Set.of(
          "ACL", "GRANTS", "HISTORY", "INSTANCES", "P", "PACKAGES", "ROLES", "STATISTIC", "USERS");

  private UnsupportedStatements() {}

  /** What a statement that begins with these tokens is called, or null when it may be read. */
  static @Nullable String name(Token first, Token second) {
    String word = word(first);
    String next = word(second);
    if (ALONE.contains(word)) {
      return word;
    }
    boolean isKind = BEFORE_KIND.contains(word) && KINDS.contains(next);
    boolean isShown = word.equals("SHOW") && SHOWN.contains(next);
    return isKind || isShown ? word + " " + next : null;
  }

  private static String word(Token token) {
    boolean quoted =
        token.kind == MaxComputeParserImplConstants.BACK_QUOTED_IDENTIFIER
            || token.kind == MaxComputeParserImplConstants.QUOTED_STRING;
    return quoted ? "" : token.image.toUpperCase(Locale.ROOT);
  }
}
