package io.tunnel.server.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A submitted statement on its way. Thread safe. */
public final class Instance {
  private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
  private static final long INTERRUPT_AGAIN_MILLIS = 50;

  private final String id;
  private final JobRequest job;
  private final Instant started;
  private final @Nullable SessionStatements statements;
  private final CountDownLatch ended = new CountDownLatch(1);

  private TaskStatus status = TaskStatus.WAITING;
  private @Nullable Instant endTime;
  private @Nullable TaskResult result;
  private String failure = "";
  private boolean cancelled;
  private @Nullable Interruption running;

  Instance(String id, JobRequest job, Instant started) {
    this(id, job, started, null);
  }

  /** An instance that is a session with these statements. */
  Instance(String id, JobRequest job, Instant started, @Nullable SessionStatements statements) {
    this.id = id;
    this.job = job;
    this.started = started;
    this.statements = statements;
  }

  /** The id. */
  public String id() {
    return id;
  }

  /** What was submitted. */
  public JobRequest job() {
    return job;
  }

  /** When it was submitted. */
  public Instant started() {
    return started;
  }

  /** When it ended; null while it runs. */
  public synchronized @Nullable Instant endTime() {
    return endTime;
  }

  /** How far it is. */
  public synchronized TaskStatus status() {
    return status;
  }

  /** The result; null unless it succeeded. */
  public synchronized @Nullable TaskResult result() {
    return result;
  }

  /** The error text; empty unless it failed. */
  public synchronized String failure() {
    return failure;
  }

  /** The statements of a session; null for other instances. */
  @Nullable SessionStatements statements() {
    return statements;
  }

  /** Whether this is a session that takes statements. */
  public boolean isOpenSession() {
    return statements != null && !status().isFinal();
  }

  /** Waits for the end; returns whether it has ended. */
  public boolean await(long millis) throws InterruptedException {
    return ended.await(millis, TimeUnit.MILLISECONDS);
  }

  /** Returns false if it was cancelled before it could begin. */
  synchronized boolean begin() {
    if (cancelled) {
      return false;
    }
    status = TaskStatus.RUNNING;
    return true;
  }

  /** Interrupts what DuckDB does for an instance. */
  interface Interruption {
    /** Interrupts it; harmless if it does nothing at the moment. */
    void interrupt() throws SQLException;
  }

  /**
   * Says how a cancel interrupts what runs from now on; null when it has ended.
   *
   * @throws SqlFailure if a cancel came before
   */
  synchronized void setRunning(@Nullable Interruption interruption) throws SqlFailure {
    if (cancelled && interruption != null) {
      throw SqlFailure.cancelled();
    }
    running = interruption;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Refuses to go on after a cancel. */
  synchronized void requireNotCancelled() throws SqlFailure {
    if (cancelled) {
      throw SqlFailure.cancelled();
    }
  }

  /**
   * Takes a lock. A cancel ends the wait, and a cancel that came during it gives the lock back.
   *
   * @throws SqlFailure if a cancel came before the lock was there
   */
  void acquire(ReentrantLock lock) throws SqlFailure {
    try {
      while (!lock.tryLock(INTERRUPT_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        requireNotCancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SqlFailure.cancelled();
    }
    if (isCancelled()) {
      lock.unlock();
      throw SqlFailure.cancelled();
    }
  }

  /**
   * Asks for the end; the statement that runs in DuckDB is interrupted. DuckDB forgets an interrupt
   * that comes just before a statement begins, so it is repeated until the instance has ended.
   */
  void cancel() throws SQLException {
    boolean first;
    synchronized (this) {
      first = !cancelled;
      cancelled = true;
    }
    interruptRunning();
    if (first) {
      Thread repeat = new Thread(this::interruptUntilEnded, "tunnel-server-cancel-" + id);
      repeat.setDaemon(true);
      repeat.start();
    }
  }

  private synchronized void interruptRunning() throws SQLException {
    if (running != null) {
      running.interrupt();
    }
  }

  private void interruptUntilEnded() {
    try {
      while (!await(INTERRUPT_AGAIN_MILLIS)) {
        interruptRunning();
      }
    } catch (SQLException e) {
      LOG.warn("The cancelled instance {} cannot be interrupted and may run on", id, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void succeed(TaskResult value, Instant now) {
    result = value;
    end(TaskStatus.SUCCESS, now);
  }

  synchronized void fail(String text, Instant now) {
    failure = text;
    end(TaskStatus.FAILED, now);
  }

  synchronized void endCancelled(Instant now) {
    end(TaskStatus.CANCELLED, now);
  }

  private void end(TaskStatus value, Instant now) {
    status = value;
    endTime = now;
    running = null;
    ended.countDown();
  }
}
