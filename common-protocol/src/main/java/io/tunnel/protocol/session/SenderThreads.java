package io.tunnel.protocol.session;

import java.io.Closeable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The daemon threads that stream blocks. Their number is bounded; a block that finds none free
 * waits in its spool, and its {@code finish()} sends it on the caller's own thread, so that open
 * blocks never wait for each other. Threads end when they have nothing to do.
 */
final class SenderThreads implements Executor, Closeable {
  private static final int MOST_THREADS = 32;
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads;

  SenderThreads() {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tunnel-block-sender-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("The client has been closed", e);
    }
  }

  /** Interrupts what is being sent. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
