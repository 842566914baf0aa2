package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.UpsertBatch;
import io.tunnel.protocol.pack.UpsertEncoder;
import io.tunnel.protocol.pack.UpsertLogReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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

  private final PartitionedUpsertOptions options;
  private final PartitionThreads threads;
  private final UpsertEncoder encoder = new UpsertEncoder();
  private final AtomicInteger uploads = new AtomicInteger();
  private @Nullable RowCacheFile file;
  private long held;

  PartitionedRowCache(PartitionedUpsertOptions options, PartitionThreads threads) {
    this.options = options;
    this.threads = threads;
  }

  /** Bytes of rows in memory. */
  long heldBytes() {
    return held;
  }

  /** Takes rows of one partition. */
  void write(
      PartitionTarget target, UpsertBatch batch, int[] hashes, int[] rows, int from, int to) {
    held -= target.log.heldBytes();
    encoder.encode(batch, hashes, rows, from, to, target.log);
    held += target.log.heldBytes();
  }

  /** Writes to the file, and begins to send, what has become too much. */
  void makeRoom(Collection<PartitionTarget> targets) throws IOException {
    if (held < options.fileMemory()) {
      return;
    }
    for (PartitionTarget target : targets) {
      spill(target);
    }
    for (PartitionTarget target : targets) {
      if (target.bytesInFile() >= options.rollingSize()
          && !isRunning(target.upload)
          && uploads.get() < options.fileWriters()) {
        upload(target);
      }
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
      target.extents.add(cache.append(target.log::writeTo));
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
    List<RowCacheFile.Extent> extents = new ArrayList<>(target.extents);
    long bytes = target.bytesInFile();
    target.extents.clear();
    RowCacheFile cache = file;
    if (cache != null && !extents.isEmpty()) {
      uploads.incrementAndGet();
      target.upload =
          threads.start(
              () -> {
                try {
                  send(target, new UpsertLogReader(cache.open(extents)), bytes);
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
    List<IOException> failures = new ArrayList<>();
    List<PartitionThreads.Work> works = new ArrayList<>();
    for (PartitionTarget target : targets) {
      try {
        awaitUpload(target);
      } catch (IOException e) {
        failures.add(e);
      }
      if (!target.extents.isEmpty() && target.log.rows() > 0) {
        spill(target);
      }
      if (!target.extents.isEmpty() || target.log.rows() > 0) {
        works.add(() -> sendAll(target));
      }
    }
    PartitionThreads.throwAll(failures);
    threads.runAll(works, options.fileWriters());
    for (PartitionTarget target : targets) {
      held -= target.log.heldBytes();
      target.log.clear();
      target.extents.clear();
    }
  }

  private void sendAll(PartitionTarget target) throws IOException {
    RowCacheFile cache = file;
    if (cache != null && !target.extents.isEmpty()) {
      send(target, new UpsertLogReader(cache.open(target.extents)), target.bytesInFile());
    } else {
      send(target, new UpsertLogReader(target.log.open()), target.log.heldBytes());
    }
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
