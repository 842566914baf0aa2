package io.tunnel.protocol.session;

/**
 * How much a writer of an upsert session keeps in memory, and how it sends it. Sizes are those of
 * encoded rows before compression.
 *
 * @param bufferSize bytes of all buckets, waiting and being sent ({@code
 *     upsert.writer.buffer-size}, 64 MiB)
 * @param bucketBufferSize bytes of one bucket with which it is sent ({@code
 *     upsert.writer.bucket.buffer-size}, 1 MiB). A bucket is sent with less if its share of the
 *     buffer is less, and the first time, so that the buckets are not all full at the same moment;
 *     never with less than 128 KiB for that
 * @param flushConcurrent buckets that are sent at once, each of which takes a slot of the quota
 *     ({@code upsert.flush.concurrent}, 2)
 */
public record UpsertWriterOptions(long bufferSize, long bucketBufferSize, int flushConcurrent) {
  private static final long MEBIBYTE = 1024L * 1024;

  /** Checks that all are positive. */
  public UpsertWriterOptions {
    if (bufferSize < 1 || bucketBufferSize < 1 || flushConcurrent < 1) {
      throw new IllegalArgumentException(
          "bufferSize, bucketBufferSize and flushConcurrent must be positive, they are "
              + bufferSize
              + ", "
              + bucketBufferSize
              + " and "
              + flushConcurrent);
    }
  }

  /** 64 MiB, 1 MiB, 2. */
  public static UpsertWriterOptions defaults() {
    return new UpsertWriterOptions(64 * MEBIBYTE, MEBIBYTE, 2);
  }

  /** The same with another total size. */
  public UpsertWriterOptions withBufferSize(long bytes) {
    return new UpsertWriterOptions(bytes, bucketBufferSize, flushConcurrent);
  }

  /** The same with another size of a bucket. */
  public UpsertWriterOptions withBucketBufferSize(long bytes) {
    return new UpsertWriterOptions(bufferSize, bytes, flushConcurrent);
  }

  /** The same with another number of buckets sent at once. */
  public UpsertWriterOptions withFlushConcurrent(int buckets) {
    return new UpsertWriterOptions(bufferSize, bucketBufferSize, buckets);
  }
}
