package io.tunnel.server.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import io.tunnel.server.store.BatchCheck.ValueCheck;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/** The checks of {@link BatchCheck}, type by type. */
final class ValueChecks {
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MILLIS_PER_DAY = 86_400_000L;

  private static final JsonFactory JSON = new JsonFactory();

  private ValueChecks() {}

  static ValueCheck of(MaxComputeType type, int fieldBytes) {
    if (type instanceof PrimitiveType primitive) {
      return switch (primitive) {
        case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, BOOLEAN, INTERVAL_YEAR_MONTH ->
            new Always();
        case STRING -> new Text(fieldBytes, Integer.MAX_VALUE, false);
        case JSON -> new Text(fieldBytes, Integer.MAX_VALUE, true);
        case BINARY -> new Bytes(fieldBytes);
        case DATE -> new DateRange();
        case DATETIME -> new DatetimeRange();
        case TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME -> new NanoRange();
      };
    }
    if (type instanceof DecimalType decimal) {
      return new Precision(decimal);
    }
    if (type instanceof CharType text) {
      return new Text(fieldBytes, text.length(), false);
    }
    if (type instanceof VarcharType text) {
      return new Text(fieldBytes, text.length(), false);
    }
    return nested(type, fieldBytes);
  }

  private static ValueCheck nested(MaxComputeType type, int fieldBytes) {
    if (type instanceof ArrayType array) {
      return new Elements(of(array.element(), fieldBytes));
    }
    if (type instanceof MapType map) {
      return new Entries(map, of(map.key(), fieldBytes), of(map.value(), fieldBytes));
    }
    List<ValueCheck> fields =
        ((StructType) type).fields().stream().map(f -> of(f.type(), fieldBytes)).toList();
    return new Fields(fields);
  }

