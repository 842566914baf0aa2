package io.tunnel.sql;

import java.util.List;

/**
 * The name of a table or a schema as a statement gives it: {@code table}, {@code schema.table},
 * {@code project.table} or {@code project.schema.table}. What two parts mean depends on the
 * project's settings, so the parts are only kept in order.
 *
 * @param parts one to three parts without quotes, in lower case
 */
public record ObjectName(List<String> parts) {
  /** Checks the number of parts. */
  public ObjectName {
    parts = List.copyOf(parts);
    if (parts.isEmpty() || parts.size() > 3) {
      throw new IllegalArgumentException("A name has one to three parts, not " + parts.size());
    }
  }

  /** The last part: the object's own name. */
  public String last() {
    return parts.get(parts.size() - 1);
  }

  /** The parts joined with dots, for messages. */
  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
