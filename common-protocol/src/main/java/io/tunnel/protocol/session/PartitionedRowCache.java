package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import io.tunnel.protocol.pack.UpsertLogReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The file cache mode of {@link PartitionedUpsert}: encoded rows are collected in memory, go to a
 * file when there are enough of them, and from there to the service, partition by partition.
 */
final class PartitionedRowCache implements Closeable {
  /** A writer with less would send nothing but crumbs. */
  private static final long LEAST_BUFFER = 256 * 1024;

  /** Fewer bytes of a partition are sent by the thread that reads them: others cost more. */
  private static final long BACKGROUND_BYTES = 2L * 1024 * 1024;

  /** Fewer rows are encoded before a second thread has woken up. */
  private static final int LEAST_ROWS_FOR_TWO = 1024;

  private final PartitionedUpsertOptions options;
  private final PartitionThreads threads;
  private final UpsertEncoder encoder = new UpsertEncoder();
  private final UpsertEncoder helpingEncoder = new UpsertEncoder();
  private final AtomicInteger uploads = new AtomicInteger();

  /** Bytes of a partition in the file with which it is sent as soon as a writer is free. */
  private final long worthSending;

  /** Partitions that have so much, and wait for a writer. */
  private final Deque<PartitionTarget> ready = new ArrayDeque<>();

  private @Nullable RowCacheFile file;
  private long held;

  PartitionedRowCache(PartitionedUpsertOptions options, PartitionThreads threads, int buckets) {
    this.options = options;
    this.threads = threads;
    worthSending = Math.min(options.rollingSize(), buckets * UpsertSession.ADVISED_BUCKET_BYTES);
  }

  /** Bytes of rows in memory. */
  long heldBytes() {
    return held;
  }

  /**
   * Takes rows that were sorted by their partition.
   *
   * @param targets for each group its partition; null if it has no rows
   */
  void write(
      @Nullable PartitionTarget[] targets, RowGroups groups, UpsertBatch batch, int[] hashes) {
    long before = heldBy(targets);
    BatchEncoding encoding = new BatchEncoding(targets, groups, hashes);
    // While rows are being sent there is no idle thread, and no idle processor either.
    if (targets.length > 1 && batch.rows() >= LEAST_ROWS_FOR_TWO && uploads.get() == 0) {
      UpsertBatch same = batch.forAnotherThread();
      threads.start(() -> encoding.help(same, helpingEncoder));
    }
    encoding.run(batch, encoder);
    held += heldBy(targets) - before;
  }

  private static long heldBy(@Nullable PartitionTarget[] targets) {
    long bytes = 0;
    for (PartitionTarget target : targets) {
      bytes += target == null ? 0 : target.log.heldBytes();
    }
    return bytes;
  }

  /** Writes to the file what has become too much, and begins to send what is worth it. */
  void makeRoom(Collection<PartitionTarget> targets) throws IOException {
    if (held >= options.fileMemory()) {
      ready.clear();
      for (PartitionTarget target : targets) {
        spill(target);
        if (target.bytesInFile() >= worthSending && !isRunning(target.upload)) {
          ready.add(target);
        }
      }
    }
    while (!ready.isEmpty() && uploads.get() < options.fileWriters()) {
      upload(ready.remove());
    }
  }

  private void spill(PartitionTarget target) throws IOException {
    if (target.log.rows() == 0) {
      return;
    }
    RowCacheFile cache = file;
    try {
      if (cache == null) {
        cache = RowCacheFile.create();
        file = cache;
      }
      target.stored.add(cache.append(target.log));
    } catch (IOException e) {
      throw new IOException(
          "The rows cannot be written to the temporary file of the file cache: "
              + e.getMessage()
              + "; make room in "
              + System.getProperty("java.io.tmpdir")
              + ", or switch sink.file-cached.enable off",
          e);
    }
    held -= target.log.heldBytes();
    target.log.clear();
  }

  private static boolean isRunning(@Nullable Future<?> upload) {
    return upload != null && !upload.isDone();
  }

  /** Begins to send what waits in the file; what was sent before is known to have arrived. */
  private void upload(PartitionTarget target) throws IOException {
    awaitUpload(target);
    List<RowCacheFile.StoredRows> stored = List.copyOf(target.stored);
    long bytes = target.bytesInFile();
    target.stored.clear();
    RowCacheFile cache = file;
    if (cache != null && !stored.isEmpty()) {
      uploads.incrementAndGet();
      target.upload =
          threads.start(
              () -> {
                try {
                  send(
                      target,
                      new UpsertLogReader(cache.openIndex(stored), cache.openRecords(stored)),
                      bytes);
                } finally {
                  uploads.decrementAndGet();
                }
              });
    }
  }

  private static void awaitUpload(PartitionTarget target) throws IOException {
    Future<?> running = target.upload;
    if (running != null) {
      PartitionThreads.await(running);
      target.upload = null;
    }
  }

  private void send(PartitionTarget target, UpsertLogReader rows, long bytes) throws IOException {
    try (rows;
        UpsertWriter writer = target.openWriter(writerOptions(), bytes > BACKGROUND_BYTES)) {
      writer.write(rows);
      writer.flush();
    }
  }

  /** Writers from the file share one buffer. */
  UpsertWriterOptions writerOptions() {
    UpsertWriterOptions all = options.writer();
    return all.withBufferSize(Math.max(LEAST_BUFFER, all.bufferSize() / options.fileWriters()));
  }

  /** Sends everything, and returns when it has arrived. */
  void flush(Collection<PartitionTarget> targets) throws IOException {
    ready.clear();
    Deque<PartitionThreads.Work> works = new ArrayDeque<>();
    for (PartitionTarget target : targets) {
      PartitionThreads.Work work =
          () -> {
            awaitUpload(target);
            sendAll(target);
          };
      // Those that need not wait come first.
      if (isRunning(target.upload)) {
        works.addLast(work);
      } else if (target.upload != null || hasRows(target)) {
        works.addFirst(work);
      }
    }
    threads.runAll(works, options.fileWriters());
    for (PartitionTarget target : targets) {
      held -= target.log.heldBytes();
      target.log.clear();
      target.stored.clear();
    }
  }

  private static boolean hasRows(PartitionTarget target) {
    return !target.stored.isEmpty() || target.log.rows() > 0;
  }

  /** Sends what waits in the file, and behind it what waits in memory. */
  private void sendAll(PartitionTarget target) throws IOException {
    if (!hasRows(target)) {
      return;
    }
    InputStream index = target.log.openIndex();
    InputStream records = target.log.openRecords();
    RowCacheFile cache = file;
    if (cache != null && !target.stored.isEmpty()) {
      index = new SequenceInputStream(cache.openIndex(target.stored), index);
      records = new SequenceInputStream(cache.openRecords(target.stored), records);
    }
    send(
        target, new UpsertLogReader(index, records), target.bytesInFile() + target.log.heldBytes());
  }

  /** Breaks off what is being sent before a flush. */
  void stop(Collection<PartitionTarget> targets) {
    for (PartitionTarget target : targets) {
      Future<?> running = target.upload;
      if (running != null) {
        running.cancel(true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    RowCacheFile cache = file;
    file = null;
    if (cache != null) {
      cache.close();
    }
  }
}
