package io.tunnel.it.official.jdbc;

import com.aliyun.odps.data.Binary;
import com.aliyun.odps.data.Struct;
import io.tunnel.it.driven.Cells;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Neutral values to the Java objects that the official driver takes and gives. */
final class JdbcCells {
  private JdbcCells() {}

  /** The object for a parameter of this MaxCompute type. */
  static Object toJava(Object cell, String type) {
    if (cell == null) {
      return null;
    }
    String text = (String) cell;
    return switch (type.toUpperCase(Locale.ROOT).replaceAll("\\(.*", "")) {
      case "TINYINT" -> Byte.valueOf(text);
      case "SMALLINT" -> Short.valueOf(text);
      case "INT" -> Integer.valueOf(text);
      case "BIGINT" -> Long.valueOf(text);
      case "FLOAT" -> Float.valueOf(text);
      case "DOUBLE" -> Double.valueOf(text);
      case "BOOLEAN" -> Boolean.valueOf(text);
      case "DECIMAL" -> new BigDecimal(text);
      case "STRING", "CHAR", "VARCHAR" -> text;
      case "BINARY" -> Cells.binary(text);
      case "DATE" -> Date.valueOf(LocalDate.parse(text));
      case "DATETIME", "TIMESTAMP" ->
          Timestamp.from(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
      default -> throw new IllegalArgumentException("No parameter of type " + type);
    };
  }

  /** The neutral form of what the driver gave. */
  static Object toCell(Object value, String type) throws SQLException {
    if (value == null) {
      return null;
    }
    if (value instanceof Array array) {
      return toCell(array.getArray(), type);
    }
    if (value instanceof byte[] bytes) {
      return Cells.binary(bytes);
    }
    if (value instanceof Binary binary) {
      return Cells.binary(binary.data());
    }
    if (value instanceof Object[] elements) {
      return toCell(Arrays.asList(elements), type);
    }
    if (value instanceof List<?> elements) {
      List<Object> cells = new ArrayList<>();
      for (Object element : elements) {
        cells.add(toCell(element, type));
      }
      return cells;
    }
    if (value instanceof Map<?, ?> map) {
      List<List<Object>> pairs = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        List<Object> pair = new ArrayList<>();
        pair.add(toCell(entry.getKey(), type));
        pair.add(toCell(entry.getValue(), type));
        pairs.add(pair);
      }
      return Cells.map(pairs);
    }
    if (value instanceof Struct struct) {
      return toCell(struct.getFieldValues(), type);
    }
    return toText(value);
  }

  private static String toText(Object value) {
    if (value instanceof BigDecimal decimal) {
      return Cells.decimal(decimal);
    }
    if (value instanceof ZonedDateTime time) {
      return Cells.dateTime(time.toEpochSecond(), time.getNano());
    }
    if (value instanceof Instant time) {
      return Cells.dateTime(time.getEpochSecond(), time.getNano());
    }
    if (value instanceof Timestamp time) {
      return Cells.dateTime(Math.floorDiv(time.getTime(), 1000), time.getNanos());
    }
    if (value instanceof Date date) {
      return date.toLocalDate().toString();
    }
    if (value instanceof java.util.Date time) {
      return Cells.dateTimeMillis(time.getTime());
    }
    return value.toString();
  }
}
