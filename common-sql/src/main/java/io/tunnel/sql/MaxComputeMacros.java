package io.tunnel.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The DuckDB macros that translated statements call; their text is {@code macros.sql}. Some of them
 * call functions whose names begin with {@code tunnel_}, which the owner of the database has to
 * register before a statement runs.
 */
public final class MaxComputeMacros {
  private MaxComputeMacros() {}

  /**
   * The statements that create the macros, {@code CREATE OR REPLACE MACRO mc_…}. They have to be
   * run once in every database in which translated statements run.
   */
  public static List<String> statements() {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String line : text().lines().toList()) {
      if (!line.startsWith("--")) {
        statement.append(line).append('\n');
      }
      if (line.endsWith(";")) {
        statements.add(statement.toString().strip());
        statement.setLength(0);
      }
    }
    return statements;
  }

  private static String text() {
    try (InputStream in = MaxComputeMacros.class.getResourceAsStream("macros.sql")) {
      if (in == null) {
        throw new IllegalStateException("macros.sql is missing beside the class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
