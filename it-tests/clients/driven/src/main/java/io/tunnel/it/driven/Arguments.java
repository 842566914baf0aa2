package io.tunnel.it.driven;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The arguments of one command. */
public final class Arguments {
  private final Map<String, Object> values;

  Arguments(Map<String, Object> values) {
    this.values = values;
  }

  /** A text that must be there. */
  public String text(String name) {
    return (String) Objects.requireNonNull(values.get(name), () -> name + " is missing");
  }

  /** A text that may be absent. */
  public @Nullable String optionalText(String name) {
    return (String) values.get(name);
  }

  /** A whole number, or the default. */
  public long number(String name, long ifAbsent) {
    return values.get(name) instanceof Number number ? number.longValue() : ifAbsent;
  }

  /** A truth value; false if absent. */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** A list; empty if absent. */
  @SuppressWarnings("unchecked")
  public <T> List<T> list(String name) {
    return (List<T>) values.getOrDefault(name, List.of());
  }

  /** A map of texts; empty if absent. */
  @SuppressWarnings("unchecked")
  public Map<String, String> texts(String name) {
    return (Map<String, String>) values.getOrDefault(name, Map.of());
  }
}
