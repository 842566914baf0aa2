package io.tunnel.spark.write;

import io.tunnel.protocol.session.PartitionedUpsertOptions;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertWriterOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.spark.network.util.JavaUtils;
import org.jspecify.annotations.Nullable;

/**
 * The options of a write by primary key.
 *
 * @param mode UPSERT or DELETE
 * @param operationColumn the column of the DataFrame that tells for each row whether it is an
 *     upsert or a delete, or null if all rows do as the mode says
 * @param orderColumn the column of the DataFrame by which the last of several rows with one key is
 *     chosen, or null
 * @param createPartitions whether an upsert creates partitions that are missing
 * @param slotNum how many slots a session asks for
 * @param bufferSize bytes of encoded rows in each task
 * @param bucketBufferSize bytes of encoded rows with which a bucket is sent
 * @param flushConcurrent buckets that a task sends at once
 * @param commitTimeout how long the commit of a partition may take
 * @param commitThreads partitions that are committed at once
 */
public record UpsertSettings(
    WriteMode mode,
    @Nullable String operationColumn,
    @Nullable String orderColumn,
    boolean createPartitions,
    int slotNum,
    long bufferSize,
    long bucketBufferSize,
    int flushConcurrent,
    Duration commitTimeout,
    int commitThreads)
    implements Serializable {
  private static final String WRITE_MODE = "writeMode";
  private static final String OPERATION_COLUMN = "operationColumn";
  private static final String ORDER_COLUMN = "orderColumn";
  private static final String SLOT_NUM = "upsert.write.slot-num";
  private static final String BUFFER_SIZE = "upsert.writer.buffer-size";
  private static final String BUCKET_BUFFER_SIZE = "upsert.writer.bucket.buffer-size";
  private static final String FLUSH_CONCURRENT = "upsert.flush.concurrent";
  private static final String COMMIT_TIMEOUT = "upsert.commit.timeout";
  private static final String COMMIT_THREADS = "upsert.commit.thread-num";
  private static final Duration DEFAULT_COMMIT_TIMEOUT = Duration.ofMinutes(10);

  /** The names of the options. */
  public static final Set<String> NAMES =
      Set.of(
          WRITE_MODE,
          OPERATION_COLUMN,
          ORDER_COLUMN,
          SLOT_NUM,
          BUFFER_SIZE,
          BUCKET_BUFFER_SIZE,
          FLUSH_CONCURRENT,
          COMMIT_TIMEOUT,
          COMMIT_THREADS);

  /** Checks the ranges. */
  public UpsertSettings {
    new UpsertOptions(null, slotNum, 0);
    new UpsertWriterOptions(bufferSize, bucketBufferSize, flushConcurrent);
    PartitionedUpsertOptions.defaults().withCommitThreads(commitThreads);
  }

  /**
   * Reads the options.
   *
   * @param options finds names in any case
   * @param createPartitions an option that writes of every mode have
   * @return null if rows are inserted
   * @throws IllegalArgumentException if one cannot be read; the message names it
   */
  public static @Nullable UpsertSettings of(Map<String, String> options, boolean createPartitions) {
    WriteMode mode = WriteMode.of(options.get(WRITE_MODE));
    String operationColumn = text(options, OPERATION_COLUMN);
    String orderColumn = text(options, ORDER_COLUMN);
    if (mode != WriteMode.UPSERT && (operationColumn != null || orderColumn != null)) {
      throw new IllegalArgumentException(
          "The option "
              + (operationColumn == null ? ORDER_COLUMN : OPERATION_COLUMN)
              + " needs option(\"writeMode\", \"upsert\")");
    }
    if (mode == WriteMode.INSERT) {
      return null;
    }
    UpsertWriterOptions writer = UpsertWriterOptions.defaults();
    return new UpsertSettings(
        mode,
        operationColumn,
        orderColumn,
        createPartitions,
        count(options, SLOT_NUM, UpsertOptions.defaults().slotNum()),
        bytes(options, BUFFER_SIZE, writer.bufferSize()),
        bytes(options, BUCKET_BUFFER_SIZE, writer.bucketBufferSize()),
        count(options, FLUSH_CONCURRENT, writer.flushConcurrent()),
        time(options, COMMIT_TIMEOUT, DEFAULT_COMMIT_TIMEOUT),
        count(options, COMMIT_THREADS, PartitionedUpsertOptions.defaults().commitThreads()));
  }

  /** What each session asks for, without its partition. */
  UpsertOptions session() {
    return new UpsertOptions(null, slotNum, 0);
  }

  /** The buffers of one task. */
  UpsertWriterOptions writer() {
    return new UpsertWriterOptions(bufferSize, bucketBufferSize, flushConcurrent);
  }

  private static @Nullable String text(Map<String, String> options, String name) {
    String value = options.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static int count(Map<String, String> options, String name, int absent) {
    String value = text(options, name);
    try {
      return value == null ? absent : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw unreadable(name, value, "2", e);
    }
  }

  private static long bytes(Map<String, String> options, String name, long absent) {
    String value = text(options, name);
    try {
      return value == null ? absent : JavaUtils.byteStringAsBytes(value);
    } catch (NumberFormatException e) {
      throw unreadable(name, value, "64m", e);
    }
  }

  private static Duration time(Map<String, String> options, String name, Duration absent) {
    String value = text(options, name);
    try {
      return value == null ? absent : Duration.ofSeconds(JavaUtils.timeStringAsSec(value));
    } catch (NumberFormatException e) {
      throw unreadable(name, value, "10m", e);
    }
  }

  private static IllegalArgumentException unreadable(
      String name, @Nullable String value, String example, NumberFormatException cause) {
    return new IllegalArgumentException(
        "The option " + name + " cannot be \"" + value + "\"; write for example " + example, cause);
  }
}
