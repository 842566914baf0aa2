package io.tunnel.jdbc.batch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one statement as they were set, followed by the constants of its plan. Numbers
 * stay primitive; nothing is allocated for a row. Like JDBC parameters, values stay until they are
 * set again or cleared.
 */
public final class Cells {
  // What a cell holds; bytes, because there is one to look at for every value.
  static final byte UNSET = 0;
  static final byte NULL = 1;
  static final byte LONG = 2;
  static final byte FLOAT = 3;
  static final byte DOUBLE = 4;
  static final byte BOOLEAN = 5;
  static final byte OBJECT = 6;

  private final int parameterCount;
  private byte[] kinds;
  private long[] longs;
  private double[] doubles;
  private @Nullable Object[] objects;

  /** Whether all parameters are known to be set; they stay so until they are cleared. */
  private boolean complete;

  /** Creates cells for so many parameters, all unset. */
  public Cells(int parameterCount) {
    this.parameterCount = parameterCount;
    kinds = new byte[parameterCount];
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
    kinds[cell] = NULL;
    objects[cell] = null;
  }

  /** Sets an integer. */
  public void setLong(int cell, long value) {
    kinds[cell] = LONG;
    longs[cell] = value;
  }

  /** Sets a 32-bit float. */
  public void setFloat(int cell, float value) {
    kinds[cell] = FLOAT;
    doubles[cell] = value;
  }

  /** Sets a 64-bit float. */
  public void setDouble(int cell, double value) {
    kinds[cell] = DOUBLE;
    doubles[cell] = value;
  }

  /** Sets a boolean. */
  public void setBoolean(int cell, boolean value) {
    kinds[cell] = BOOLEAN;
    longs[cell] = value ? 1 : 0;
  }

  /** Sets any other value; null is NULL. */
  public void setObject(int cell, @Nullable Object value) {
    kinds[cell] = value == null ? NULL : OBJECT;
    objects[cell] = value;
  }

  /** Makes all parameters unset; constants stay. */
  public void clear() {
    Arrays.fill(kinds, 0, parameterCount, UNSET);
    Arrays.fill(objects, 0, parameterCount, null);
    complete = false;
  }

  /** The first parameter that is unset, or -1. */
  public int firstUnset() {
    for (int i = 0; i < parameterCount && !complete; i++) {
      if (kinds[i] == UNSET) {
        return i;
      }
    }
    complete = true;
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

  byte kind(int cell) {
    return kinds[cell];
  }

  long longValue(int cell) {
    return longs[cell];
  }

  double doubleValue(int cell) {
    return doubles[cell];
  }

  /** The value if it is neither NULL nor a number nor a boolean. */
  @Nullable Object objectValue(int cell) {
    return kinds[cell] == OBJECT ? objects[cell] : null;
  }

  /** The value as an object; null for NULL and for an unset cell. */
  public @Nullable Object value(int cell) {
    return switch (kinds[cell]) {
      case LONG -> longs[cell];
      case FLOAT -> (float) doubles[cell];
      case DOUBLE -> doubles[cell];
      case BOOLEAN -> longs[cell] != 0;
      case OBJECT -> objects[cell];
      default -> null;
    };
  }
}
