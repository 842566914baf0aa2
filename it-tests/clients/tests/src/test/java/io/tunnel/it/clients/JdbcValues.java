package io.tunnel.it.clients;

import io.tunnel.it.driven.Cells;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Neutral values to what an application binds with our driver, and what it gets back. */
final class JdbcValues {
  private JdbcValues() {}

  /** What an application would bind. */
  static @Nullable Object toJava(Connection connection, @Nullable Object cell, MaxComputeType type)
      throws SQLException {
    if (cell == null) {
      return null;
    }
    if (type instanceof ArrayType array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object element : (List<?>) cell) {
        elements.add(toJava(connection, element, array.element()));
      }
      return elements;
    }
    if (type instanceof MapType map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      for (Object pair : (List<?>) cell) {
        List<?> entry = (List<?>) pair;
        entries.put(
            toJava(connection, entry.get(0), map.key()),
            toJava(connection, entry.get(1), map.value()));
      }
      return entries;
    }
    if (type instanceof StructType struct) {
      List<?> fields = (List<?>) cell;
      @Nullable Object[] attributes = new Object[fields.size()];
      for (int i = 0; i < attributes.length; i++) {
        attributes[i] = toJava(connection, fields.get(i), struct.fields().get(i).type());
      }
      return connection.createStruct(type.toString(), attributes);
    }
    return scalar((String) cell, type);
  }

  private static Object scalar(String cell, MaxComputeType type) {
    if (type instanceof DecimalType) {
      return new BigDecimal(cell);
    }
    if (type instanceof CharType || type instanceof VarcharType) {
      return cell;
    }
    return switch ((PrimitiveType) type) {
      case TINYINT -> Byte.valueOf(cell);
      case SMALLINT -> Short.valueOf(cell);
      case INT -> Integer.valueOf(cell);
      case BIGINT -> Long.valueOf(cell);
      case FLOAT -> Float.valueOf(cell);
      case DOUBLE -> Double.valueOf(cell);
      case BOOLEAN -> Boolean.valueOf(cell);
      case BINARY -> Cells.binary(cell);
      case DATE -> LocalDate.parse(cell);
      case DATETIME, TIMESTAMP -> LocalDateTime.parse(cell).toInstant(ZoneOffset.UTC);
      case TIMESTAMP_NTZ -> LocalDateTime.parse(cell);
      default -> cell;
    };
  }

  /** The row under the cursor, in neutral form. */
  static List<@Nullable Object> row(ResultSet rows, List<MaxComputeType> types)
      throws SQLException {
    List<@Nullable Object> cells = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      MaxComputeType type = types.get(i);
      if (type == PrimitiveType.DATETIME || type == PrimitiveType.TIMESTAMP) {
        cells.add(toCell(rows.getObject(i + 1, Instant.class)));
      } else if (type == PrimitiveType.TIMESTAMP_NTZ) {
        cells.add(toCell(rows.getObject(i + 1, LocalDateTime.class)));
      } else if (type == PrimitiveType.DATE) {
        cells.add(toCell(rows.getObject(i + 1, LocalDate.class)));
      } else {
        cells.add(toCell(rows.getObject(i + 1)));
      }
    }
    return cells;
  }

  private static @Nullable Object toCell(@Nullable Object value) throws SQLException {
    if (value instanceof Array array) {
      return toCell(Arrays.asList((Object[]) array.getArray()));
    }
    if (value instanceof Struct struct) {
      return toCell(Arrays.asList(struct.getAttributes()));
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> cells = new ArrayList<>();
      for (Object element : list) {
        cells.add(toCell(element));
      }
      return cells;
    }
    if (value instanceof Map<?, ?> map) {
      List<List<@Nullable Object>> pairs = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        List<@Nullable Object> pair = new ArrayList<>();
        pair.add(toCell(entry.getKey()));
        pair.add(toCell(entry.getValue()));
        pairs.add(pair);
      }
      return Cells.map(pairs);
    }
    return value == null ? null : text(value);
  }

  private static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return Cells.binary(bytes);
    }
    if (value instanceof BigDecimal decimal) {
      return Cells.decimal(decimal);
    }
    if (value instanceof Instant time) {
      return Cells.dateTime(time.getEpochSecond(), time.getNano());
    }
    if (value instanceof OffsetDateTime time) {
      return text(time.toInstant());
    }
    if (value instanceof ZonedDateTime time) {
      return text(time.toInstant());
    }
    if (value instanceof Timestamp time) {
      return text(time.toInstant());
    }
    if (value instanceof java.sql.Date date) {
      return date.toLocalDate().toString();
    }
    return value.toString();
  }
}
