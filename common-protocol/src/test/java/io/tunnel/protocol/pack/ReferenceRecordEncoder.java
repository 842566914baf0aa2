package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A record body written down as plainly as section 4.2 of the specification describes it, from rows
 * as {@link TableValues}; shares no code with the encoder that it checks.
 */
final class ReferenceRecordEncoder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final CRC32C record = new CRC32C();
  private final CRC32C total = new CRC32C();

  private ReferenceRecordEncoder() {}

  static byte[] encode(List<Column> columns, List<List<Object>> rows) {
    ReferenceRecordEncoder encoder = new ReferenceRecordEncoder();
    rows.forEach(row -> encoder.record(columns, row));
    encoder.tag(33_554_430, 0);
    encoder.varint(zigzag(rows.size()));
    encoder.tag(33_554_431, 0);
    encoder.varint(encoder.total.getValue());
    return encoder.out.toByteArray();
  }

  private void record(List<Column> columns, List<Object> row) {
    record.reset();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.get(i);
      if (value != null) {
        MaxComputeType type = columns.get(i).type();
        tag(i + 1, wireType(type));
        record.update(littleEndian(4).putInt(i + 1).array());
        value(type, value);
      }
    }
    tag(33_553_408, 0);
    varint(record.getValue());
    total.update(littleEndian(4).putInt((int) record.getValue()).array());
  }

  private static int wireType(MaxComputeType type) {
    if (type == PrimitiveType.FLOAT) {
      return 5;
    }
    if (type == PrimitiveType.DOUBLE) {
      return 1;
    }
    return type == PrimitiveType.BOOLEAN || isInteger(type) ? 0 : 2;
  }

  private static boolean isInteger(MaxComputeType type) {
    return type == PrimitiveType.TINYINT
        || type == PrimitiveType.SMALLINT
        || type == PrimitiveType.INT
        || type == PrimitiveType.BIGINT
        || type == PrimitiveType.DATE
        || type == PrimitiveType.DATETIME
        || type == PrimitiveType.INTERVAL_YEAR_MONTH;
  }

  private void value(MaxComputeType type, Object value) {
    if (isInteger(type)) {
      varint(zigzag((Long) value));
      record.update(littleEndian(8).putLong((Long) value).array());
    } else if (type == PrimitiveType.BOOLEAN) {
      byte[] one = {(byte) ((Boolean) value ? 1 : 0)};
      both(one);
    } else if (type == PrimitiveType.FLOAT) {
      both(littleEndian(4).putFloat((Float) value).array());
    } else if (type == PrimitiveType.DOUBLE) {
      both(littleEndian(8).putDouble((Double) value).array());
    } else if (value instanceof TableValues.Seconds seconds) {
      varint(zigzag(seconds.sec()));
      varint(zigzag(seconds.nano()));
      record.update(littleEndian(12).putLong(seconds.sec()).putInt(seconds.nano()).array());
    } else if (type instanceof ArrayType array) {
      array(array.element(), (List<?>) value);
    } else if (type instanceof MapType map) {
      List<?> entries = (List<?>) value;
      array(map.key(), entries.stream().map(entry -> ((List<?>) entry).get(0)).toList());
      array(map.value(), entries.stream().map(entry -> (Object) ((List<?>) entry).get(1)).toList());
    } else if (type instanceof StructType struct) {
      List<?> fields = (List<?>) value;
      for (int i = 0; i < fields.size(); i++) {
        element(struct.fields().get(i).type(), fields.get(i));
      }
    } else if (type instanceof DecimalType) {
      text(((BigDecimal) value).toPlainString().getBytes(StandardCharsets.US_ASCII));
    } else {
      text(HexFormat.of().parseHex((String) value));
    }
  }

  private void array(MaxComputeType element, List<?> elements) {
    varint(elements.size());
    elements.forEach(value -> element(element, value));
  }

  private void element(MaxComputeType type, Object value) {
    varint(value == null ? 1 : 0);
    if (value != null) {
      value(type, value);
    }
  }

  private void text(byte[] bytes) {
    varint(bytes.length);
    both(bytes);
  }

  private void both(byte[] bytes) {
    out.writeBytes(bytes);
    record.update(bytes);
  }

  private void tag(int field, int wireType) {
    varint((long) field << 3 | wireType);
  }

  private void varint(long value) {
    long rest = value;
    do {
      long seven = rest & 0x7f;
      rest >>>= 7;
      out.write((int) (rest == 0 ? seven : seven | 0x80));
    } while (rest != 0);
  }

  private static long zigzag(long value) {
    return value >= 0 ? 2 * value : -2 * value - 1;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
