package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import java.util.LinkedHashMap;
import org.apache.arrow.vector.complex.MapVector;
import org.jspecify.annotations.Nullable;

/** Reads MAP columns. */
final class MapAccessor extends Accessor {
  private final MapVector vector;
  private final Accessor keys;
  private final Accessor values;

  MapAccessor(MapVector vector, Accessor keys, Accessor values, ValueConverter converter) {
    super(converter);
    this.vector = vector;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public LinkedHashMap<Object, @Nullable Object> natural(int row) throws ValueException {
    LinkedHashMap<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      map.put(keys.natural(i), values.isNull(i) ? null : values.natural(i));
    }
    return map;
  }

  @Override
  public LinkedHashMap<Object, @Nullable Object> jdbcValue(int row) throws ValueException {
    LinkedHashMap<Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = vector.getElementStartIndex(row); i < vector.getElementEndIndex(row); i++) {
      map.put(keys.jdbcValue(i), values.isNull(i) ? null : values.jdbcValue(i));
    }
    return map;
  }

  @Override
  public <T> T get(int row, Class<T> type) throws ValueException {
    return type.isAssignableFrom(LinkedHashMap.class)
        ? type.cast(jdbcValue(row))
        : super.get(row, type);
  }
}
