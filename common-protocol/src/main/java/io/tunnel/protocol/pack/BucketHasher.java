package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.Column;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * Tells the bucket of each row of a batch: one pass over each key column (specification: upsert,
 * section 4). Thread safe.
 */
public final class BucketHasher {
  private final BucketHash hash;
  private final List<Column> keys;
  private final int buckets;

  /**
   * Hashes these columns.
   *
   * @param keys the columns of the session's {@code hash_key}
   * @param buckets number of buckets of the session, at least 1
   * @throws IllegalArgumentException if a column has a type that no key can have
   */
  public BucketHasher(BucketHash hash, List<Column> keys, int buckets) {
    if (keys.isEmpty() || buckets < 1) {
      throw new IllegalArgumentException(
          "At least one key column and one bucket are needed, not "
              + keys.size()
              + " and "
              + buckets);
    }
    for (Column key : keys) {
      ColumnHash.requireHashable(key);
    }
    this.hash = hash;
    this.keys = List.copyOf(keys);
    this.buckets = buckets;
  }

  /** Whether another hasher gives every row the same hash, whatever its number of buckets. */
  public boolean hashesAs(BucketHasher other) {
    return hash == other.hash && keys.equals(other.keys);
  }

  /** The number of buckets. */
  public int buckets() {
    return buckets;
  }

  /**
   * Tells the buckets.
   *
   * @param vectors one for each key column, in wire or in extended form
   * @param rows how many rows there are
   * @param result receives the bucket of each row; must have room for all
   * @throws IllegalArgumentException if a vector does not fit its column
   */
  public void assign(List<? extends FieldVector> vectors, int rows, int[] result) {
    hash(vectors, rows, result);
    for (int row = 0; row < rows; row++) {
      result[row] = BucketHash.bucket(result[row], buckets);
    }
  }

  /**
   * As {@link #assign}, but tells the hash of each row, from which {@link BucketHash#bucket} makes
   * the bucket in a session of any number of buckets.
   */
  public void hash(List<? extends FieldVector> vectors, int rows, int[] result) {
    Arrays.fill(result, 0, rows, 0);
    for (int i = 0; i < keys.size(); i++) {
      Column key = keys.get(i);
      try {
        ColumnHash.of(hash, key.type(), vectors.get(i)).addTo(result, rows);
      } catch (InvalidValueException e) {
        throw new IllegalArgumentException("Column " + key.name() + ": " + e.getMessage(), e);
      }
    }
  }
}
