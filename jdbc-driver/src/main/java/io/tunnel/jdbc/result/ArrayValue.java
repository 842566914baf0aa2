package io.tunnel.jdbc.result;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ARRAY value: immutable, independent of the result set and the connection it came from, so
 * {@link #free()} only makes it unusable, as JDBC asks for.
 */
public final class ArrayValue implements Array {
  private final MaxComputeType elementType;
  private final ValueConverter converter;
  private final @Nullable Object[] naturals;
  private @Nullable Object @Nullable [] elements;

  /**
   * Creates an array; the arguments are not copied.
   *
   * @param elementType the type of the elements
   * @param elements the values as users see them, some of which may be null
   * @param naturals the same values in natural form
   * @param converter the conversions of the connection
   */
  public ArrayValue(
      MaxComputeType elementType,
      @Nullable Object[] elements,
      @Nullable Object[] naturals,
      ValueConverter converter) {
    this.elementType = elementType;
    this.elements = elements;
    this.naturals = naturals;
    this.converter = converter;
  }

  /** The element type as the driver knows it. */
  public MaxComputeType elementType() {
    return elementType;
  }

  @Override
  public String getBaseTypeName() {
    return TypeDescription.typeName(elementType);
  }

  @Override
  public int getBaseType() {
    return TypeDescription.of(elementType).jdbcType();
  }

  @Override
  public Object getArray() throws SQLException {
    return elements().clone();
  }

  @Override
  public Object getArray(@Nullable Map<String, Class<?>> map) throws SQLException {
    return getArray();
  }

  @Override
  public Object getArray(long index, int count) throws SQLException {
    int first = checkRange(index, count);
    return Arrays.copyOfRange(elements(), first, first + count);
  }

  @Override
  public Object getArray(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getArray(index, count);
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    return getResultSet(1, elements().length);
  }

  @Override
  public ResultSet getResultSet(@Nullable Map<String, Class<?>> map) throws SQLException {
    return getResultSet();
  }

  @Override
  public ResultSet getResultSet(long index, int count) throws SQLException {
    int first = checkRange(index, count);
    List<@Nullable Object[]> rows = new ArrayList<>(count);
    for (int i = first; i < first + count; i++) {
      Object value = elementType.isNested() ? elements()[i] : naturals[i];
      rows.add(new @Nullable Object[] {i + 1, value});
    }
    List<Column> columns = List.of(Column.of("INDEX", "int"), Column.of("VALUE", elementType));
    return new TunnelResultSet(new HeapCursor(columns, rows, converter));
  }

  @Override
  public ResultSet getResultSet(long index, int count, @Nullable Map<String, Class<?>> map)
      throws SQLException {
    return getResultSet(index, count);
  }

  @Override
  public void free() {
    elements = null;
  }

  private @Nullable Object[] elements() throws SQLException {
    @Nullable Object[] current = elements;
    if (current == null) {
      throw SqlErrors.closed("array");
    }
    return current;
  }

  private int checkRange(long index, int count) throws SQLException {
    int length = elements().length;
    if (index < 1 || count < 0 || count > length - (index - 1)) {
      throw SqlErrors.invalidArgument(
          "Elements " + index + " to " + (index - 1 + count) + " of an array of " + length);
    }
    return (int) (index - 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ArrayValue array
        && elementType.equals(array.elementType)
        && Arrays.deepEquals(elements, array.elements);
  }

  @Override
  public int hashCode() {
    return 31 * elementType.hashCode() + Arrays.deepHashCode(elements);
  }

  @Override
  public String toString() {
    return Arrays.deepToString(elements);
  }
}
