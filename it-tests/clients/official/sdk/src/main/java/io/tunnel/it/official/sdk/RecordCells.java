package io.tunnel.it.official.sdk;

import com.aliyun.odps.Column;
import com.aliyun.odps.OdpsType;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.Binary;
import com.aliyun.odps.data.Char;
import com.aliyun.odps.data.IntervalDayTime;
import com.aliyun.odps.data.IntervalYearMonth;
import com.aliyun.odps.data.SimpleJsonValue;
import com.aliyun.odps.data.SimpleStruct;
import com.aliyun.odps.data.Struct;
import com.aliyun.odps.data.Varchar;
import com.aliyun.odps.type.ArrayTypeInfo;
import com.aliyun.odps.type.MapTypeInfo;
import com.aliyun.odps.type.StructTypeInfo;
import com.aliyun.odps.type.TypeInfo;
import io.tunnel.it.driven.Cells;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Neutral values to the official SDK's objects and back. */
final class RecordCells {
  private RecordCells() {}

  /** Fills a record of the SDK. */
  static void fill(ArrayRecord record, List<?> cells) {
    Column[] columns = record.getColumns();
    for (int i = 0; i < columns.length; i++) {
      set(record, i, cells.get(i));
    }
  }

  /** Sets one value of a record of the SDK. */
  static void set(ArrayRecord record, int column, Object cell) {
    record.set(column, toOfficial(cell, record.getColumns()[column].getTypeInfo()));
  }

  /** The neutral form of a record of the SDK. */
  static List<Object> cells(ArrayRecord record) {
    Column[] columns = record.getColumns();
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      cells.add(record.isNull(i) ? null : toCell(get(record, i, columns[i]), columns[i]));
    }
    return cells;
  }

  /** The value by the accessor that loses nothing; plain get() gives java.util classes. */
  private static Object get(ArrayRecord record, int i, Column column) {
    return switch (column.getTypeInfo().getOdpsType()) {
      case DATE -> record.getDateAsLocalDate(i);
      case DATETIME -> record.getDatetimeAsZonedDateTime(i);
      case TIMESTAMP -> record.getTimestampAsInstant(i);
      case TIMESTAMP_NTZ -> record.getTimestampNtz(i);
      default -> record.get(i);
    };
  }

  private static Object toCell(Object value, Column column) {
    return toCell(value, column.getTypeInfo());
  }

  private static Object toOfficial(Object cell, TypeInfo type) {
    if (cell == null) {
      return null;
    }
    return switch (type.getOdpsType()) {
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (Object element : (List<?>) cell) {
          list.add(toOfficial(element, ((ArrayTypeInfo) type).getElementTypeInfo()));
        }
        yield list;
      }
      case MAP -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (Object pair : (List<?>) cell) {
          List<?> entry = (List<?>) pair;
          map.put(
              toOfficial(entry.get(0), ((MapTypeInfo) type).getKeyTypeInfo()),
              toOfficial(entry.get(1), ((MapTypeInfo) type).getValueTypeInfo()));
        }
        yield map;
      }
      case STRUCT -> {
        StructTypeInfo struct = (StructTypeInfo) type;
        List<Object> fields = new ArrayList<>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
          fields.add(toOfficial(((List<?>) cell).get(i), struct.getFieldTypeInfos().get(i)));
        }
        yield new SimpleStruct(struct, fields);
      }
      default -> textToOfficial((String) cell, type.getOdpsType());
    };
  }

  private static Object textToOfficial(String cell, OdpsType type) {
    return switch (type) {
      case TINYINT -> Byte.valueOf(cell);
      case SMALLINT -> Short.valueOf(cell);
      case INT -> Integer.valueOf(cell);
      case BIGINT -> Long.valueOf(cell);
      case FLOAT -> Float.valueOf(cell);
      case DOUBLE -> Double.valueOf(cell);
      case BOOLEAN -> Boolean.valueOf(cell);
      case DECIMAL -> new BigDecimal(cell);
      case STRING -> cell;
      case CHAR -> new Char(cell);
      case VARCHAR -> new Varchar(cell);
      case BINARY -> new Binary(Cells.binary(cell));
      case JSON -> new SimpleJsonValue(cell);
      case DATE -> LocalDate.parse(cell);
      case DATETIME ->
          ZonedDateTime.of(LocalDateTime.parse(cell), ZoneOffset.UTC)
              .withZoneSameInstant(ZoneOffset.systemDefault());
      case TIMESTAMP -> LocalDateTime.parse(cell).toInstant(ZoneOffset.UTC);
      case TIMESTAMP_NTZ -> LocalDateTime.parse(cell);
      case INTERVAL_YEAR_MONTH -> new IntervalYearMonth(Integer.parseInt(cell));
      case INTERVAL_DAY_TIME ->
          new IntervalDayTime(Cells.intervalSeconds(cell), Cells.intervalNanos(cell));
      default -> throw new IllegalArgumentException("No neutral form for " + type);
    };
  }

  private static Object toCell(Object value, TypeInfo type) {
    if (value == null) {
      return null;
    }
    return switch (type.getOdpsType()) {
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (Object element : (List<?>) value) {
          list.add(toCell(element, ((ArrayTypeInfo) type).getElementTypeInfo()));
        }
        yield list;
      }
      case MAP -> {
        List<List<Object>> pairs = new ArrayList<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          List<Object> pair = new ArrayList<>();
          pair.add(toCell(entry.getKey(), ((MapTypeInfo) type).getKeyTypeInfo()));
          pair.add(toCell(entry.getValue(), ((MapTypeInfo) type).getValueTypeInfo()));
          pairs.add(pair);
        }
        yield Cells.map(pairs);
      }
      case STRUCT -> {
        Struct struct = (Struct) value;
        List<Object> fields = new ArrayList<>();
        for (int i = 0; i < struct.getFieldCount(); i++) {
          fields.add(toCell(struct.getFieldValue(i), struct.getFieldTypeInfo(i)));
        }
        yield fields;
      }
      default -> toText(value);
    };
  }

  private static String toText(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (value instanceof Binary binary) {
      return Cells.binary(binary.data());
    }
    if (value instanceof BigDecimal decimal) {
      return Cells.decimal(decimal);
    }
    if (value instanceof ZonedDateTime time) {
      return Cells.dateTime(time.toEpochSecond(), time.getNano());
    }
    if (value instanceof Instant time) {
      return Cells.dateTime(time.getEpochSecond(), time.getNano());
    }
    if (value instanceof IntervalYearMonth months) {
      return String.valueOf(months.getTotalMonths());
    }
    if (value instanceof IntervalDayTime interval) {
      return Cells.interval(interval.getTotalSeconds(), interval.getNanos());
    }
    if (value instanceof java.sql.Timestamp time) {
      return Cells.dateTime(Math.floorDiv(time.getTime(), 1000), time.getNanos());
    }
    if (value instanceof java.sql.Date date) {
      return date.toLocalDate().toString();
    }
    if (value instanceof java.util.Date time) {
      return Cells.dateTimeMillis(time.getTime());
    }
    return value.toString();
  }
}
