package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.StructValue;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.StructType;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.complex.StructVector;
import org.jspecify.annotations.Nullable;

/** Reads STRUCT columns. */
final class StructAccessor extends Accessor {
  private final String typeName;
  private final List<String> names;
  private final StructVector vector;
  private final Accessor[] fields;

  StructAccessor(
      StructType type, StructVector vector, Accessor[] fields, ValueConverter converter) {
    super(converter);
    this.typeName = type.toString();
    this.names = type.fields().stream().map(StructType.Field::name).toList();
    this.vector = vector;
    this.fields = fields;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public StructValue natural(int row) throws ValueException {
    @Nullable Object[] values = new @Nullable Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = fields[i].isNull(row) ? null : fields[i].natural(row);
    }
    return new StructValue(typeName, names, values);
  }

  @Override
  public StructValue jdbcValue(int row) throws ValueException {
    @Nullable Object[] values = new @Nullable Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = fields[i].isNull(row) ? null : fields[i].jdbcValue(row);
    }
    return new StructValue(typeName, names, values);
  }

  @Override
  public <T> T get(int row, Class<T> type) throws ValueException {
    if (type.isAssignableFrom(StructValue.class)) {
      return type.cast(jdbcValue(row));
    }
    return type == Map.class ? type.cast(jdbcValue(row).asMap()) : super.get(row, type);
  }
}
