package io.tunnel.sql.parser;

import java.util.List;
import java.util.StringJoiner;

/**
 * A type as a statement names it.
 *
 * @param name the word in upper case
 * @param arguments the numbers in parentheses
 * @param fieldNames the fields of a STRUCT
 * @param elements the element of an ARRAY, key and value of a MAP, the fields' types of a STRUCT
 */
public record DataTypeName(
    String name, List<Integer> arguments, List<String> fieldNames, List<DataTypeName> elements) {

  /** A type that is a single word. */
  static DataTypeName simple(String name) {
    return new DataTypeName(name, List.of(), List.of(), List.of());
  }

  /** The type in MaxCompute's text form. */
  @Override
  public String toString() {
    if (!elements.isEmpty()) {
      StringJoiner joiner = new StringJoiner(",", name + "<", ">");
      for (int i = 0; i < elements.size(); i++) {
        joiner.add(
            fieldNames.isEmpty()
                ? elements.get(i).toString()
                : quoted(fieldNames.get(i)) + ":" + elements.get(i));
      }
      return joiner.toString();
    }
    if (!arguments.isEmpty()) {
      StringJoiner joiner = new StringJoiner(",", name + "(", ")");
      arguments.forEach(argument -> joiner.add(argument.toString()));
      return joiner.toString();
    }
    return name;
  }

  private static String quoted(String field) {
    return field.matches("[A-Za-z_][A-Za-z0-9_]*") ? field : "`" + field.replace("`", "``") + "`";
  }
}
