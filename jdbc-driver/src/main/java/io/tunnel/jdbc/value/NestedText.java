package io.tunnel.jdbc.value;

import java.lang.reflect.Array;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text form of arrays, maps and structs: that of JSON. */
final class NestedText {
  private final ValueConverter converter;

  NestedText(ValueConverter converter) {
    this.converter = converter;
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  String print(Object value) throws ValueException {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private void append(StringBuilder text, @Nullable Object value) throws ValueException {
    if (value == null) {
      text.append("null");
    } else if (value instanceof Map<?, ?> map) {
      appendMap(text, map);
    } else if (value instanceof Iterable<?> elements) {
      appendElements(text, elements);
    } else if (value instanceof java.sql.Array array) {
      append(text, elements(array));
    } else if (value instanceof Struct struct) {
      appendStruct(text, struct);
    } else if (value.getClass().isArray() && !(value instanceof byte[])) {
      appendArray(text, value);
    } else if (value instanceof Number || value instanceof Boolean) {
      text.append(converter.toText(value));
    } else if (isScalar(value)) {
      quote(text, converter.toText(value));
    } else {
      throw ValueException.wrongType(value, "text");
    }
  }

  private void appendMap(StringBuilder text, Map<?, ?> map) throws ValueException {
    text.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      text.append(separator);
      Object key = entry.getKey();
      quote(text, key == null ? "null" : converter.toText(key));
      text.append(':');
      append(text, entry.getValue());
      separator = ",";
    }
    text.append('}');
  }

  private void appendElements(StringBuilder text, Iterable<?> elements) throws ValueException {
    text.append('[');
    String separator = "";
    for (Object element : elements) {
      text.append(separator);
      append(text, element);
      separator = ",";
    }
    text.append(']');
  }

  private void appendArray(StringBuilder text, Object array) throws ValueException {
    text.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      text.append(i == 0 ? "" : ",");
      append(text, Array.get(array, i));
    }
    text.append(']');
  }

  private void appendStruct(StringBuilder text, Struct struct) throws ValueException {
    if (struct instanceof StructValue named) {
      appendMap(text, named.asMap());
      return;
    }
    try {
      append(text, struct.getAttributes());
    } catch (SQLException e) {
      throw ValueException.wrongType(struct, "text");
    }
  }

  private static Object elements(java.sql.Array array) throws ValueException {
    try {
      return array.getArray();
    } catch (SQLException e) {
      throw ValueException.wrongType(array, "text");
    }
  }

  /** Everything that {@link ValueConverter#toText} prints without coming back here. */
  private static boolean isScalar(Object value) {
    return value instanceof CharSequence
        || value instanceof Character
        || value instanceof byte[]
        || value instanceof java.time.temporal.Temporal
        || value instanceof java.time.temporal.TemporalAmount
        || value instanceof java.util.Date
        || value instanceof java.util.Calendar
        || value instanceof ZonedSqlValue
        || value instanceof java.util.UUID
        || value instanceof Enum<?>;
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < ' ') {
            text.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
