package io.tunnel.jdbc;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.util.List;

/** Tells which results need the extended Arrow form to be complete. */
final class ExtendedForm {
  private ExtendedForm() {}

  /** Whether a column holds a TIMESTAMP, TIMESTAMP_NTZ or INTERVAL_DAY_TIME. */
  static boolean isNeeded(List<Column> columns) {
    return columns.stream().anyMatch(column -> isNeeded(column.type()));
  }

  private static boolean isNeeded(MaxComputeType type) {
    if (type instanceof ArrayType array) {
      return isNeeded(array.element());
    }
    if (type instanceof MapType map) {
      return isNeeded(map.key()) || isNeeded(map.value());
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().anyMatch(field -> isNeeded(field.type()));
    }
    return type == PrimitiveType.TIMESTAMP
        || type == PrimitiveType.TIMESTAMP_NTZ
        || type == PrimitiveType.INTERVAL_DAY_TIME;
  }
}
