package io.tunnel.jdbc.execution;

import io.tunnel.jdbc.error.SqlErrors;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a connection that writes to the network: a daemon that exists only while there
 * is work. Tasks run one after the other in the order in which they came, so that what cleans up
 * after an interrupted task never meets it.
 */
public final class BackgroundWorker {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundWorker.class);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final long IDLE_MILLIS = 2_000;
  private static final long CLOSE_SECONDS = 5;

  private final ThreadPoolExecutor executor;

  /** Creates a worker without a thread. */
  public BackgroundWorker() {
    executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tunnel-jdbc-writer-" + NUMBER.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Starts a task behind those that came before. */
  public <T> FutureTask<T> start(Callable<T> task) throws SQLException {
    FutureTask<T> future = new FutureTask<>(task);
    try {
      executor.execute(future);
    } catch (RejectedExecutionException e) {
      throw SqlErrors.closed("connection");
    }
    return future;
  }

  /**
   * Waits for a task, at most until the execution is cancelled or its time is over; the task is
   * then interrupted.
   *
   * @param action what the task does, for messages
   */
  public static <T> T await(FutureTask<T> task, String action, ExecutionControl control)
      throws SQLException {
    control.onCancel(() -> task.cancel(true));
    try {
      return task.get(Math.max(0, control.remaining().toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw control.timeout();
    } catch (CancellationException e) {
      throw SqlErrors.cancelled();
    } catch (ExecutionException e) {
      control.check();
      throw SqlErrors.of(action, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      task.cancel(true);
      throw SqlErrors.of(action, e);
    } finally {
      control.onCancel(null);
    }
  }

  /** Runs a task and waits for it. */
  public <T> T run(String action, ExecutionControl control, Callable<T> task) throws SQLException {
    control.check();
    return await(start(task), action, control);
  }

  /** Runs a task that frees something, as soon as those before it have ended. */
  public void cleanUp(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // The thread has ended, so nothing can be in the way.
      task.run();
    }
  }

  /**
   * Runs a last task behind all others; none is accepted afterwards, and the thread is gone when
   * this returns. A call to a service that does not answer cannot be broken off: then this returns
   * after some seconds, and the last task runs when the call has ended.
   *
   * @throws SQLException if the last task failed
   */
  public void close(Runnable last) throws SQLException {
    FutureTask<Boolean> task = new FutureTask<>(last, true);
    if (executor.getPoolSize() == 0) {
      executor.shutdown();
      task.run();
    } else {
      executor.execute(task);
      executor.shutdown();
    }
    try {
      task.get(CLOSE_SECONDS, TimeUnit.SECONDS);
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        throw new TimeoutException();
      }
    } catch (TimeoutException e) {
      LOG.warn("A call to the service has not ended; what it uses is freed when it has");
    } catch (ExecutionException e) {
      throw SqlErrors.of("Closing the connection", e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
