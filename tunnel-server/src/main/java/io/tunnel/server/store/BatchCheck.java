package io.tunnel.server.store;

import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MaxComputeType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Checks every value of a batch against its column before the batch counts: NOT NULL, lengths,
 * precision, ranges, UTF-8, JSON. Whole columns are passed at a glance where that is enough.
 */
public final class BatchCheck {
  private final List<Column> columns;
  private final List<ValueCheck> checks = new ArrayList<>();

  /**
   * Prepares the checks.
   *
   * @param columns the columns in the order of the batches
   * @param fieldBytes the largest STRING, BINARY or JSON value
   */
  public BatchCheck(List<Column> columns, int fieldBytes) {
    this.columns = List.copyOf(columns);
    for (Column column : columns) {
      checks.add(ValueCheck.of(column.type(), fieldBytes));
    }
  }

  /**
   * Checks a batch.
   *
   * @param rowsBefore the rows of the body before this batch, for messages
   * @throws MalformedBodyException if a value cannot be stored; names column and row, from 1
   */
  public void check(VectorSchemaRoot batch, long rowsBefore) throws MalformedBodyException {
    int rows = batch.getRowCount();
    for (int i = 0; i < checks.size(); i++) {
      Column column = columns.get(i);
      FieldVector vector = batch.getVector(i);
      if (!column.nullable() && vector.getNullCount() > 0) {
        for (int row = 0; row < rows; row++) {
          if (vector.isNull(row)) {
            throw failure(column, rowsBefore + row, "NULL is not allowed, the column is NOT NULL");
          }
        }
      }
      ValueCheck check = checks.get(i);
      if (!check.passes(vector, rows)) {
        for (int row = 0; row < rows; row++) {
          String reason = vector.isNull(row) ? null : check.failure(vector, row);
          if (reason != null) {
            throw failure(column, rowsBefore + row, reason);
          }
        }
      }
    }
  }

  private static MalformedBodyException failure(Column column, long row, String reason) {
    MaxComputeType type = column.type();
    return MalformedBodyException.malformed(
        "Column " + column.name() + " (" + type + "), row " + (row + 1) + ": " + reason);
  }

  /** Checks the values of one type. */
  interface ValueCheck {
    /** Whether all values are certainly right, at a glance. */
    boolean passes(FieldVector vector, int rows);

    /** Why a value, which is not NULL, cannot be stored; null if it can. */
    @Nullable String failure(FieldVector vector, int row);

    /** The check for a type. */
    static ValueCheck of(MaxComputeType type, int fieldBytes) {
      return ValueChecks.of(type, fieldBytes);
    }
  }
}
