package io.tunnel.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Types;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON objects. Numbers are JSON numbers (NaN and the infinities, which JSON lacks, are
 * text), dates and times are text, binary values are hexadecimal text, nested values are arrays and
 * objects.
 */
final class JsonPrinter implements ResultPrinter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final PrintStream out;
  private String[] names = new String[0];
  private int[] types = new int[0];
  private boolean first = true;

  JsonPrinter(PrintStream out) {
    this.out = out;
  }

  @Override
  public void begin(ResultSetMetaData columns) throws SQLException {
    names = new String[columns.getColumnCount()];
    types = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = columns.getColumnLabel(i + 1);
      types[i] = columns.getColumnType(i + 1);
    }
    out.print("[");
  }

  @Override
  public void row(ResultSet current) throws SQLException, IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      for (int i = 0; i < names.length; i++) {
        json.writeFieldName(names[i]);
        column(json, current, i);
      }
      json.writeEndObject();
    }
    out.print(first ? "\n" : ",\n");
    out.print(text);
    first = false;
  }

  @Override
  public void end() {
    out.print(first ? "]\n" : "\n]\n");
    out.flush();
  }

  private void column(JsonGenerator json, ResultSet row, int i) throws SQLException, IOException {
    switch (types[i]) {
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> {
        long value = row.getLong(i + 1);
        if (row.wasNull()) {
          json.writeNull();
        } else {
          json.writeNumber(value);
        }
      }
      case Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.DECIMAL,
          Types.NUMERIC,
          Types.BOOLEAN,
          Types.BIT,
          Types.ARRAY,
          Types.STRUCT,
          Types.JAVA_OBJECT,
          Types.BINARY,
          Types.VARBINARY,
          Types.LONGVARBINARY ->
          value(json, row.getObject(i + 1));
      default -> text(json, row.getString(i + 1));
    }
  }

  private void value(JsonGenerator json, @Nullable Object value) throws SQLException, IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      if (Double.isFinite(number)) {
        json.writeNumber(value.toString());
      } else {
        json.writeString(value.toString());
      }
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number.toPlainString());
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof byte[] bytes) {
      json.writeString(HexFormat.of().formatHex(bytes));
    } else if (value instanceof Map<?, ?> map) {
      object(json, map);
    } else if (value instanceof List<?> list) {
      array(json, list);
    } else if (value instanceof Object[] elements) {
      array(json, Arrays.asList(elements));
    } else if (value instanceof Array array) {
      value(json, array.getArray());
    } else if (value instanceof Struct struct) {
      array(json, Arrays.asList(struct.getAttributes()));
    } else {
      json.writeString(value.toString());
    }
  }

  private void object(JsonGenerator json, Map<?, ?> map) throws SQLException, IOException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.writeFieldName(String.valueOf(entry.getKey()));
      value(json, entry.getValue());
    }
    json.writeEndObject();
  }

  private void array(JsonGenerator json, List<?> elements) throws SQLException, IOException {
    json.writeStartArray();
    for (Object element : elements) {
      value(json, element);
    }
    json.writeEndArray();
  }

  private static void text(JsonGenerator json, @Nullable String text) throws IOException {
    if (text == null) {
      json.writeNull();
    } else {
      json.writeString(text);
    }
  }
}
