package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import java.io.Closeable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon threads that stream blocks. Their number is bounded; a block that finds none free
 * waits in its spool, and its {@code finish()} sends it on the caller's own thread, so that open
 * blocks never wait for each other. Threads end when they have nothing to do.
 */
final class SenderThreads implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SenderThreads.class);
  private static final int MOST_THREADS = 32;
  private static final long IDLE_SECONDS = 5;
  private static final long LONGEST_END_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  /**
   * No threads yet.
   *
   * @param files learns which threads there are
   */
  SenderThreads(SpoolFiles files) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(
                      () -> run(task, files), "tunnel-block-sender-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** The life of a thread, which goes from block to block. */
  private static void run(Runnable blocks, SpoolFiles files) {
    files.senderBegins();
    try {
      blocks.run();
    } finally {
      files.senderEnds();
    }
  }

  /**
   * Runs a task on a thread of its own.
   *
   * @throws TunnelException if the client has been closed
   */
  void start(Runnable task) throws TunnelException {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      throw TunnelException.of("ClientClosed", "The client has been closed", null, e);
    }
  }

  /** Interrupts what is being sent, and returns when no thread is left. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A thread that sends blocks does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
