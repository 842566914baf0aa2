package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.jdbc.value.ValueConverter.Fraction;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.PrimitiveType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the partitions that the rows of a batch go to, from 0. Rows of one partition mostly
 * follow each other, so the last values are compared before anything is looked up. Filled by the
 * user's thread; {@link #spec} may be called by another one for numbers that it was handed.
 */
final class PartitionDictionary {
  private final List<Column> columns;
  private final ValueConverter converter;
  private final Map<List<String>, Integer> numbers = new HashMap<>();
  private final List<@Nullable PartitionSpec> specs =
      java.util.Collections.synchronizedList(new ArrayList<>());
  private final @Nullable Object[] lastValues;
  private int last = -1;

  PartitionDictionary(List<Column> columns, ValueConverter converter) {
    this.columns = columns;
    this.converter = converter;
    this.lastValues = new @Nullable Object[columns.size()];
    if (columns.isEmpty()) {
      specs.add(null);
    }
  }

  /** The number of the partition that the cells name; 0 for a table without partitions. */
  int number(Cells cells, int[] partitionCells) throws ValueException {
    if (partitionCells.length == 0) {
      return 0;
    }
    boolean same = last >= 0;
    for (int i = 0; i < partitionCells.length && same; i++) {
      // A number is boxed here; partition values are text in nearly every table.
      same = lastValues[i] != null && lastValues[i].equals(cells.value(partitionCells[i]));
    }
    return same ? last : lookUp(cells, partitionCells);
  }

  private int lookUp(Cells cells, int[] partitionCells) throws ValueException {
    List<String> texts = new ArrayList<>(partitionCells.length);
    last = -1;
    for (int i = 0; i < partitionCells.length; i++) {
      Object value = cells.value(partitionCells[i]);
      if (value == null) {
        throw new ValueException(
            ValueException.NULL_NOT_ALLOWED,
            "the partition column " + columns.get(i).name() + " needs a value, not NULL");
      }
      texts.add(text(columns.get(i), value, converter));
      lastValues[i] = value;
    }
    Integer number = numbers.get(texts);
    if (number == null) {
      number = specs.size();
      specs.add(spec(texts));
      numbers.put(texts, number);
    }
    last = number;
    return number;
  }

  /** Integers lose leading zeros and plus signs, as in SQL; other types keep their text. */
  static String text(Column column, Object value, ValueConverter converter) throws ValueException {
    if (column.type().isInteger()) {
      return Long.toString(
          converter.toIntegral(value, Long.MIN_VALUE, Long.MAX_VALUE, Fraction.REFUSE));
    }
    return column.type() == PrimitiveType.DATE
        ? converter.toDate(value).toString()
        : converter.toText(value);
  }

  private PartitionSpec spec(List<String> texts) throws ValueException {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i).name(), texts.get(i));
    }
    try {
      return new PartitionSpec(values);
    } catch (IllegalArgumentException e) {
      throw new ValueException(ValueException.MALFORMED_TEXT, String.valueOf(e.getMessage()));
    }
  }

  /** The partition with the number; null for a table without partitions. */
  @Nullable PartitionSpec spec(int number) {
    return specs.get(number);
  }

  /** The partitions by their numbers. */
  List<@Nullable PartitionSpec> specs() {
    synchronized (specs) {
      return new ArrayList<>(specs);
    }
  }

  /** How many partitions were named. */
  int size() {
    return specs.size();
  }

  /** Forgets the values compared last, whose objects may be changed by their owner. */
  void forgetLast() {
    last = -1;
    Arrays.fill(lastValues, null);
  }
}
