package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A batch made ready for {@link UpsertEncoder}: its columns have their encoders, its keys and
 * operations are checked. Holds the buffers of the batch, which must not be changed before all rows
 * are encoded. Not thread safe.
 */
public final class UpsertBatch {
  private final UpsertLayout layout;
  private final int rows;
  private final List<FieldVector> vectors;
  private final List<FieldVector> keyVectors;
  private final ValueEncoder[] encoders;
  private final int[] fields;
  private final int[] tags;
  private final byte operation;
  private final byte @Nullable [] operations;
  private final long[] updatedIds;

  /**
   * All rows do the same.
   *
   * @param batch has the columns of the layout, in wire or in extended form column by column
   * @throws IllegalArgumentException if a vector does not fit its column, or a key is NULL; the
   *     message names the column and the row of the batch
   */
  public static UpsertBatch of(
      UpsertLayout layout, VectorSchemaRoot batch, UpsertOperation operation) {
    return new UpsertBatch(
        layout, batch.getFieldVectors(), batch.getRowCount(), operation.code(), null);
  }

  /**
   * Each row has an operation of its own.
   *
   * @param batch has the columns of the layout, in wire or in extended form column by column
   * @param operations {@link UpsertOperation#code} for each row; not copied
   * @throws IllegalArgumentException as above, or if an operation is unknown
   */
  public static UpsertBatch of(UpsertLayout layout, VectorSchemaRoot batch, byte[] operations) {
    int rows = batch.getRowCount();
    if (operations.length < rows) {
      throw new IllegalArgumentException(
          "There are operations for "
              + operations.length
              + " rows, but the batch has "
              + rows
              + " rows");
    }
    for (int row = 0; row < rows; row++) {
      if (!UpsertOperation.isCode(operations[row])) {
        throw new IllegalArgumentException(
            "Row "
                + (row + 1)
                + " of the batch has the unknown operation "
                + operations[row]
                + "; known are 85 (upsert) and 68 (delete)");
      }
    }
    return new UpsertBatch(
        layout, batch.getFieldVectors(), rows, UpsertOperation.UPSERT.code(), operations);
  }

  private UpsertBatch(
      UpsertLayout layout,
      List<FieldVector> vectors,
      int rows,
      byte operation,
      byte @Nullable [] operations) {
    this.layout = layout;
    this.vectors = vectors;
    this.rows = rows;
    this.operation = operation;
    this.operations = operations;
    updatedIds = layout.updatedIds();
    int[] columns = layout.batchColumns();
    if (vectors.size() != columns.length) {
      throw new IllegalArgumentException(
          "The batch has " + vectors.size() + " columns, " + columns.length + " are expected");
    }
    ValueEncoder[] byPosition = new ValueEncoder[layout.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      byPosition[columns[i]] = encoder(layout.columns().get(columns[i]), vectors.get(i), rows);
    }
    keyVectors = Arrays.stream(layout.keysInBatch()).mapToObj(vectors::get).toList();
    for (int i = 0; i < keyVectors.size(); i++) {
      requireKeys(layout.keyColumns().get(i), keyVectors.get(i));
    }
    int[] sent =
        IntStream.range(0, byPosition.length)
            .filter(position -> byPosition[position] != null && layout.isSent(position))
            .toArray();
    encoders = new ValueEncoder[sent.length];
    fields = new int[sent.length];
    tags = new int[sent.length];
    for (int i = 0; i < sent.length; i++) {
      encoders[i] = byPosition[sent[i]];
      fields[i] = sent[i] + 1;
      tags[i] = RecordFormat.tag(fields[i], encoders[i].wireType());
    }
  }

  private static ValueEncoder encoder(Column column, FieldVector vector, int rows) {
    if (vector.getValueCount() != rows) {
      throw new IllegalArgumentException(
          "Column "
              + column.name()
              + " has "
              + vector.getValueCount()
              + " values in a batch of "
              + rows
              + " rows; call VectorSchemaRoot.setRowCount");
    }
    try {
      return ValueEncoder.of(column.type(), vector);
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException("Column " + column.name() + ": " + e.getMessage(), e);
    }
  }

  private static void requireKeys(Column column, FieldVector vector) {
    if (vector.getNullCount() == 0) {
      return;
    }
    int row = 0;
    while (!vector.isNull(row)) {
      row++;
    }
    throw new IllegalArgumentException(
        "Column "
            + column.name()
            + ", row "
            + (row + 1)
            + " of the batch: it is part of the primary key and must not be NULL");
  }

  /** The same batch for a second thread, which may encode rows of it at the same time. */
  public UpsertBatch forAnotherThread() {
    return new UpsertBatch(layout, vectors, rows, operation, operations);
  }

  /** How many rows the batch has. */
  public int rows() {
    return rows;
  }

  /** The vectors of the key columns, for {@link BucketHasher}. */
  public List<FieldVector> keyVectors() {
    return keyVectors;
  }

  /** Writes one record, its end included, and returns its checksum. */
  int write(int row, RecordOutput out) throws IOException {
    int i = 0;
    try {
      for (; i < fields.length; i++) {
        ValueEncoder encoder = encoders[i];
        if (!encoder.isNull(row)) {
          out.field(fields[i], tags[i]);
          encoder.write(row, out);
        }
      }
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException(
          "Column "
              + layout.columns().get(fields[i] - 1).name()
              + ", row "
              + (row + 1)
              + " of the batch: "
              + e.getMessage(),
          e);
    }
    byte code = operations == null ? operation : operations[row];
    int last = layout.columns().size();
    int field = last + UpsertLayout.OPERATION;
    out.field(field, RecordFormat.tag(field, RecordFormat.VARINT));
    out.integer(code);
    field = last + UpsertLayout.VALUE_COLUMNS;
    out.field(field, RecordFormat.tag(field, RecordFormat.BYTES));
    if (code == UpsertOperation.DELETE.code()) {
      out.count(0);
    } else {
      out.count(updatedIds.length);
      for (long id : updatedIds) {
        out.nullFlag(false);
        out.integer(id);
      }
    }
    return out.endRecord();
  }
}
