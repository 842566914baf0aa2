package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads a pack of an upsert session into Arrow vectors: the data columns of the table, and beside
 * them what each row does and which columns it writes (specification: upsert, sections 3 and 6).
 * What is sent twice, unknown, damaged, without its key or without its operation is refused; the
 * versions that a client may give are accepted and left out.
 *
 * <p>Memory is bounded as that of {@link RecordReader}.
 */
public final class UpsertPackReader implements BatchReader {
  private final RecordReader records;
  private final UpsertLayout layout;
  private final VectorSchemaRoot root;
  private final int[] keys;
  private final TinyIntVector operations;
  private final ListVector valueColumns;
  private final BigIntVector valueColumnIds;

  // Of the current batch.
  private int[] sets = new int[0];
  private final List<BitSet> columnSets = new ArrayList<>();
  private final Map<BitSet, Integer> numbers = new HashMap<>();
  private boolean ended;

  /**
   * Reads rows of a table.
   *
   * @param stream the body, content coding removed; closed with the reader
   * @param layout the columns, key and column ids of the table
   * @param form the layout of the vectors; see {@link RecordReader}
   * @param allocator gives the memory of the batches
   * @param batchRows most rows of a batch, at least 1
   */
  public UpsertPackReader(
      InputStream stream,
      UpsertLayout layout,
      ArrowMapping.Form form,
      BufferAllocator allocator,
      int batchRows) {
    this.layout = layout;
    records = new RecordReader(stream, layout.recordColumns(), form, allocator, batchRows);
    List<FieldVector> vectors = records.root().getFieldVectors();
    int columns = layout.columns().size();
    root = new VectorSchemaRoot(vectors.subList(0, columns));
    keys = layout.keys();
    operations = (TinyIntVector) vectors.get(columns + UpsertLayout.OPERATION - 1);
    valueColumns = (ListVector) vectors.get(columns + UpsertLayout.VALUE_COLUMNS - 1);
    valueColumnIds = (BigIntVector) valueColumns.getDataVector();
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  /** The data columns. A NULL is one only in a column that the row writes. */
  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public long rowsRead() {
    return records.rowsRead();
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    columnSets.clear();
    numbers.clear();
    boolean loaded = false;
    try {
      if (!ended && records.loadNextBatch()) {
        check(records.root().getRowCount());
        loaded = true;
      }
    } finally {
      if (!loaded) {
        ended = true;
        records.root().clear();
        root.clear();
      }
    }
    return loaded;
  }

  private void check(int rows) throws MalformedBodyException {
    root.setRowCount(rows);
    long first = records.rowsRead() - rows + 1;
    requireKeys(rows, first);
    if (sets.length < rows) {
      sets = new int[rows];
    }
    BitSet all = new BitSet();
    all.set(0, layout.columns().size());
    number(all);
    for (int row = 0; row < rows; row++) {
      requireOperation(row, first + row);
      sets[row] = isDelete(row) ? 0 : columnSetOf(row, first + row);
    }
  }

  private void requireKeys(int rows, long first) throws MalformedBodyException {
    for (int key : keys) {
      FieldVector vector = root.getVector(key);
      if (vector.getNullCount() > 0) {
        int row = 0;
        while (!vector.isNull(row)) {
          row++;
        }
        throw MalformedBodyException.malformed(
            "Column "
                + layout.columns().get(key).name()
                + ", row "
                + (first + row)
                + ": it is part of the primary key and must not be NULL");
      }
    }
    if (rows > 0 && valueColumns.getDataVector().getNullCount() > 0) {
      throw MalformedBodyException.malformed(
          "One of the rows " + first + " to " + (first + rows - 1) + " has a NULL column id");
    }
  }

  private void requireOperation(int row, long record) throws MalformedBodyException {
    if (operations.isNull(row)) {
      throw MalformedBodyException.malformed("Row " + record + " has no operation");
    }
    if (!UpsertOperation.isCode(operations.get(row))) {
      throw MalformedBodyException.malformed(
          "Row "
              + record
              + " has the unknown operation "
              + operations.get(row)
              + "; known are 85 (upsert) and 68 (delete)");
    }
  }

  /** The set of columns that an upsert writes: all of them if it lists none. */
  private int columnSetOf(int row, long record) throws MalformedBodyException {
    if (valueColumns.isNull(row)) {
      return 0;
    }
    int start = valueColumns.getElementStartIndex(row);
    int end = valueColumns.getElementEndIndex(row);
    if (start == end) {
      return 0;
    }
    if (row > 0 && sets[row - 1] > 0 && listsTheSame(row - 1, start, end)) {
      return sets[row - 1];
    }
    BitSet written = new BitSet();
    for (int i = start; i < end; i++) {
      int position = layout.positionOfId(valueColumnIds.get(i));
      if (position < 0) {
        throw MalformedBodyException.malformed(
            "Row "
                + record
                + " writes the column with the id "
                + valueColumnIds.get(i)
                + ", which the table does not have");
      }
      written.set(position);
    }
    for (int key : keys) {
      written.set(key);
    }
    return number(written);
  }

  private boolean listsTheSame(int row, int start, int end) {
    int other = valueColumns.getElementStartIndex(row);
    if (valueColumns.getElementEndIndex(row) - other != end - start) {
      return false;
    }
    for (int i = 0; i < end - start; i++) {
      if (valueColumnIds.get(other + i) != valueColumnIds.get(start + i)) {
        return false;
      }
    }
    return true;
  }

  private int number(BitSet written) {
    Integer known = numbers.putIfAbsent(written, columnSets.size());
    if (known != null) {
      return known;
    }
    columnSets.add(written);
    return columnSets.size() - 1;
  }

  /** Whether a row of the current batch deletes; otherwise it inserts or updates. */
  public boolean isDelete(int row) {
    return operations.get(row) == UpsertOperation.DELETE.code();
  }

  /**
   * The number of the set of columns that a row of the current batch writes. 0 is the set of all
   * columns; rows that delete have it too.
   */
  public int columnSet(int row) {
    return sets[row];
  }

  /**
   * The different sets of columns that rows of the current batch write, positions in the table,
   * keys included. Valid until the next batch is loaded.
   */
  public List<BitSet> columnSets() {
    return Collections.unmodifiableList(columnSets);
  }

  /** The columns of the table. */
  public List<Column> columns() {
    return layout.columns();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
