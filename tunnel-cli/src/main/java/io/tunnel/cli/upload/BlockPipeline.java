package io.tunnel.cli.upload;

import io.tunnel.cli.file.FileBatch;
import io.tunnel.cli.file.TableFileReader;
import io.tunnel.cli.output.Progress;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Readers fill batches, writers send them, and a fixed set of batches goes round between them: that
 * bounds the memory and makes the faster side wait. One run.
 */
final class BlockPipeline {
  /** What has arrived at the service. */
  record Sent(Set<Integer> blocks, long rows) {}

  private static final int BATCH_ROWS = 8192;

  /** A block that has to be sent again should not cost minutes. */
  private static final long BLOCK_BYTES = 256L << 20;

  private final UploadSession session;
  private final FileUpload upload;
  private final BufferAllocator allocator;
  private final Progress progress;
  private final int writers;
  private final int readers;

  private final ConcurrentLinkedQueue<Path> files;
  private final BlockingQueue<FileBatch> empty = new LinkedBlockingQueue<>();
  private final BlockingQueue<Filled> filled = new LinkedBlockingQueue<>();
  private final AtomicInteger readersLeft;
  private final AtomicInteger nextBlock = new AtomicInteger();
  private final Set<Integer> finished = ConcurrentHashMap.newKeySet();
  private final AtomicLong rows = new AtomicLong();

  /** A batch to send; no batch means that no more will come. */
  private record Filled(@Nullable FileBatch batch) {}

  BlockPipeline(
      UploadSession session, FileUpload upload, BufferAllocator allocator, Progress progress) {
    this.session = session;
    this.upload = upload;
    this.allocator = allocator;
    this.progress = progress;
    this.writers = upload.parallel();
    this.readers = Math.min(upload.files().size(), upload.parallel());
    this.files = new ConcurrentLinkedQueue<>(upload.files());
    this.readersLeft = new AtomicInteger(readers);
  }

  Sent run() throws IOException, InterruptedException {
    TableSchema schema = session.schema();
    List<FileBatch> batches = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool(BlockPipeline::thread);
    try {
      for (int i = 0; i < readers + writers + 1; i++) {
        FileBatch batch = new FileBatch(schema, allocator, BATCH_ROWS);
        batches.add(batch);
        empty.add(batch);
      }
      work(threads);
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
      batches.forEach(FileBatch::close);
    }
    return new Sent(Set.copyOf(finished), rows.get());
  }

  private void work(ExecutorService threads) throws IOException, InterruptedException {
    ExecutorCompletionService<Void> tasks = new ExecutorCompletionService<>(threads);
    for (int i = 0; i < readers; i++) {
      tasks.submit(named("upload-reader-" + i, this::read));
    }
    for (int i = 0; i < writers; i++) {
      tasks.submit(named("upload-writer-" + i, this::write));
    }
    for (int i = 0; i < readers + writers; i++) {
      try {
        tasks.take().get();
      } catch (ExecutionException e) {
        // The first failure ends all; the others are interrupted and their blocks never finished.
        throw rethrown(e.getCause());
      }
    }
  }

  private void read() throws IOException, InterruptedException {
    for (Path file = files.poll(); file != null; file = files.poll()) {
      try (TableFileReader reader = TableFileReader.open(file, upload.csv(), session.schema())) {
        long reported = 0;
        FileBatch batch = empty.take();
        while (reader.fill(batch)) {
          int count = batch.rows().getRowCount();
          filled.put(new Filled(batch));
          rows.addAndGet(count);
          progress.advance(reader.bytesRead() - reported, count);
          reported = reader.bytesRead();
          batch = empty.take();
        }
        empty.put(batch);
      }
    }
    if (readersLeft.decrementAndGet() == 0) {
      for (int i = 0; i < writers; i++) {
        filled.put(new Filled(null));
      }
    }
  }

  private void write() throws IOException, InterruptedException {
    FileBatch batch = filled.take().batch();
    while (batch != null) {
      int block = nextBlock.getAndIncrement();
      try (BlockWriter writer = session.openBlock(block, allocator)) {
        while (batch != null && writer.encodedBytes() < BLOCK_BYTES) {
          writer.write(batch.rows());
          empty.put(batch);
          batch = filled.take().batch();
        }
        writer.finish();
      }
      finished.add(block);
    }
  }

  /** No batch may be freed while a thread still works on it. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static Callable<@Nullable Void> named(String name, Work work) {
    return () -> {
      Thread.currentThread().setName(name);
      work.run();
      return null;
    };
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "upload");
    thread.setDaemon(true);
    return thread;
  }

  private static IOException rethrown(@Nullable Throwable cause) {
    if (cause instanceof IOException e) {
      return e;
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return new IOException("The upload was stopped", cause);
  }
}
