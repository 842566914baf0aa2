package io.tunnel.protocol.type;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Recursive descent over the text form of a type; one instance per text. */
final class TypeParser {
  private final String text;
  private int position;

  private TypeParser(String text) {
    this.text = text;
  }

  static MaxComputeType parse(String text) {
    TypeParser parser = new TypeParser(text);
    MaxComputeType type = parser.type();
    parser.skipBlanks();
    if (parser.position < text.length()) {
      throw parser.failure("nothing may follow the type");
    }
    return type;
  }

  static boolean isNamePart(int character) {
    return Character.isLetterOrDigit(character) || character == '_' || character == '$';
  }

  private MaxComputeType type() {
    skipBlanks();
    int start = position;
    String word = name().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "array" -> {
        expect('<');
        MaxComputeType element = type();
        expect('>');
        yield new ArrayType(element);
      }
      case "map" -> {
        expect('<');
        MaxComputeType key = type();
        expect(',');
        MaxComputeType value = type();
        expect('>');
        yield new MapType(key, value);
      }
      case "struct" -> struct();
      case "char" -> {
        expect('(');
        int length = number();
        expect(')');
        yield new CharType(length);
      }
      case "varchar" -> {
        expect('(');
        int length = number();
        expect(')');
        yield new VarcharType(length);
      }
      case "decimal", "numeric" -> decimal();
      case "integer" -> PrimitiveType.INT;
      case "timestamp_ltz" -> PrimitiveType.TIMESTAMP;
      default -> primitive(word, start);
    };
  }

  private MaxComputeType primitive(String word, int start) {
    for (PrimitiveType type : PrimitiveType.values()) {
      if (type.toString().equals(word)) {
        return type;
      }
    }
    position = start;
    throw failure(word.isEmpty() ? "a type name is missing" : "unknown type \"" + word + "\"");
  }

  private MaxComputeType decimal() {
    skipBlanks();
    if (position >= text.length() || text.charAt(position) != '(') {
      return DecimalType.LEGACY;
    }
    expect('(');
    int precision = number();
    skipBlanks();
    int scale = 0;
    if (position < text.length() && text.charAt(position) == ',') {
      position++;
      scale = number();
    }
    expect(')');
    return new DecimalType(precision, scale);
  }

  private StructType struct() {
    expect('<');
    List<StructType.Field> fields = new ArrayList<>();
    do {
      skipBlanks();
      String name = quotedOrPlainName();
      expect(':');
      fields.add(new StructType.Field(name, type()));
      skipBlanks();
    } while (accept(','));
    expect('>');
    return new StructType(fields);
  }

  private String quotedOrPlainName() {
    if (!accept('`')) {
      String name = name();
      if (name.isEmpty()) {
        throw failure("a field name is missing");
      }
      return name;
    }
    StringBuilder name = new StringBuilder();
    while (position < text.length()) {
      char c = text.charAt(position++);
      if (c != '`') {
        name.append(c);
      } else if (!accept('`')) {
        return name.toString();
      } else {
        name.append('`');
      }
    }
    throw failure("the closing back-tick is missing");
  }

  private String name() {
    int start = position;
    while (position < text.length() && isNamePart(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private int number() {
    skipBlanks();
    int start = position;
    while (position < text.length() && Character.isDigit(text.charAt(position))) {
      position++;
    }
    if (start == position || position - start > 6) {
      throw failure("a small number is expected");
    }
    return Integer.parseInt(text.substring(start, position));
  }

  private void expect(char c) {
    skipBlanks();
    if (!accept(c)) {
      throw failure("'" + c + "' is expected");
    }
  }

  private boolean accept(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private IllegalArgumentException failure(String reason) {
    return new IllegalArgumentException(
        "Type \"" + text + "\": " + reason + " at position " + (position + 1));
  }
}
