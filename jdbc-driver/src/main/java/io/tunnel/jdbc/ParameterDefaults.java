package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.ZonedSqlValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.NullUnmarked;

/**
 * A mixin of the setters that only pass an object on; the primitive ones are in the statement.
 * {@link #setValue} takes any value; its conversion belongs to the column.
 */
@NullUnmarked
interface ParameterDefaults extends PreparedStatement {
  /** Sets a value of any class; null is NULL. */
  void setValue(int index, Object value) throws SQLException;

  @Override
  default void setString(int index, String value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setNString(int index, String value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setBigDecimal(int index, BigDecimal value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setBytes(int index, byte[] value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setDate(int index, Date value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setTime(int index, Time value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setTimestamp(int index, Timestamp value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setDate(int index, Date value, Calendar calendar) throws SQLException {
    setZoned(index, value, calendar);
  }

  @Override
  default void setTime(int index, Time value, Calendar calendar) throws SQLException {
    setZoned(index, value, calendar);
  }

  @Override
  default void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
    setZoned(index, value, calendar);
  }

  private void setZoned(int index, java.util.Date value, Calendar calendar) throws SQLException {
    setValue(index, value == null || calendar == null ? value : new ZonedSqlValue(value, calendar));
  }

  @Override
  default void setArray(int index, Array value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setNull(int index, int sqlType) throws SQLException {
    setValue(index, null);
  }

  @Override
  default void setNull(int index, int sqlType, String typeName) throws SQLException {
    setValue(index, null);
  }

  @Override
  default void setObject(int index, Object value) throws SQLException {
    setValue(index, value);
  }

  @Override
  default void setObject(int index, Object value, int targetType) throws SQLException {
    setObject(index, value, targetType, 0);
  }

  @Override
  default void setObject(int index, Object value, SQLType targetType) throws SQLException {
    setObject(index, value, targetType, 0);
  }

  @Override
  default void setObject(int index, Object value, SQLType targetType, int scale)
      throws SQLException {
    Integer code = targetType == null ? null : targetType.getVendorTypeNumber();
    if (code == null) {
      throw SqlErrors.invalidArgument("setObject needs a target type with a number");
    }
    setObject(index, value, code, scale);
  }

  @Override
  default void setAsciiStream(int index, InputStream value) throws SQLException {
    setValue(index, text(value, Long.MAX_VALUE));
  }

  @Override
  default void setAsciiStream(int index, InputStream value, int length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setAsciiStream(int index, InputStream value, long length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  @Deprecated
  default void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
    throw SqlErrors.unsupported("setUnicodeStream; use setCharacterStream");
  }

  @Override
  default void setBinaryStream(int index, InputStream value) throws SQLException {
    setValue(index, bytes(value, Long.MAX_VALUE));
  }

  @Override
  default void setBinaryStream(int index, InputStream value, int length) throws SQLException {
    setValue(index, bytes(value, length));
  }

  @Override
  default void setBinaryStream(int index, InputStream value, long length) throws SQLException {
    setValue(index, bytes(value, length));
  }

  @Override
  default void setCharacterStream(int index, Reader value) throws SQLException {
    setValue(index, text(value, Long.MAX_VALUE));
  }

  @Override
  default void setCharacterStream(int index, Reader value, int length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setCharacterStream(int index, Reader value, long length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setNCharacterStream(int index, Reader value) throws SQLException {
    setValue(index, text(value, Long.MAX_VALUE));
  }

  @Override
  default void setNCharacterStream(int index, Reader value, long length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setBlob(int index, InputStream value) throws SQLException {
    setValue(index, bytes(value, Long.MAX_VALUE));
  }

  @Override
  default void setBlob(int index, InputStream value, long length) throws SQLException {
    setValue(index, bytes(value, length));
  }

  @Override
  default void setBlob(int index, Blob value) throws SQLException {
    setValue(index, value == null ? null : bytes(value.getBinaryStream(), Long.MAX_VALUE));
  }

  @Override
  default void setClob(int index, Reader value) throws SQLException {
    setValue(index, text(value, Long.MAX_VALUE));
  }

  @Override
  default void setClob(int index, Reader value, long length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setClob(int index, Clob value) throws SQLException {
    setValue(index, value == null ? null : text(value.getCharacterStream(), Long.MAX_VALUE));
  }

  @Override
  default void setNClob(int index, Reader value) throws SQLException {
    setValue(index, text(value, Long.MAX_VALUE));
  }

  @Override
  default void setNClob(int index, Reader value, long length) throws SQLException {
    setValue(index, text(value, length));
  }

  @Override
  default void setNClob(int index, NClob value) throws SQLException {
    setValue(index, value == null ? null : text(value.getCharacterStream(), Long.MAX_VALUE));
  }

  @Override
  default void setSQLXML(int index, SQLXML value) throws SQLException {
    setValue(index, value == null ? null : value.getString());
  }

  @Override
  default void setURL(int index, URL value) throws SQLException {
    setValue(index, value == null ? null : value.toString());
  }

  @Override
  default void setRef(int index, Ref value) throws SQLException {
    throw SqlErrors.unsupported("The type REF");
  }

  @Override
  default void setRowId(int index, RowId value) throws SQLException {
    throw SqlErrors.unsupported("The type ROWID");
  }

  private static byte[] bytes(InputStream stream, long length) throws SQLException {
    if (stream == null) {
      return null;
    }
    try {
      return length == Long.MAX_VALUE
          ? stream.readAllBytes()
          : stream.readNBytes(Math.toIntExact(length));
    } catch (IOException | ArithmeticException e) {
      throw SqlErrors.of("Reading the stream of a parameter", e);
    }
  }

  private static String text(InputStream stream, long length) throws SQLException {
    byte[] bytes = bytes(stream, length);
    return bytes == null ? null : new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String text(Reader reader, long length) throws SQLException {
    if (reader == null) {
      return null;
    }
    StringWriter text = new StringWriter();
    char[] buffer = new char[8192];
    try {
      long left = length;
      while (left > 0) {
        int count = reader.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          break;
        }
        text.write(buffer, 0, count);
        left -= count;
      }
      return text.toString();
    } catch (IOException e) {
      throw SqlErrors.of("Reading the reader of a parameter", e);
    }
  }
}
