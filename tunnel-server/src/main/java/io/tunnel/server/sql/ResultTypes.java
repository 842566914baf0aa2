package io.tunnel.server.sql;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The MaxCompute type of a column of a DuckDB result, from the text of its DuckDB type. One
 * instance reads one text.
 */
final class ResultTypes {
  private final String text;
  private int position;

  private ResultTypes(String text) {
    this.text = text;
  }

  /** The type under which a column travels; types that MaxCompute lacks become their nearest. */
  static MaxComputeType of(String duckDbType) {
    ResultTypes reader = new ResultTypes(duckDbType);
    return reader.type();
  }

  private MaxComputeType type() {
    String name = name();
    MaxComputeType type =
        switch (name) {
          case "STRUCT" -> struct();
          case "MAP" -> map();
          case "DECIMAL" -> decimal();
          default -> simple(name);
        };
    while (accept('[')) {
      while (!accept(']')) {
        position++;
      }
      type = new ArrayType(type);
    }
    return type;
  }

  private MaxComputeType simple(String name) {
    if (peek() == '(') {
      skipParentheses();
    }
    return switch (name) {
      case "BOOLEAN" -> PrimitiveType.BOOLEAN;
      case "TINYINT" -> PrimitiveType.TINYINT;
      case "SMALLINT", "UTINYINT" -> PrimitiveType.SMALLINT;
      case "INTEGER", "USMALLINT" -> PrimitiveType.INT;
      // Sums of BIGINT are HUGEINT in DuckDB and BIGINT in MaxCompute.
      case "BIGINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT" -> PrimitiveType.BIGINT;
      case "FLOAT" -> PrimitiveType.FLOAT;
      case "DOUBLE" -> PrimitiveType.DOUBLE;
      case "BLOB" -> PrimitiveType.BINARY;
      case "DATE" -> PrimitiveType.DATE;
      case "TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S" -> PrimitiveType.DATETIME;
      case "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE" -> PrimitiveType.TIMESTAMP;
      default -> PrimitiveType.STRING;
    };
  }

  private MaxComputeType decimal() {
    expect('(');
    int precision = Integer.parseInt(until(','));
    expect(',');
    int scale = Integer.parseInt(until(')').strip());
    expect(')');
    int kept = Math.min(scale, DecimalType.MAX_SCALE);
    return new DecimalType(Math.max(precision, Math.max(kept, 1)), kept);
  }

  private MaxComputeType map() {
    expect('(');
    MaxComputeType key = type();
    expect(',');
    skipBlanks();
    MaxComputeType value = type();
    expect(')');
    return new MapType(key, value);
  }

  private MaxComputeType struct() {
    expect('(');
    List<StructType.Field> fields = new ArrayList<>();
    do {
      skipBlanks();
      String field = fieldName();
      skipBlanks();
      fields.add(new StructType.Field(field, type()));
    } while (accept(','));
    expect(')');
    return new StructType(fields);
  }

  private String fieldName() {
    if (!accept('"')) {
      return until(' ');
    }
    StringBuilder name = new StringBuilder();
    while (true) {
      if (accept('"')) {
        if (!accept('"')) {
          return name.toString();
        }
        name.append('"');
      } else {
        name.append(text.charAt(position++));
      }
    }
  }

  /** A type name: letters, digits, underscores, and the blanks of TIMESTAMP WITH TIME ZONE. */
  private String name() {
    if (peek() == '"') {
      return fieldName().toUpperCase(Locale.ROOT);
    }
    int start = position;
    while (position < text.length() && "(),[".indexOf(text.charAt(position)) < 0) {
      position++;
    }
    return text.substring(start, position).strip().toUpperCase(Locale.ROOT);
  }

  private String until(char end) {
    int start = position;
    while (text.charAt(position) != end) {
      position++;
    }
    return text.substring(start, position);
  }

  private void skipParentheses() {
    int depth = 0;
    boolean quoted = false;
    do {
      char c = text.charAt(position++);
      if (c == '\'') {
        quoted = !quoted;
      } else if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
    } while (depth > 0);
  }

  private void skipBlanks() {
    while (peek() == ' ') {
      position++;
    }
  }

  private char peek() {
    return position < text.length() ? text.charAt(position) : '\0';
  }

  private boolean accept(char c) {
    if (peek() == c) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw new IllegalStateException(
          "The DuckDB type " + text + " cannot be read at position " + position);
    }
  }
}
