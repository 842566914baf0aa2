package io.tunnel.protocol.type;

import org.jspecify.annotations.Nullable;

/**
 * One column of a table, or one partition column.
 *
 * @param name the name; compared without regard to case, kept as written
 * @param type the type
 * @param nullable whether NULL may be stored
 * @param comment the comment, possibly empty
 * @param defaultValue the SQL text of the default value, or null if there is none
 */
public record Column(
    String name,
    MaxComputeType type,
    boolean nullable,
    String comment,
    @Nullable String defaultValue) {

  /** A nullable column without comment and default. */
  public static Column of(String name, MaxComputeType type) {
    return new Column(name, type, true, "", null);
  }

  /** As {@link #of(String, MaxComputeType)}, with the type in text form. */
  public static Column of(String name, String type) {
    return of(name, MaxComputeType.parse(type));
  }

  /** The same column, NOT NULL. */
  public Column notNull() {
    return new Column(name, type, false, comment, defaultValue);
  }
}
