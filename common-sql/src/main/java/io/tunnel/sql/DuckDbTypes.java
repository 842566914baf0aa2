package io.tunnel.sql;

import io.tunnel.sql.parser.DataTypeName;
import io.tunnel.sql.parser.StatementParser;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.calcite.sql.parser.SqlParserPos;

/** Which DuckDB type stands for a MaxCompute type: the one table of it. */
public final class DuckDbTypes {
  private static final Map<String, String> SIMPLE =
      Map.ofEntries(
          Map.entry("TINYINT", "TINYINT"),
          Map.entry("SMALLINT", "SMALLINT"),
          Map.entry("INT", "INTEGER"),
          Map.entry("BIGINT", "BIGINT"),
          Map.entry("FLOAT", "FLOAT"),
          Map.entry("DOUBLE", "DOUBLE"),
          Map.entry("BOOLEAN", "BOOLEAN"),
          Map.entry("STRING", "VARCHAR"),
          Map.entry("VARCHAR", "VARCHAR"),
          Map.entry("CHAR", "VARCHAR"),
          Map.entry("JSON", "VARCHAR"),
          Map.entry("BINARY", "BLOB"),
          Map.entry("DATE", "DATE"),
          Map.entry("DATETIME", "TIMESTAMP_MS"),
          Map.entry("TIMESTAMP", "TIMESTAMP_NS"),
          Map.entry("TIMESTAMP_NTZ", "TIMESTAMP_NS"));

  private DuckDbTypes() {}

  /**
   * The DuckDB type for a type in MaxCompute's text form.
   *
   * @throws SqlSyntaxException when the text is no type
   * @throws UnsupportedSqlException when there is no such type in MaxCompute, or none for it here
   */
  public static String duckDbType(String maxComputeType)
      throws SqlSyntaxException, UnsupportedSqlException {
    return duckDbType(new StatementParser(maxComputeType).type(), SqlParserPos.ZERO);
  }

  static String duckDbType(DataTypeName type, SqlParserPos position)
      throws UnsupportedSqlException {
    switch (type.name()) {
      case "ARRAY" -> {
        return duckDbType(type.elements().get(0), position) + "[]";
      }
      case "MAP" -> {
        return "MAP("
            + duckDbType(type.elements().get(0), position)
            + ", "
            + duckDbType(type.elements().get(1), position)
            + ")";
      }
      case "STRUCT" -> {
        StringJoiner fields = new StringJoiner(", ", "STRUCT(", ")");
        for (int i = 0; i < type.elements().size(); i++) {
          fields.add(
              DuckDbDialect.quoted(type.fieldNames().get(i))
                  + " "
                  + duckDbType(type.elements().get(i), position));
        }
        return fields.toString();
      }
      case "DECIMAL" -> {
        return decimal(type, position);
      }
      default -> {
        String simple = SIMPLE.get(type.name());
        if (simple == null) {
          throw new UnsupportedSqlException(
              position.getLineNum(), position.getColumnNum(), "type " + type + " is not supported");
        }
        return simple;
      }
    }
  }

  /** DECIMAL without arguments is DECIMAL(38,18). */
  private static String decimal(DataTypeName type, SqlParserPos position)
      throws UnsupportedSqlException {
    int precision = type.arguments().isEmpty() ? 38 : type.arguments().get(0);
    int scale =
        type.arguments().size() == 2
            ? type.arguments().get(1)
            : type.arguments().isEmpty() ? 18 : 0;
    if (precision < 1 || precision > 38 || scale > precision) {
      throw new UnsupportedSqlException(
          position.getLineNum(),
          position.getColumnNum(),
          "type " + type + " needs a precision of 1 to 38 and a scale up to the precision");
    }
    return "DECIMAL(" + precision + ", " + scale + ")";
  }
}
