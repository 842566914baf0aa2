package io.tunnel.protocol.session;

/**
 * How rows of many partitions are written and committed.
 *
 * @param session what each session asks for; its partition is not used
 * @param writer sizes of the buffers, for all partitions together, and how many buckets of a
 *     partition are sent at once
 * @param commitThreads partitions that are committed at once, 1 to 32 ({@code
 *     upsert.commit.thread-num}, 16)
 * @param fileCached whether rows wait in a local file until they are flushed, so that memory does
 *     not grow with the number of partitions ({@code sink.file-cached.enable}, false)
 * @param fileWriters partitions that are sent from the file at once, 1 to 32 ({@code
 *     sink.file-cached.writer.num}, 16)
 * @param fileMemory bytes of encoded rows of all partitions with which they go to the file ({@code
 *     sink.file-cached.memory}, 64 MiB)
 * @param rollingSize bytes of a partition in the file with which they are sent before the flush as
 *     soon as a writer is free ({@code sink.file-cached.rolling.max-size}, 16 MiB); fewer are
 *     enough if they make 128 KiB for each bucket
 */
public record PartitionedUpsertOptions(
    UpsertOptions session,
    UpsertWriterOptions writer,
    int commitThreads,
    boolean fileCached,
    int fileWriters,
    long fileMemory,
    long rollingSize) {
  private static final int MOST_THREADS = 32;
  private static final long MEBIBYTE = 1024L * 1024;

  /** Checks the ranges. */
  public PartitionedUpsertOptions {
    requireThreads("commitThreads (upsert.commit.thread-num)", commitThreads);
    requireThreads("fileWriters (sink.file-cached.writer.num)", fileWriters);
    if (fileMemory < 1 || rollingSize < 1) {
      throw new IllegalArgumentException(
          "fileMemory and rollingSize must be positive, they are "
              + fileMemory
              + " and "
              + rollingSize);
    }
  }

  private static void requireThreads(String option, int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "The option " + option + " is " + threads + ", allowed are 1 to " + MOST_THREADS);
    }
  }

  /** Without a file; all numbers as named above. */
  public static PartitionedUpsertOptions defaults() {
    return new PartitionedUpsertOptions(
        UpsertOptions.defaults(),
        UpsertWriterOptions.defaults(),
        16,
        false,
        16,
        64 * MEBIBYTE,
        16 * MEBIBYTE);
  }

  /** The same with other buffers. */
  public PartitionedUpsertOptions withWriter(UpsertWriterOptions options) {
    return new PartitionedUpsertOptions(
        session, options, commitThreads, fileCached, fileWriters, fileMemory, rollingSize);
  }

  /** The same with another number of partitions committed at once. */
  public PartitionedUpsertOptions withCommitThreads(int threads) {
    return new PartitionedUpsertOptions(
        session, writer, threads, fileCached, fileWriters, fileMemory, rollingSize);
  }

  /** The same with a file, or without. */
  public PartitionedUpsertOptions withFileCached(boolean cached) {
    return new PartitionedUpsertOptions(
        session, writer, commitThreads, cached, fileWriters, fileMemory, rollingSize);
  }

  /** The same with another number of partitions sent from the file at once. */
  public PartitionedUpsertOptions withFileWriters(int writers) {
    return new PartitionedUpsertOptions(
        session, writer, commitThreads, fileCached, writers, fileMemory, rollingSize);
  }

  /** The same with other sizes of the file cache. */
  public PartitionedUpsertOptions withFileSizes(long memory, long rolling) {
    return new PartitionedUpsertOptions(
        session, writer, commitThreads, fileCached, fileWriters, memory, rolling);
  }
}
