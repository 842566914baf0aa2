package io.tunnel.jdbc.batch;

import io.tunnel.protocol.type.Column;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The key columns of a batch of rows.
 *
 * @param vectors their values, in the same order
 */
record KeyColumns(List<Column> columns, List<FieldVector> vectors) {

  /** Those of a batch that has these columns. */
  static KeyColumns of(TableTarget target, List<Column> all, VectorSchemaRoot rows) {
    List<Column> columns = new ArrayList<>();
    List<FieldVector> vectors = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (target.isKey(all.get(i))) {
        columns.add(all.get(i));
        vectors.add(rows.getVector(i));
      }
    }
    return new KeyColumns(columns, vectors);
  }

  /** A reader of the keys. */
  KeyBytes bytes() {
    return new KeyBytes(vectors, columns);
  }
}
