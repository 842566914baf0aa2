package io.tunnel.cli.demo;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a table whatever the order of its rows. Two tables with equal fingerprints hold
 * the same rows, but for a chance of about one in 2^64.
 *
 * @param rows how many
 * @param bytes what the values take in plain binary form, texts as UTF-8
 * @param sum the sum of a 64-bit hash of each row
 */
record Fingerprint(long rows, long bytes, long sum) {
  /** How a column's values are compared. */
  enum Kind {
    INT(4) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        return row.getInt(column);
      }
    },
    LONG(8) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        return row.getLong(column);
      }
    },
    DOUBLE(8) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        return Double.doubleToLongBits(row.getDouble(column));
      }
    },
    DECIMAL(16) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        BigDecimal value = row.getBigDecimal(column);
        return value == null ? 0 : value.stripTrailingZeros().hashCode();
      }
    },
    TEXT(0) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
          return 0;
        }
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
          hash = hash * 1_000_003 + text.charAt(i);
        }
        return hash;
      }
    },
    DATE(4) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        LocalDate date = row.getObject(column, LocalDate.class);
        return date == null ? 0 : date.toEpochDay();
      }
    },
    WALL_CLOCK(8) {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null
            ? 0
            : time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L + time.getNano();
      }
    };

    private final int width;

    Kind(int width) {
      this.width = width;
    }

    abstract long hash(ResultSet row, int column) throws SQLException;
  }

  private static final long NULL = 0x5bd1e9955bd1e995L;

  /** Reads all rows that are left. */
  static Fingerprint of(ResultSet rows, List<Kind> kinds) throws SQLException {
    Kind[] columns = kinds.toArray(new Kind[0]);
    long count = 0;
    long bytes = 0;
    long sum = 0;
    while (rows.next()) {
      long hash = 17;
      for (int i = 0; i < columns.length; i++) {
        long value = columns[i].hash(rows, i + 1);
        boolean isNull = rows.wasNull();
        hash = mixed(hash * 31 + (isNull ? NULL : value));
        if (!isNull) {
          bytes += columns[i] == Kind.TEXT ? utf8Length(rows.getString(i + 1)) : columns[i].width;
        }
      }
      sum += hash;
      count++;
    }
    return new Fingerprint(count, bytes, sum);
  }

  private static int utf8Length(@Nullable String text) {
    int length = 0;
    for (int i = 0; text != null && i < text.length(); i++) {
      char character = text.charAt(i);
      // Each half of a pair counts two: four bytes for the whole.
      boolean two = character >= 0x80 && character < 0x800 || Character.isSurrogate(character);
      length += character < 0x80 ? 1 : two ? 2 : 3;
    }
    return length;
  }

  /** Each bit of the argument decides about half of the bits of the result. */
  private static long mixed(long value) {
    long hash = value;
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }

  /** The sum in hexadecimal digits. */
  String digits() {
    return String.format("%016x", sum);
  }
}
