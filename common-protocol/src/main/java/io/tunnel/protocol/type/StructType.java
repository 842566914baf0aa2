package io.tunnel.protocol.type;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Named fields, each of which may be NULL.
 *
 * @param fields at least one field, in order
 */
public record StructType(List<Field> fields) implements MaxComputeType {
  /** Copies the list and checks that it is not empty. */
  public StructType {
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("struct<>: a struct needs at least one field");
    }
  }

  /**
   * One field.
   *
   * @param name the name as written, without back-ticks
   * @param type the type
   */
  public record Field(String name, MaxComputeType type) {
    @Override
    public String toString() {
      return (isPlain(name) ? name : "`" + name.replace("`", "``") + "`") + ":" + type;
    }

    private static boolean isPlain(String name) {
      return !name.isEmpty() && name.chars().allMatch(TypeParser::isNamePart);
    }
  }

  @Override
  public String toString() {
    return fields.stream().map(Field::toString).collect(Collectors.joining(",", "struct<", ">"));
  }
}
