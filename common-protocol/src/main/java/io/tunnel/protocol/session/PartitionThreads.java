package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon threads that send and commit partitions side by side. */
final class PartitionThreads implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionThreads.class);
  private static final long IDLE_SECONDS = 5;
  private static final long LONGEST_END_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  /** What is done for one partition. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  PartitionThreads(int most) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tunnel-partition-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Begins with one piece of work. */
  Future<?> start(Work work) {
    Callable<Boolean> task =
        () -> {
          work.run();
          return true;
        };
    return threads.submit(task);
  }

  /**
   * Does all the work, so many pieces at once, and goes on after failures.
   *
   * @throws IOException the first failure; the others are suppressed ones of it
   */
  void runAll(Collection<? extends Work> works, int atOnce) throws IOException {
    Deque<Work> queue = new ArrayDeque<>(works);
    List<IOException> failures = new ArrayList<>();
    Work worker =
        () -> {
          for (Work next = poll(queue); next != null; next = poll(queue)) {
            try {
              next.run();
            } catch (IOException e) {
              synchronized (failures) {
                failures.add(e);
              }
            }
          }
        };
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < Math.min(atOnce, works.size()); i++) {
      workers.add(start(worker));
    }
    for (Future<?> running : workers) {
      await(running);
    }
    throwAll(failures);
  }

  @SuppressWarnings("NullAway") // null is how a queue says that it is empty
  private static Work poll(Deque<Work> queue) {
    synchronized (queue) {
      return queue.poll();
    }
  }

  /** Throws what has gone wrong, with the first failure in front. */
  static void throwAll(List<IOException> failures) throws IOException {
    if (!failures.isEmpty()) {
      IOException first = failures.get(0);
      failures.stream().filter(other -> other != first).forEach(first::addSuppressed);
      throw first;
    }
  }

  /**
   * Waits for the end of a piece of work.
   *
   * @throws IOException what it has thrown
   */
  static void await(Future<?> work) throws IOException {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TunnelException.of(
          "Interrupted", "The thread was interrupted while it waited for partitions", null, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("A partition could not be written", e.getCause());
    }
  }

  /** Interrupts what is going on, and returns when no thread is left. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A thread that writes a partition does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
