package io.tunnel.server.sql;

import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.util.List;
import java.util.Set;

/** Which types CHANGE COLUMN may turn into which: towards wider numbers, longer texts, STRING. */
final class TypeChanges {
  /** From the narrowest to the widest. */
  private static final List<PrimitiveType> WIDER =
      List.of(
          PrimitiveType.TINYINT,
          PrimitiveType.SMALLINT,
          PrimitiveType.INT,
          PrimitiveType.BIGINT,
          PrimitiveType.FLOAT,
          PrimitiveType.DOUBLE,
          PrimitiveType.STRING);

  private static final Set<PrimitiveType> TIMES =
      Set.of(
          PrimitiveType.DATE,
          PrimitiveType.DATETIME,
          PrimitiveType.TIMESTAMP,
          PrimitiveType.TIMESTAMP_NTZ);

  private TypeChanges() {}

  static boolean isAllowed(MaxComputeType from, MaxComputeType to) {
    if (from.equals(to)) {
      return true;
    }
    if (from instanceof PrimitiveType && to instanceof PrimitiveType) {
      int fromRank = WIDER.indexOf(from);
      int toRank = WIDER.indexOf(to);
      return (fromRank >= 0 && fromRank < toRank)
          || (TIMES.contains(from) && to == PrimitiveType.STRING);
    }
    if (from instanceof DecimalType narrow) {
      return to == PrimitiveType.STRING || (to instanceof DecimalType wide && holds(wide, narrow));
    }
    int length = length(from);
    return length > 0 && (to == PrimitiveType.STRING || length(to) >= length);
  }

  private static boolean holds(DecimalType wide, DecimalType narrow) {
    return wide.scale() >= narrow.scale()
        && wide.precision() - wide.scale() >= narrow.precision() - narrow.scale();
  }

  private static int length(MaxComputeType type) {
    return type instanceof CharType c ? c.length() : type instanceof VarcharType v ? v.length() : 0;
  }
}