  /** Every bit pattern is a value. */
  private record Always() implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return true;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      return null;
    }
  }

  private record Bytes(int limit) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return dataBytes(vector, rows) <= limit;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      return tooLong(((BaseVariableWidthVector) vector).getValueLength(row), limit);
    }
  }

  private static @Nullable String tooLong(int length, int limit) {
    return length > limit
        ? "the value has " + length + " bytes, a field may have " + limit + "; shorten it"
        : null;
  }

  private static long dataBytes(FieldVector vector, int rows) {
    ArrowBuf offsets = vector.getOffsetBuffer();
    return rows == 0 ? 0 : offsets.getInt((long) rows * Integer.BYTES) - (long) offsets.getInt(0);
  }

  private record Text(int byteLimit, int characterLimit, boolean json) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return !json
          && characterLimit == Integer.MAX_VALUE
          && dataBytes(vector, rows) <= byteLimit
          && isAscii(vector, rows);
    }

    private static boolean isAscii(FieldVector vector, int rows) {
      if (rows == 0) {
        return true;
      }
      ArrowBuf offsets = vector.getOffsetBuffer();
      ArrowBuf data = vector.getDataBuffer();
      long position = offsets.getInt(0);
      long end = offsets.getInt((long) rows * Integer.BYTES);
      long bits = 0;
      for (; position + Long.BYTES <= end; position += Long.BYTES) {
        bits |= data.getLong(position);
      }
      for (; position < end; position++) {
        bits |= data.getByte(position);
      }
      return (bits & 0x8080808080808080L) == 0;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      byte[] value = ((BaseVariableWidthVector) vector).get(row);
      String reason = tooLong(value.length, byteLimit);
      if (reason != null) {
        return reason;
      }
      int characters = 0;
      boolean ascii = true;
      for (byte b : value) {
        ascii &= b >= 0;
        characters += (b & 0xC0) != 0x80 ? 1 : 0;
      }
      if (characters > characterLimit) {
        return "the value has "
            + characters
            + " characters, the column takes "
            + characterLimit
            + "; shorten it";
      }
      if (!ascii && !isUtf8(value)) {
        return "the value is not valid UTF-8; use a BINARY column for other bytes";
      }
      return json ? jsonFailure(value) : null;
    }

    private static boolean isUtf8(byte[] value) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
        return true;
      } catch (CharacterCodingException e) {
        return false;
      }
    }

    private static @Nullable String jsonFailure(byte[] value) {
      try (JsonParser parser = JSON.createParser(value)) {
        JsonToken first = parser.nextToken();
        if (first == null) {
          return "the value is empty, a JSON document is needed";
        }
        parser.skipChildren();
        return parser.nextToken() == null ? null : "text follows the JSON document";
      } catch (IOException e) {
        return "the value is not a JSON document";
      }
    }
  }

  private record DateRange() implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      ArrowBuf data = vector.getDataBuffer();
      int least = 0;
      int most = 0;
      for (int i = 0; i < rows; i++) {
        int value = data.getInt((long) i * Integer.BYTES);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      return least >= FIRST_DAY && most <= LAST_DAY;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      int value = vector.getDataBuffer().getInt((long) row * Integer.BYTES);
      return value < FIRST_DAY || value > LAST_DAY
          ? "day " + value + " since 1970 lies outside of 0001-01-01 to 9999-12-31"
          : null;
    }
  }

  private record DatetimeRange() implements ValueCheck {
    private static final long FIRST = FIRST_DAY * MILLIS_PER_DAY;
    private static final long END = (LAST_DAY + 1) * MILLIS_PER_DAY;

    @Override
    public boolean passes(FieldVector vector, int rows) {
      ArrowBuf data = vector.getDataBuffer();
      long least = 0;
      long most = 0;
      for (int i = 0; i < rows; i++) {
        long value = data.getLong((long) i * Long.BYTES);
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      return least >= FIRST && most < END;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      long value = vector.getDataBuffer().getLong((long) row * Long.BYTES);
      return value < FIRST || value >= END
          ? "millisecond " + value + " since 1970 lies outside of the years 0001 to 9999"
          : null;
    }
  }

  private record NanoRange() implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return false;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      try {
        if (ColumnCopy.nanosAt(vector, row) != Long.MIN_VALUE) {
          return null;
        }
      } catch (ArithmeticException e) {
        // Beyond 64 bits: falls through to the message.
      }
      return "the time lies outside of 1677-09-21 to 2262-04-11, which is what the local server can"
          + " store with nanoseconds; use DATETIME for other times";
    }
  }

  private record Precision(DecimalType type) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      if (!ColumnStorage.isLong(type)) {
        return false;
      }
      long end = BigInteger.TEN.pow(type.precision()).longValueExact();
      ArrowBuf data = vector.getDataBuffer();
      for (int i = 0; i < rows; i++) {
        long offset = (long) i * DecimalVector.TYPE_WIDTH;
        long low = data.getLong(offset);
        if (low <= -end || low >= end || data.getLong(offset + Long.BYTES) != low >> 63) {
          return false;
        }
      }
      return true;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      var value = ((DecimalVector) vector).getObject(row);
      return value.unscaledValue().abs().compareTo(BigInteger.TEN.pow(type.arrowPrecision())) >= 0
          ? value.toPlainString() + " has more digits than the column; round it or widen the column"
          : null;
    }
  }

  private record Elements(ValueCheck element) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      FieldVector elements = ((ListVector) vector).getDataVector();
      return element.passes(elements, elements.getValueCount());
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      ListVector list = (ListVector) vector;
      return first(element, list.getDataVector(), list, row);
    }
  }

  private static @Nullable String first(
      ValueCheck check, FieldVector values, ListVector list, int row) {
    for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
      String reason = values.isNull(i) ? null : check.failure(values, i);
      if (reason != null) {
        return "element " + (i - list.getElementStartIndex(row) + 1) + ": " + reason;
      }
    }
    return null;
  }

  private record Entries(MapType type, ValueCheck key, ValueCheck value) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return false;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      ListVector list = (ListVector) vector;
      StructVector entries = (StructVector) list.getDataVector();
      FieldVector keys = (FieldVector) entries.getVectorById(0);
      Set<String> seen = new HashSet<>();
      for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
        if (keys.isNull(i)) {
          return "a map has a NULL key";
        }
        if (!type.key().isNested() && !seen.add(LeafText.write(type.key(), keys, i))) {
          return "a map has the key " + LeafText.write(type.key(), keys, i) + " twice";
        }
      }
      String reason = first(key, keys, list, row);
      return reason != null
          ? reason
          : first(value, (FieldVector) entries.getVectorById(1), list, row);
    }
  }

  private record Fields(List<ValueCheck> fields) implements ValueCheck {
    @Override
    public boolean passes(FieldVector vector, int rows) {
      return false;
    }

    @Override
    public @Nullable String failure(FieldVector vector, int row) {
      StructVector struct = (StructVector) vector;
      for (int i = 0; i < fields.size(); i++) {
        FieldVector field = (FieldVector) struct.getVectorById(i);
        String reason = field.isNull(row) ? null : fields.get(i).failure(field, row);
        if (reason != null) {
          return "field " + field.getName() + ": " + reason;
        }
      }
      return null;
    }
  }
}
