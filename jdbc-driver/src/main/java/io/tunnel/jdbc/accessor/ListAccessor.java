package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.result.ArrayValue;
import io.tunnel.jdbc.value.TypeDescription;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.MaxComputeType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/** Reads ARRAY columns. */
final class ListAccessor extends Accessor {
  private final MaxComputeType elementType;
  private final Class<?> elementClass;
  private final ListVector vector;
  private final Accessor elements;

  ListAccessor(
      MaxComputeType elementType, ListVector vector, Accessor elements, ValueConverter converter) {
    super(converter);
    this.elementType = elementType;
    this.elementClass = classOf(elementType);
    this.vector = vector;
    this.elements = elements;
  }

  private static Class<?> classOf(MaxComputeType type) {
    try {
      return Class.forName(
          TypeDescription.of(type).className(), false, ListAccessor.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new LinkageError("The driver's jar lacks the class of " + type, e);
    }
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public List<@Nullable Object> natural(int row) throws ValueException {
    int end = vector.getElementEndIndex(row);
    List<@Nullable Object> values = new ArrayList<>(end - vector.getElementStartIndex(row));
    for (int i = vector.getElementStartIndex(row); i < end; i++) {
      values.add(elements.isNull(i) ? null : elements.natural(i));
    }
    return values;
  }

  @Override
  public ArrayValue jdbcValue(int row) throws ValueException {
    return new ArrayValue(elementType, jdbcElements(row), natural(row).toArray(), converter);
  }

  private @Nullable Object[] jdbcElements(int row) throws ValueException {
    int start = vector.getElementStartIndex(row);
    int length = vector.getElementEndIndex(row) - start;
    @Nullable Object[] values = (Object[]) Array.newInstance(elementClass, length);
    for (int i = 0; i < length; i++) {
      values[i] = elements.isNull(start + i) ? null : elements.jdbcValue(start + i);
    }
    return values;
  }

  @Override
  public <T> T get(int row, Class<T> type) throws ValueException {
    if (type.isAssignableFrom(ArrayValue.class)) {
      return type.cast(jdbcValue(row));
    }
    if (type == List.class) {
      return type.cast(Collections.unmodifiableList(Arrays.asList(jdbcElements(row))));
    }
    if (type.isArray()) {
      Object[] values = jdbcElements(row);
      if (type.isInstance(values)) {
        return type.cast(values);
      }
      throw ValueException.wrongType(values, type.getSimpleName());
    }
    return super.get(row, type);
  }
}
