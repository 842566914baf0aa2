package io.tunnel.cli.demo;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

/**
 * The content of a table whatever the order of its rows: their number, and the sum of a 64-bit hash
 * of each. Two tables with equal fingerprints hold the same rows, but for a chance of about one in
 * 2^64.
 */
record Fingerprint(long rows, long sum) {
  /** How a column's values are compared. */
  enum Kind {
    WHOLE {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        return row.getLong(column);
      }
    },
    DOUBLE {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        return Double.doubleToLongBits(row.getDouble(column));
      }
    },
    DECIMAL {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        BigDecimal value = row.getBigDecimal(column);
        return value == null ? 0 : value.stripTrailingZeros().hashCode();
      }
    },
    TEXT {
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
    DATE {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        LocalDate date = row.getObject(column, LocalDate.class);
        return date == null ? 0 : date.toEpochDay();
      }
    },
    WALL_CLOCK {
      @Override
      long hash(ResultSet row, int column) throws SQLException {
        LocalDateTime time = row.getObject(column, LocalDateTime.class);
        return time == null
            ? 0
            : time.toEpochSecond(ZoneOffset.UTC) * 1_000_000_000L + time.getNano();
      }
    };

    abstract long hash(ResultSet row, int column) throws SQLException;
  }

  private static final long NULL = 0x5bd1e9955bd1e995L;

  /** Reads all rows that are left. */
  static Fingerprint of(ResultSet rows, List<Kind> kinds) throws SQLException {
    Objects.requireNonNull(rows);
    Kind[] columns = kinds.toArray(new Kind[0]);
    long count = 0;
    long sum = 0;
    while (rows.next()) {
      long hash = 17;
      for (int i = 0; i < columns.length; i++) {
        long value = columns[i].hash(rows, i + 1);
        hash = mixed(hash * 31 + (rows.wasNull() ? NULL : value));
      }
      sum += hash;
      count++;
    }
    return new Fingerprint(count, sum);
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
