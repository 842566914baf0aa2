package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.accessor.AccessorFactory;
import io.tunnel.jdbc.batch.KeyStates.State;
import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.Literals;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.sql.SqlNames;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Asks which keys of a batch are stored, by SQL: one query for up to {@value #MOST_KEYS} keys,
 * {@value #MOST_CHARACTERS} characters and {@value #MOST_PARTITIONS} partitions. On the worker
 * thread.
 */
final class KeyLookup {
  private static final int MOST_KEYS = 4096;
  private static final int MOST_CHARACTERS = 1 << 19;
  private static final int MOST_PARTITIONS = 64;

  private final TableTarget target;
  private final TableSql sql;

  KeyLookup(TableTarget target, TableSql sql) {
    this.target = target;
    this.sql = sql;
  }

  /**
   * Finds the rows that are stored.
   *
   * @param columns the columns of the rows
   * @param asked the rows that are asked for
   * @param partitionOfRow for each row the index of its partition
   * @return those that are stored
   */
  BitSet find(
      List<Column> columns,
      VectorSchemaRoot rows,
      BitSet asked,
      int[] partitionOfRow,
      List<@Nullable PartitionSpec> partitions)
      throws IOException {
    Keys keys = new Keys(columns, rows);
    KeyStates found = new KeyStates();
    Question question = new Question(keys.columns);
    for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
      question.add(partitionOfRow[row], keys.literals(row));
      if (question.isFull()) {
        ask(question, partitions, keys.columns, found);
        question = new Question(keys.columns);
      }
    }
    if (!question.isEmpty()) {
      ask(question, partitions, keys.columns, found);
    }
    KeyBytes bytes = new KeyBytes(keys.vectors, keys.columns);
    BitSet stored = new BitSet();
    for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
      bytes.take(partitionOfRow[row], row);
      stored.set(row, found.get(bytes) == State.PRESENT);
    }
    return stored;
  }

  private void ask(
      Question question,
      List<@Nullable PartitionSpec> partitions,
      List<Column> columns,
      KeyStates found)
      throws IOException {
    DownloadSession answer = sql.run(question.text(target, partitions)).openResult();
    long count = answer.recordCount();
    if (count == 0) {
      return;
    }
    long read = 0;
    try (BatchReader reader =
        answer.read(0, count, List.of(), ArrowMapping.Form.WIRE, target.allocator())) {
      List<FieldVector> vectors = reader.root().getFieldVectors();
      KeyBytes bytes = new KeyBytes(vectors.subList(1, vectors.size()), columns);
      while (reader.loadNextBatch()) {
        BigIntVector partition = (BigIntVector) vectors.get(0);
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          bytes.take(Math.toIntExact(partition.get(row)), row);
          found.put(bytes, State.PRESENT);
        }
        read += reader.root().getRowCount();
      }
    }
    if (read != count) {
      throw new IOException(
          "The lookup of keys in "
              + target.table()
              + " ended after "
              + read
              + " of "
              + count
              + " rows; execute the batch again");
    }
  }

  /** The key columns of a batch. */
  private final class Keys {
    final List<Column> columns = new ArrayList<>();
    final List<FieldVector> vectors = new ArrayList<>();
    private final List<Accessor> accessors = new ArrayList<>();

    Keys(List<Column> all, VectorSchemaRoot rows) {
      for (int i = 0; i < all.size(); i++) {
        Column column = all.get(i);
        if (target.isKey(column)) {
          columns.add(column);
          vectors.add(rows.getVector(i));
          accessors.add(
              AccessorFactory.create(column.type(), rows.getVector(i), target.converter()));
        }
      }
    }

    List<String> literals(int row) {
      List<String> literals = new ArrayList<>(columns.size());
      try {
        for (int i = 0; i < columns.size(); i++) {
          Object natural = accessors.get(i).natural(row);
          literals.add(Literals.of(columns.get(i).type(), natural, target.sql().zone()));
        }
      } catch (ValueException e) {
        throw new IllegalStateException("A key that was written cannot be read", e);
      }
      return literals;
    }
  }

  /** The keys of one query. */
  private static final class Question {
    private final List<Column> columns;
    private final Map<Integer, List<List<String>>> keys = new LinkedHashMap<>();
    private int count;
    private int characters;

    Question(List<Column> columns) {
      this.columns = columns;
    }

    void add(int partition, List<String> key) {
      keys.computeIfAbsent(partition, p -> new ArrayList<>()).add(key);
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

    /** One SELECT for each partition, with the index of the partition in front of the key. */
    String text(TableTarget target, List<@Nullable PartitionSpec> partitions) {
      List<String> selects = new ArrayList<>();
      String list =
          String.join(", ", columns.stream().map(c -> SqlNames.quoted(c.name())).toList());
      keys.forEach(
          (index, ofPartition) -> {
            PartitionSpec partition = partitions.get(index);
            List<String> conditions =
                new ArrayList<>(
                    partition == null
                        ? List.of()
                        : SqlNames.conditions(target.schema().partitionColumns(), partition));
            addConditions(ofPartition, conditions);
            selects.add(
                "SELECT "
                    + index
                    + "L AS `partition_index`, "
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
     * for in lists, one for each combination of the others; if there is more than one, all its
     * values stand in a list in front, because an engine looks up in a list, but tries one OR after
     * the other.
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
}
