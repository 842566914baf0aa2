package io.tunnel.jdbc.batch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one statement as they were set, followed by the constants of its plan. Numbers
 * stay primitive; nothing is allocated for a row. Like JDBC parameters, values stay until they are
 * set again or cleared.
 */
public final class Cells {
  /** What a cell holds. */
  enum Kind {
    UNSET,
    NULL,
    LONG,
    FLOAT,
    DOUBLE,
    BOOLEAN,
    OBJECT
  }

  private final int parameterCount;
  private Kind[] kinds;
  private long[] longs;
  private double[] doubles;
  private @Nullable Object[] objects;

  /** Creates cells for so many parameters, all unset. */
  public Cells(int parameterCount) {
    this.parameterCount = parameterCount;
    kinds = new Kind[parameterCount];
    Arrays.fill(kinds, Kind.UNSET);
    longs = new long[parameterCount];
    doubles = new double[parameterCount];
    objects = new @Nullable Object[parameterCount];
  }

  /** The number of parameters, constants not counted. */
  public int parameterCount() {
    return parameterCount;
  }

  /** Sets NULL. */
  public void setNull(int cell) {
    kinds[cell] = Kind.NULL;
    objects[cell] = null;
  }

  /** Sets an integer. */
  public void setLong(int cell, long value) {
    kinds[cell] = Kind.LONG;
    longs[cell] = value;
  }

  /** Sets a 32-bit float. */
  public void setFloat(int cell, float value) {
    kinds[cell] = Kind.FLOAT;
    doubles[cell] = value;
  }

  /** Sets a 64-bit float. */
  public void setDouble(int cell, double value) {
    kinds[cell] = Kind.DOUBLE;
    doubles[cell] = value;
  }

  /** Sets a boolean. */
  public void setBoolean(int cell, boolean value) {
    kinds[cell] = Kind.BOOLEAN;
    longs[cell] = value ? 1 : 0;
  }

  /** Sets any other value; null is NULL. */
  public void setObject(int cell, @Nullable Object value) {
    kinds[cell] = value == null ? Kind.NULL : Kind.OBJECT;
    objects[cell] = value;
  }

  /** Makes all parameters unset; constants stay. */
  public void clear() {
    Arrays.fill(kinds, 0, parameterCount, Kind.UNSET);
    Arrays.fill(objects, 0, parameterCount, null);
  }

  /** The first parameter that is unset, or -1. */
  public int firstUnset() {
    for (int i = 0; i < parameterCount; i++) {
      if (kinds[i] == Kind.UNSET) {
        return i;
      }
    }
    return -1;
  }

  /** The parameters with their values, without constants. */
  public Cells copyOfParameters() {
    Cells copy = new Cells(parameterCount);
    System.arraycopy(kinds, 0, copy.kinds, 0, parameterCount);
    System.arraycopy(longs, 0, copy.longs, 0, parameterCount);
    System.arraycopy(doubles, 0, copy.doubles, 0, parameterCount);
    System.arraycopy(objects, 0, copy.objects, 0, parameterCount);
    return copy;
  }

  /** Adds a constant and returns its cell. */
  int addConstant(@Nullable Object value) {
    int cell = kinds.length;
    kinds = Arrays.copyOf(kinds, cell + 1);
    longs = Arrays.copyOf(longs, cell + 1);
    doubles = Arrays.copyOf(doubles, cell + 1);
    objects = Arrays.copyOf(objects, cell + 1);
    setObject(cell, value);
    return cell;
  }

  Kind kind(int cell) {
    return kinds[cell];
  }

  long longValue(int cell) {
    return longs[cell];
  }

  double doubleValue(int cell) {
    return doubles[cell];
  }

  /** The value as an object; null for NULL and for an unset cell. */
  public @Nullable Object value(int cell) {
    return switch (kinds[cell]) {
      case UNSET, NULL -> null;
      case LONG -> longs[cell];
      case FLOAT -> (float) doubles[cell];
      case DOUBLE -> doubles[cell];
      case BOOLEAN -> longs[cell] != 0;
      case OBJECT -> objects[cell];
    };
  }
}
