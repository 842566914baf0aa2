package io.tunnel.jdbc.batch;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the rows of a statement travel. */
public sealed interface BatchPlan {

  /** Rows that go through the tunnel. */
  sealed interface TunnelRows extends BatchPlan permits TunnelInsert, KeyedWrite {
    /** The columns that each row brings, and the partition columns. */
    TableSchema schema();

    /** One for each row of an execution, in their order. */
    List<Tuple> tuples();

    /** The column that each parameter is written to; null for one that is written nowhere. */
    default List<@Nullable Column> parameterColumns(int parameterCount) {
      List<@Nullable Column> columns =
          new ArrayList<>(Collections.nCopies(parameterCount, (Column) null));
      for (Tuple tuple : tuples()) {
        collect(tuple.values(), schema().columns(), columns);
        collect(tuple.partition(), schema().partitionColumns(), columns);
      }
      return columns;
    }

    private static void collect(
        List<Value> values, List<Column> targets, List<@Nullable Column> columns) {
      for (int i = 0; i < values.size(); i++) {
        if (values.get(i) instanceof Value.Parameter parameter) {
          columns.set(parameter.index(), targets.get(i));
        }
      }
    }
  }

  /**
   * Through upload sessions.
   *
   * @param schema the table's columns when the plan was made
   * @param tuples what each tuple of VALUES writes, in their order
   */
  record TunnelInsert(TableSchema schema, List<Tuple> tuples) implements TunnelRows {
    /** Copies the list. */
    public TunnelInsert {
      tuples = List.copyOf(tuples);
    }
  }

  /** What a row does to the row with the same primary key. */
  enum KeyedAction {
    /** It becomes the row, whether there was one or not. */
    REPLACE,
    /** It changes the row that is there. */
    UPDATE,
    /** It removes the row that is there. */
    DELETE;

    /** Whether it counts, and does something, only if the row is there. */
    boolean needsRow() {
      return this != REPLACE;
    }
  }

  /**
   * Through upsert sessions.
   *
   * @param schema the columns that each row brings, its whole key among them
   * @param tuples what is written, one for each row
   * @param updated the columns that are written while the others keep what they have; empty if rows
   *     are written as a whole, or deleted
   */
  record KeyedWrite(
      TableSchema schema, KeyedAction action, List<Tuple> tuples, List<String> updated)
      implements TunnelRows {
    /** Copies the lists. */
    public KeyedWrite {
      tuples = List.copyOf(tuples);
      updated = List.copyOf(updated);
    }
  }

  /**
   * One row.
   *
   * @param values one parameter or literal for each data column, in the table's order
   * @param partition one parameter or literal for each partition column
   */
  record Tuple(List<Value> values, List<Value> partition) {
    /** Copies the lists. */
    public Tuple {
      values = List.copyOf(values);
      partition = List.copyOf(partition);
    }
  }

  /**
   * As SQL, one statement for each entry of the batch.
   *
   * @param reason why it cannot go through the tunnel, for the log
   */
  record PlainSql(String reason) implements BatchPlan {}
}
