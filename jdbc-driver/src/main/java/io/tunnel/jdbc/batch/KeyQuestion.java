package io.tunnel.jdbc.batch;

import io.tunnel.protocol.sql.SqlNames;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The query that asks which of some keys are stored: at most {@value #MOST_KEYS} keys, about
 * {@value #MOST_CHARACTERS} characters and {@value #MOST_PARTITIONS} partitions.
 */
final class KeyQuestion {
  private static final int MOST_KEYS = 4096;
  private static final int MOST_CHARACTERS = 1 << 19;
  private static final int MOST_PARTITIONS = 64;

  private final List<Column> columns;
  private final RowPartitions partitions;

  /** For the index of each partition its keys, each a literal for each key column. */
  private final Map<Integer, List<List<String>>> keys = new LinkedHashMap<>();

  private int count;
  private int characters;

  /** A question without keys yet. */
  KeyQuestion(List<Column> columns, RowPartitions partitions) {
    this.columns = columns;
    this.partitions = partitions;
  }

  /** Adds the key of a row. */
  void add(int row, List<String> key) {
    keys.computeIfAbsent(partitions.ofRow()[row], p -> new ArrayList<>()).add(key);
    count++;
    for (String literal : key) {
      // With several key columns one of them stands twice, see below.
      characters += 2 * (literal.length() + 2);
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count >= MOST_KEYS || characters >= MOST_CHARACTERS || keys.size() >= MOST_PARTITIONS;
  }

  /** One SELECT for each partition, with the number of the partition in front of the key. */
  String text(TableTarget target) {
    List<String> selects = new ArrayList<>();
    String list = String.join(", ", columns.stream().map(c -> SqlNames.quoted(c.name())).toList());
    keys.forEach(
        (index, ofPartition) -> {
          PartitionSpec partition = partitions.specs().get(index);
          List<String> conditions =
              new ArrayList<>(
                  partition == null
                      ? List.of()
                      : SqlNames.conditions(target.schema().partitionColumns(), partition));
          addConditions(ofPartition, conditions);
          selects.add(
              "SELECT "
                  + partitions.numbers()[index]
                  + "L AS `partition_number`, "
                  + list
                  + " FROM "
                  + SqlNames.of(target.table())
                  + " WHERE "
                  + String.join(" AND ", conditions));
        });
    return String.join(" UNION ALL ", selects);
  }

  /**
   * {@code k IN (…)} for a single key. For several columns the one with the most values is asked
   * for in lists, one for each combination of the others; if there is more than one, all its values
   * stand in a list in front, because an engine looks up in a list, but may try one OR after the
   * other.
   */
  private void addConditions(List<List<String>> ofPartition, List<String> conditions) {
    int listed = mostValues(ofPartition);
    String name = SqlNames.quoted(columns.get(listed).name());
    Map<String, Set<String>> lists = new LinkedHashMap<>();
    for (List<String> key : ofPartition) {
      lists.computeIfAbsent(others(key, listed), k -> new HashSet<>()).add(key.get(listed));
    }
    if (lists.size() > 1) {
      Set<String> all = new HashSet<>();
      lists.values().forEach(all::addAll);
      conditions.add(in(name, all));
    }
    List<String> alternatives = new ArrayList<>();
    lists.forEach((others, values) -> alternatives.add(others + in(name, values)));
    conditions.add("(" + String.join(" OR ", alternatives) + ")");
  }

  private static String in(String name, Set<String> values) {
    return name + " IN (" + String.join(", ", values) + ")";
  }

  /** The conditions on all columns but the listed one, each with AND behind it. */
  private String others(List<String> key, int listed) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < key.size(); i++) {
      if (i != listed) {
        text.append(SqlNames.quoted(columns.get(i).name()))
            .append(" = ")
            .append(key.get(i))
            .append(" AND ");
      }
    }
    return text.toString();
  }

  private int mostValues(List<List<String>> ofPartition) {
    int most = 0;
    int listed = 0;
    for (int i = 0; i < columns.size(); i++) {
      Set<String> values = new HashSet<>();
      for (List<String> key : ofPartition) {
        values.add(key.get(i));
      }
      if (values.size() > most) {
        most = values.size();
        listed = i;
      }
    }
    return listed;
  }
}
