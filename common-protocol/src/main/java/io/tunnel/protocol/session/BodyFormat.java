package io.tunnel.protocol.session;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.util.List;

/** How the rows of a body are encoded. */
public enum BodyFormat {
  /** Arrow record batches: fast, without TIMESTAMPs outside 1677 to 2262. */
  ARROW,
  /** Records: slow, carries everything. */
  RECORD;

  /**
   * The format for these columns. Arrow is avoided where clients and service do not agree on its
   * layout: DECIMAL without parameters and INTERVAL_DAY_TIME (specification: regular tunnel,
   * sections 5 and 9). With {@link ArrowMapping.Form#EXTENDED}, which loses nothing, it is avoided
   * for TIMESTAMP and TIMESTAMP_NTZ too.
   */
  public static BodyFormat of(List<Column> columns, ArrowMapping.Form form) {
    for (Column column : columns) {
      if (!arrowCarries(column.type(), form)) {
        return RECORD;
      }
    }
    return ARROW;
  }

  /** The same compression under the name that it has for this format. */
  ContentCoding codingFor(ContentCoding wanted) {
    return switch (wanted) {
      case LZ4, ODPS_LZ4 -> this == ARROW ? ContentCoding.ODPS_LZ4 : ContentCoding.LZ4;
      default -> wanted;
    };
  }

  private static boolean arrowCarries(MaxComputeType type, ArrowMapping.Form form) {
    if (type instanceof DecimalType decimal) {
      return !decimal.isLegacy();
    }
    if (type instanceof ArrayType array) {
      return arrowCarries(array.element(), form);
    }
    if (type instanceof MapType map) {
      return arrowCarries(map.key(), form) && arrowCarries(map.value(), form);
    }
    if (type instanceof StructType struct) {
      return struct.fields().stream().allMatch(field -> arrowCarries(field.type(), form));
    }
    boolean wide = type == PrimitiveType.TIMESTAMP || type == PrimitiveType.TIMESTAMP_NTZ;
    return type != PrimitiveType.INTERVAL_DAY_TIME && !(wide && form == ArrowMapping.Form.EXTENDED);
  }
}
