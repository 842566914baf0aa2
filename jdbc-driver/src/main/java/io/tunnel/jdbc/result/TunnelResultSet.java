package io.tunnel.jdbc.result;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one result set of the driver. One thread reads; {@link #close()} may be called by any thread
 * between two calls, and more than once.
 */
public final class TunnelResultSet
    implements ReadOnlyResultSet, ForwardOnlyResultSet, LabelGetters, UnsupportedGetters {
  private final Cursor cursor;
  private final @Nullable Statement statement;
  private final Runnable onClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<Column> columns;
  private @Nullable Map<String, Integer> labels;
  private long rowNumber;
  private boolean behindLast;
  private boolean wasNull;
  private int fetchSize;

  /** A result of no statement, such as one of metadata. */
  public TunnelResultSet(Cursor cursor) {
    this(cursor, null, () -> {}, 0);
  }

  /**
   * The result of a statement.
   *
   * @param onClose called once, after the cursor is closed
   */
  public TunnelResultSet(
      Cursor cursor, @Nullable Statement statement, Runnable onClose, int fetchSize) {
    this.cursor = cursor;
    this.statement = statement;
    this.onClose = onClose;
    this.columns = cursor.columns();
    this.fetchSize = fetchSize;
  }

  @Override
  public boolean next() throws SQLException {
    checkOpen();
    if (behindLast) {
      return false;
    }
    try {
      if (cursor.next()) {
        rowNumber++;
        return true;
      }
    } catch (RuntimeException e) {
      throw SqlErrors.of("Reading the next row", e);
    }
    behindLast = true;
    return false;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        cursor.close();
      } finally {
        onClose.run();
      }
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  private void checkOpen() throws SQLException {
    if (closed.get()) {
      throw SqlErrors.closed("result set");
    }
  }

  /** The accessor if the value is not NULL, else null; remembers which for {@link #wasNull()}. */
  private @Nullable Accessor value(int index) throws SQLException {
    checkOpen();
    if (rowNumber == 0 || behindLast) {
      throw SqlErrors.invalidState(
          behindLast ? "The result has no more rows" : "Call next() before reading a value");
    }
    if (index < 1 || index > columns.size()) {
      throw SqlErrors.noSuchColumn(index, columns.size());
    }
    Accessor accessor = cursor.accessor(index - 1);
    wasNull = accessor.isNull(cursor.row());
    return wasNull ? null : accessor;
  }

  private SQLException failure(int index, ValueException e) {
    return SqlErrors.value(
        "Row " + rowNumber + ", column " + columns.get(index - 1).name(),
        columns.get(index - 1).type().toString(),
        e);
  }

  @Override
  public @Nullable String getString(int index) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null ? null : accessor.getString(cursor.row());
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public boolean getBoolean(int index) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor != null && accessor.getBoolean(cursor.row());
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  private long integral(int index, long min, long max) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null ? 0 : accessor.getLong(cursor.row(), min, max);
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public byte getByte(int index) throws SQLException {
    return (byte) integral(index, Byte.MIN_VALUE, Byte.MAX_VALUE);
  }

  @Override
  public short getShort(int index) throws SQLException {
    return (short) integral(index, Short.MIN_VALUE, Short.MAX_VALUE);
  }

  @Override
  public int getInt(int index) throws SQLException {
    return (int) integral(index, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  @Override
  public long getLong(int index) throws SQLException {
    return integral(index, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Override
  public float getFloat(int index) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null ? 0 : accessor.getFloat(cursor.row());
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public double getDouble(int index) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null ? 0 : accessor.getDouble(cursor.row());
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable BigDecimal getBigDecimal(int index) throws SQLException {
    return getObject(index, BigDecimal.class);
  }

  @Override
  @Deprecated
  public @Nullable BigDecimal getBigDecimal(int index, int scale) throws SQLException {
    BigDecimal value = getBigDecimal(index);
    return value == null ? null : value.setScale(scale, RoundingMode.HALF_UP);
  }

  @Override
  public byte @Nullable [] getBytes(int index) throws SQLException {
    return getObject(index, byte[].class);
  }

  @Override
  public @Nullable Array getArray(int index) throws SQLException {
    return getObject(index, Array.class);
  }

  @Override
  public @Nullable Date getDate(int index) throws SQLException {
    return getDate(index, null);
  }

  @Override
  public @Nullable Date getDate(int index, @Nullable Calendar calendar) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null
          ? null
          : accessor.converter().toSqlDate(accessor.natural(cursor.row()), calendar);
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable Time getTime(int index) throws SQLException {
    return getTime(index, null);
  }

  @Override
  public @Nullable Time getTime(int index, @Nullable Calendar calendar) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null
          ? null
          : accessor.converter().toSqlTime(accessor.natural(cursor.row()), calendar);
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable Timestamp getTimestamp(int index) throws SQLException {
    return getTimestamp(index, null);
  }

  @Override
  public @Nullable Timestamp getTimestamp(int index, @Nullable Calendar calendar)
      throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null
          ? null
          : accessor.converter().toSqlTimestamp(accessor.natural(cursor.row()), calendar);
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable Object getObject(int index) throws SQLException {
    Accessor accessor = value(index);
    try {
      return accessor == null ? null : accessor.jdbcValue(cursor.row());
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable Object getObject(int index, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    Class<?> wanted =
        map == null || map.isEmpty() ? null : map.get(getMetaData().getColumnTypeName(index));
    return wanted == null ? getObject(index) : getObject(index, wanted);
  }

  @Override
  public <T> @Nullable T getObject(int index, Class<T> type) throws SQLException {
    if (type == null) {
      throw SqlErrors.invalidArgument("getObject needs a class");
    }
    Accessor accessor = value(index);
    try {
      return accessor == null ? null : accessor.get(cursor.row(), type);
    } catch (ValueException e) {
      throw failure(index, e);
    }
  }

  @Override
  public @Nullable InputStream getBinaryStream(int index) throws SQLException {
    byte[] bytes = getBytes(index);
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  @Override
  public @Nullable InputStream getAsciiStream(int index) throws SQLException {
    String text = getString(index);
    return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public @Nullable Reader getCharacterStream(int index) throws SQLException {
    String text = getString(index);
    return text == null ? null : new StringReader(text);
  }

  @Override
  public boolean wasNull() throws SQLException {
    checkOpen();
    return wasNull;
  }

  @Override
  public int findColumn(String label) throws SQLException {
    checkOpen();
    Map<String, Integer> known = labels;
    if (known == null) {
      known = new HashMap<>();
      for (int i = columns.size(); i > 0; i--) {
        known.put(columns.get(i - 1).name().toLowerCase(Locale.ROOT), i);
      }
      labels = known;
    }
    Integer index = label == null ? null : known.get(label.toLowerCase(Locale.ROOT));
    if (index == null) {
      throw SqlErrors.noSuchColumn(label, columns.stream().map(Column::name).toList());
    }
    return index;
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    return new ColumnMetaData(columns);
  }

  @Override
  public boolean isBeforeFirst() throws SQLException {
    checkOpen();
    return rowNumber == 0 && !behindLast;
  }

  @Override
  public boolean isAfterLast() throws SQLException {
    checkOpen();
    return behindLast && rowNumber > 0;
  }

  @Override
  public boolean isFirst() throws SQLException {
    checkOpen();
    return rowNumber == 1 && !behindLast;
  }

  @Override
  public boolean isLast() throws SQLException {
    checkOpen();
    return !behindLast && cursor.isLast();
  }

  @Override
  public int getRow() throws SQLException {
    checkOpen();
    return behindLast ? 0 : (int) Math.min(rowNumber, Integer.MAX_VALUE);
  }

  @Override
  public void setFetchSize(int rows) throws SQLException {
    checkOpen();
    if (rows < 0) {
      throw SqlErrors.invalidArgument("The fetch size " + rows + " must not be negative");
    }
    fetchSize = rows;
    cursor.setFetchSize(rows);
  }

  @Override
  public int getFetchSize() throws SQLException {
    checkOpen();
    return fetchSize;
  }

  @Override
  public @Nullable Statement getStatement() throws SQLException {
    checkOpen();
    return statement;
  }

  @Override
  public int getHoldability() throws SQLException {
    checkOpen();
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return null;
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    T inner = type == null ? null : cursor.unwrap(type);
    return inner == null ? SqlErrors.unwrap(this, type) : inner;
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return SqlErrors.isWrapper(this, type) || cursor.unwrap(type) != null;
  }
}
