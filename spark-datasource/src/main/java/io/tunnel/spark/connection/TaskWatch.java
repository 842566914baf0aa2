package io.tunnel.spark.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread of a killed task, but only where it waits for the service.
 *
 * <p>When a job fails or a stage is not needed any more, Spark marks the running tasks as killed
 * and, unless {@code spark.job.interruptOnCancel} says otherwise, leaves them to notice it, because
 * some libraries that feed a task do not bear an interrupt. A task that waits for a service which
 * is slow or gone would notice after minutes, and hold its core and its memory until then.
 *
 * <p>Made and closed by the thread of the task, which calls the service through {@link #during}.
 */
public final class TaskWatch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final ScheduledThreadPoolExecutor LOOKS = looks();

  private final Thread thread = Thread.currentThread();
  private final BooleanSupplier killed;
  private final @Nullable Future<?> looks;

  /** Guarded by this. */
  private boolean inService;

  private TaskWatch(@Nullable BooleanSupplier killed, Duration period) {
    this.killed = killed == null ? () -> false : killed;
    looks =
        killed == null
            ? null
            : LOOKS.scheduleWithFixedDelay(
                this::look, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Watches the Spark task that this thread runs, if it runs one. */
  public static TaskWatch ofThisTask() {
    TaskContext task = TaskContext.get();
    return new TaskWatch(task == null ? null : task::isInterrupted, PERIOD);
  }

  static TaskWatch of(BooleanSupplier killed, Duration period) {
    return new TaskWatch(killed, period);
  }

  private static ScheduledThreadPoolExecutor looks() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            look -> {
              Thread thread = new Thread(look, "tunnel-task-watch");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(10, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private synchronized void look() {
    if (inService && killed.getAsBoolean()) {
      thread.interrupt();
    }
  }

  /**
   * Calls the service. If the task is killed meanwhile, the thread is interrupted until the call
   * ends, and may be interrupted still behind it.
   */
  public void during(ServiceCall call) throws IOException {
    setInService(true);
    try {
      call.run();
    } finally {
      setInService(false);
    }
  }

  private synchronized void setInService(boolean value) {
    inService = value;
  }

  /** What waits for the service. */
  @FunctionalInterface
  public interface ServiceCall {
    /** Waits. */
    void run() throws IOException;
  }

  /** Ends the watch. May be called again. */
  @Override
  public void close() {
    if (looks != null) {
      looks.cancel(false);
    }
  }
}
