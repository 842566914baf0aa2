package io.tunnel.protocol.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of Arrow vectors into packs, without an object for a row (specification: upsert,
 * section 3). One encoder serves the packs of all buckets; its memory of about 100 KiB does not
 * grow. Not thread safe.
 */
public final class UpsertEncoder {
  private static final int SCRATCH_ROWS = 512;

  private final Target target = new Target();
  private final RecordOutput out = new RecordOutput(target);

  /** What is told of rows beside their records, until it is handed on. */
  private final byte[] scratch = new byte[SCRATCH_ROWS * UpsertRowLog.INDEX_BYTES];

  private boolean failed;

  /**
   * Adds rows to a pack, in this order.
   *
   * @param rows numbers of rows of the batch
   * @param from index in {@code rows} of the first one
   * @param to index behind the last one
   * @throws IllegalArgumentException if a value cannot be written; the message names column and row
   *     of the batch, and neither encoder nor pack can be used any more
   * @throws IllegalStateException after a failure
   */
  public void encode(UpsertBatch batch, int[] rows, int from, int to, UpsertPackWriter pack) {
    begin(pack.records());
    int position = 0;
    try {
      for (int i = from; i < to; i++) {
        RecordFormat.INT.set(scratch, position, batch.write(rows[i], out));
        position += Integer.BYTES;
        if (position == scratch.length) {
          pack.addChecksums(scratch, position);
          position = 0;
        }
      }
      out.drain();
    } catch (IOException e) {
      throw new IllegalStateException("Memory cannot be written", e);
    }
    pack.addChecksums(scratch, position);
    failed = false;
  }

  /**
   * Adds rows to a log, in this order.
   *
   * @param hashes the hash of each row of the batch, as {@link BucketHasher#hash} tells it
   * @param rows numbers of rows of the batch
   * @param from index in {@code rows} of the first one
   * @param to index behind the last one
   * @throws IllegalArgumentException as the other method; the log cannot be used any more either
   */
  public void encode(
      UpsertBatch batch, int[] hashes, int[] rows, int from, int to, UpsertRowLog log) {
    for (int first = from; first < to; first += SCRATCH_ROWS) {
      int end = Math.min(to, first + SCRATCH_ROWS);
      int count = encode(batch, hashes, rows, first, end, log.records(), Long.MAX_VALUE);
      log.addIndex(scratch, count * UpsertRowLog.INDEX_BYTES);
    }
  }

  /**
   * Replaces the rows of a run, and stops early with the row that fills it.
   *
   * @param hashes the hash of each row of the batch, as {@link BucketHasher#hash} tells it
   * @param rows numbers of rows of the batch
   * @param from index in {@code rows} of the first one
   * @param to index behind the last one
   * @return the number of rows encoded, at least one unless there is none
   * @throws IllegalArgumentException as the other methods; the run cannot be used any more either
   */
  public int encode(UpsertBatch batch, int[] hashes, int[] rows, int from, int to, EncodedRun run) {
    int end = Math.min(to, from + EncodedRun.MOST_ROWS);
    int count = encode(batch, hashes, rows, from, end, run.begin(), EncodedRun.ENOUGH_BYTES);
    run.addIndex(scratch, count * UpsertRowLog.INDEX_BYTES);
    return count;
  }

  /** Writes records until they are enough, and leaves their index in the scratch array. */
  private int encode(
      UpsertBatch batch,
      int[] hashes,
      int[] rows,
      int from,
      int to,
      OutputStream records,
      long enough) {
    begin(records);
    int position = 0;
    long begun = out.length();
    int i = from;
    try {
      for (; i < to && out.length() - begun < enough; i++) {
        long before = out.length();
        int checksum = batch.write(rows[i], out);
        RecordFormat.INT.set(scratch, position, (int) (out.length() - before));
        RecordFormat.INT.set(scratch, position + Integer.BYTES, checksum);
        RecordFormat.INT.set(scratch, position + 2 * Integer.BYTES, hashes[rows[i]]);
        position += UpsertRowLog.INDEX_BYTES;
      }
      out.drain();
    } catch (IOException e) {
      throw new IllegalStateException("Memory cannot be written", e);
    }
    failed = false;
    return i - from;
  }

  private void begin(OutputStream records) {
    if (failed) {
      throw new IllegalStateException("The encoder has failed before");
    }
    failed = true;
    target.records = records;
  }

  /** The pack whose turn it is. */
  private static final class Target extends OutputStream {
    private @Nullable OutputStream records;

    @Override
    public void write(int value) throws IOException {
      Objects.requireNonNull(records).write(value);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      Objects.requireNonNull(records).write(source, offset, length);
    }
  }
}
