package io.tunnel.it.clients;

import io.tunnel.it.driven.Cells;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Neutral values in the extended Arrow form, where TIMESTAMP, TIMESTAMP_NTZ and INTERVAL_DAY_TIME
 * are a struct of seconds and nanoseconds.
 */
final class ExtendedCells {
  private ExtendedCells() {}

  /** What stands in the vectors. */
  static @Nullable Object toVector(@Nullable Object cell, MaxComputeType type) {
    return map(
        cell,
        type,
        (value, leaf) -> {
          String text = (String) value;
          return leaf == PrimitiveType.INTERVAL_DAY_TIME
              ? pair(Cells.intervalSeconds(text), Cells.intervalNanos(text))
              : pair(Cells.epochSecond(text), Cells.nano(text));
        });
  }

  private static List<@Nullable Object> pair(long seconds, int nanos) {
    List<@Nullable Object> pair = new ArrayList<>();
    pair.add(String.valueOf(seconds));
    pair.add(String.valueOf(nanos));
    return pair;
  }

  /** What was read from the vectors. */
  static @Nullable Object fromVector(@Nullable Object cell, MaxComputeType type) {
    return map(
        cell,
        type,
        (value, leaf) -> {
          List<?> pair = (List<?>) value;
          long seconds = Long.parseLong(String.valueOf(pair.get(0)));
          int nanos = Integer.parseInt(String.valueOf(pair.get(1)));
          return leaf == PrimitiveType.INTERVAL_DAY_TIME
              ? Cells.interval(seconds, nanos)
              : Cells.dateTime(seconds, nanos);
        });
  }

  private static @Nullable Object map(
      @Nullable Object cell,
      MaxComputeType type,
      BiFunction<Object, MaxComputeType, Object> wideLeaf) {
    if (cell == null) {
      return null;
    }
    if (type == PrimitiveType.TIMESTAMP
        || type == PrimitiveType.TIMESTAMP_NTZ
        || type == PrimitiveType.INTERVAL_DAY_TIME) {
      return wideLeaf.apply(cell, type);
    }
    if (!type.isNested()) {
      return cell;
    }
    List<@Nullable Object> mapped = new ArrayList<>();
    List<?> parts = (List<?>) cell;
    for (int i = 0; i < parts.size(); i++) {
      Object part = parts.get(i);
      if (type instanceof ArrayType array) {
        mapped.add(map(part, array.element(), wideLeaf));
      } else if (type instanceof StructType struct) {
        mapped.add(map(part, struct.fields().get(i).type(), wideLeaf));
      } else if (type instanceof MapType entries && part instanceof List<?> pair) {
        List<@Nullable Object> entry = new ArrayList<>();
        entry.add(map(pair.get(0), entries.key(), wideLeaf));
        entry.add(map(pair.get(1), entries.value(), wideLeaf));
        mapped.add(entry);
      }
    }
    return mapped;
  }
}
