package io.tunnel.jdbc.result;

import io.tunnel.jdbc.value.ObjectConversions;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueConverter.Fraction;
import io.tunnel.jdbc.value.ValueException;

/**
 * Reads one column. There is one subclass for each kind of vector, chosen once for each column, so
 * that no getter looks at types. A subclass gives the natural form of a value and overrides the
 * primitive getters that it can serve without boxing.
 *
 * <p>Rows count from 0 within the current batch. Callers ask {@link #isNull} first.
 */
public abstract class Accessor {
  /** The conversions of the connection. */
  protected final ValueConverter converter;

  /** Creates an accessor. */
  protected Accessor(ValueConverter converter) {
    this.converter = converter;
  }

  /** The conversions of the connection. */
  public final ValueConverter converter() {
    return converter;
  }

  /** Whether the value is NULL. */
  public abstract boolean isNull(int row);

  /** The value in its natural form (see the package io.tunnel.jdbc.value); not NULL. */
  public abstract Object natural(int row) throws ValueException;

  /** The value as {@code getObject(index)} gives it. */
  public Object jdbcValue(int row) throws ValueException {
    return ObjectConversions.jdbcDefault(converter, natural(row));
  }

  /** The value as an instance of the given class. */
  public <T> T get(int row, Class<T> type) throws ValueException {
    return ObjectConversions.convert(converter, natural(row), type);
  }

  /** The value as a 64-bit integer, digits behind the point cut off. */
  public long getLong(int row) throws ValueException {
    return converter.toIntegral(natural(row), Long.MIN_VALUE, Long.MAX_VALUE, Fraction.CUT);
  }

  /** The value as an integer between two bounds. */
  public final long getLong(int row, long min, long max) throws ValueException {
    long value = getLong(row);
    if (value < min || value > max) {
      throw ValueConverter.outOfRange(min, max);
    }
    return value;
  }

  /** The value as a 64-bit float. */
  public double getDouble(int row) throws ValueException {
    return converter.toDouble(natural(row));
  }

  /** The value as a 32-bit float. */
  public float getFloat(int row) throws ValueException {
    return converter.toFloat(natural(row));
  }

  /** The value as a boolean. */
  public boolean getBoolean(int row) throws ValueException {
    return converter.toBoolean(natural(row));
  }

  /** The value as text. */
  public String getString(int row) throws ValueException {
    return converter.toText(natural(row));
  }
}
