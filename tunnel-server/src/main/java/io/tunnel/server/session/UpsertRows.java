package io.tunnel.server.session;

import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.pack.UpsertPackReader;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PrimitiveType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The rows of packs with what has to be known about each of them at the commit, as three columns
 * behind those of the table: whether it deletes, its place among all rows of the session, and which
 * columns it writes.
 *
 * <p>Holds memory until it is closed; used by one thread.
 */
final class UpsertRows implements AutoCloseable {
  // Names that no column of a table can have.
  private static final Column DELETES = Column.of("$deletes", PrimitiveType.BOOLEAN);
  private static final Column SEQUENCE = Column.of("$sequence", PrimitiveType.BIGINT);

  /** For each column of the table {@code 1} or {@code 0}; NULL if all are written. */
  private static final Column WRITTEN = Column.of("$written", PrimitiveType.STRING);

  private final List<Column> table;
  private final long pack;
  private final BitVector deletes;
  private final BigIntVector sequence;
  private final VarCharVector written;

  /**
   * Memory for the rows of one pack.
   *
   * @param table the data columns of the table
   * @param pack the number of the pack; fewer than 2^31
   */
  UpsertRows(List<Column> table, long pack, BufferAllocator allocator) {
    this.table = table;
    this.pack = pack;
    deletes = new BitVector(DELETES.name(), allocator);
    sequence = new BigIntVector(SEQUENCE.name(), allocator);
    written = new VarCharVector(WRITTEN.name(), allocator);
  }

  /**
   * The columns of a staged file. Those of the table may be NULL, even NOT NULL ones: a row that
   * deletes or writes a part has no values for the others.
   */
  static List<Column> columns(List<Column> table) {
    List<Column> columns = new ArrayList<>();
    table.forEach(column -> columns.add(Column.of(column.name(), column.type())));
    columns.add(DELETES);
    columns.add(SEQUENCE);
    columns.add(WRITTEN);
    return columns;
  }

  /** The current batch of the reader as a batch of {@link #columns}; valid until the next one. */
  VectorSchemaRoot next(UpsertPackReader reader) throws MalformedBodyException {
    VectorSchemaRoot rows = reader.root();
    int count = rows.getRowCount();
    long before = reader.rowsRead() - count;
    requireValues(reader, before);
    byte[][] masks = masks(reader.columnSets());
    deletes.reset();
    sequence.reset();
    written.reset();
    for (int row = 0; row < count; row++) {
      deletes.setSafe(row, reader.isDelete(row) ? 1 : 0);
      sequence.setSafe(row, (pack << Integer.SIZE) + before + row);
      byte[] mask = masks[reader.columnSet(row)];
      if (mask.length > 0) {
        written.setSafe(row, mask);
      }
    }
    List<FieldVector> vectors = new ArrayList<>(rows.getFieldVectors());
    for (FieldVector vector : List.of(deletes, sequence, written)) {
      vector.setValueCount(count);
      vectors.add(vector);
    }
    return new VectorSchemaRoot(vectors);
  }

  /** Refuses NULL in a NOT NULL column that its row writes. */
  private void requireValues(UpsertPackReader reader, long before) throws MalformedBodyException {
    int count = reader.root().getRowCount();
    for (int i = 0; i < table.size(); i++) {
      FieldVector vector = reader.root().getVector(i);
      if (table.get(i).nullable() || vector.getNullCount() == 0) {
        continue;
      }
      for (int row = 0; row < count; row++) {
        if (vector.isNull(row)
            && !reader.isDelete(row)
            && reader.columnSets().get(reader.columnSet(row)).get(i)) {
          throw MalformedBodyException.malformed(
              "Column "
                  + table.get(i).name()
                  + " ("
                  + table.get(i).type()
                  + "), row "
                  + (before + row + 1)
                  + ": NULL is not allowed, the column is NOT NULL");
        }
      }
    }
  }

  private byte[][] masks(List<BitSet> sets) {
    byte[][] masks = new byte[sets.size()][];
    for (int i = 0; i < masks.length; i++) {
      BitSet set = sets.get(i);
      StringBuilder mask = new StringBuilder();
      if (set.cardinality() < table.size()) {
        for (int column = 0; column < table.size(); column++) {
          mask.append(set.get(column) ? '1' : '0');
        }
      }
      masks[i] = mask.toString().getBytes(StandardCharsets.US_ASCII);
    }
    return masks;
  }

  @Override
  public void close() {
    deletes.close();
    sequence.close();
    written.close();
  }
}
