package io.tunnel.server.sql;

import io.tunnel.server.ServerLimits;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.SessionIds;
import io.tunnel.server.store.BatchFile;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submitted statements: runs them on threads of its own, remembers them, and forgets the oldest
 * finished ones with their results. Thread safe.
 */
public final class InstanceService implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceService.class);
  private static final int THREADS = 16;
  private static final long IDLE_SECONDS = 30;
  private static final long CLOSE_SECONDS = 10;

  private final SqlRunner runner;
  private final SessionIds ids;
  private final ServerLimits limits;
  private final long maxResultBytes;
  private final InstantSource clock;
  private final ExecutorService executor;
  private final Map<String, Instance> instances = new LinkedHashMap<>();
  private final Map<String, Instance> byUniqueId = new LinkedHashMap<>();

  /**
   * A service without instances.
   *
   * @param maxResultBytes what the kept results may take together; the newest stays in any case
   */
  public InstanceService(
      SqlRunner runner,
      SessionIds ids,
      ServerLimits limits,
      long maxResultBytes,
      InstantSource clock) {
    this.runner = runner;
    this.ids = ids;
    this.limits = limits;
    this.maxResultBytes = maxResultBytes;
    this.clock = clock;
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tunnel-server-sql-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    executor = pool;
  }

  /** Submits a job; one with a unique id that is known already gives the instance of before. */
  public Instance submit(JobRequest job) throws ServiceException {
    Instance instance;
    synchronized (this) {
      makeRoom(0);
      String uniqueKey = uniqueKey(job);
      Instance known = job.uniqueId().isEmpty() ? null : byUniqueId.get(uniqueKey);
      if (known != null) {
        return known;
      }
      instance = instance(job);
      instances.put(instance.id(), instance);
      if (!job.uniqueId().isEmpty()) {
        byUniqueId.put(uniqueKey, instance);
      }
    }
    if (instance.isOpenSession()) {
      instance.begin();
      return instance;
    }
    try {
      executor.execute(() -> run(instance));
    } catch (RejectedExecutionException e) {
      throw ServiceError.SERVICE_UNAVAILABLE.exception("The server is closing", e);
    }
    return instance;
  }

  private Instance instance(JobRequest job) {
    Instant now = clock.instant();
    return job.taskType() == TaskType.SESSION
        ? new Instance(ids.instance(), job, now, new SessionStatements(limits.keptInstances(), now))
        : new Instance(ids.instance(), job, now);
  }

  /**
   * Runs a statement in a session.
   *
   * @return its number in the session
   */
  public int submit(Instance session, JobRequest statement) throws ServiceException {
    return statements(session).add(submit(statement), clock.instant());
  }

  /** Finds a statement of a session by its number. */
  public Instance statement(Instance session, int number) throws ServiceException {
    Instance found =
        statements(session)
            .find(number)
            .orElseThrow(
                () ->
                    ServiceError.NO_SUCH_INSTANCE.exception(
                        "The session " + session.id() + " has no statement " + number));
    return find(found.job().project(), found.id());
  }

  private static SessionStatements statements(Instance session) throws ServiceException {
    SessionStatements statements = session.statements();
    if (statements == null) {
      throw ServiceError.INVALID_ARGUMENT.exception(
          "The instance " + session.id() + " is no interactive session");
    }
    return statements;
  }

  /** Ids are the clients' own: those of other accounts are others. */
  private static String uniqueKey(JobRequest job) {
    return job.project() + "/" + job.owner() + "/" + job.uniqueId();
  }

  private void run(Instance instance) {
    if (!instance.begin()) {
      instance.endCancelled(clock.instant());
      return;
    }
    try {
      TaskResult result = runner.run(instance);
      BatchFile rows = result.rows();
      if (rows != null) {
        makeRoom(rows.bytes());
      }
      instance.succeed(result, clock.instant());
    } catch (SqlFailure e) {
      if (e.isCancelled() || instance.isCancelled()) {
        instance.endCancelled(clock.instant());
      } else {
        instance.fail(String.valueOf(e.getMessage()), clock.instant());
      }
    } catch (RuntimeException | Error e) {
      LOG.error("Instance {} failed", instance.id(), e);
      instance.fail(SqlFailure.INTERNAL + ":[1,1] System internal error - " + e, clock.instant());
    }
  }

  /** Finds an instance. */
  public synchronized Instance find(String project, String id) throws ServiceException {
    Instance instance = instances.get(id);
    if (instance == null || !instance.job().project().equalsIgnoreCase(project)) {
      throw ServiceError.NO_SUCH_INSTANCE.exception(
          "The instance " + id + " does not exist in " + project);
    }
    return instance;
  }

  /** The instances of a project, the oldest first. */
  public synchronized List<Instance> list(String project) {
    return instances.values().stream()
        .filter(i -> i.job().project().equalsIgnoreCase(project))
        .toList();
  }

  /** How long a request may wait for the rows of a statement: half of what connections endure. */
  public long longestHoldMillis() {
    return limits.idleTime().toMillis() / 2;
  }

  /**
   * The rows of a SELECT that has succeeded.
   *
   * @throws ServiceException if the instance runs, has failed, or has no rows
   */
  public BatchFile rows(Instance instance) throws ServiceException {
    TaskStatus status = instance.status();
    if (!status.isFinal()) {
      throw ServiceError.INSTANCE_NOT_TERMINATE.exception(
          "The instance " + instance.id() + " has not terminated");
    }
    TaskResult result = instance.result();
    if (result == null) {
      throw ServiceError.TASK_FAILED.exception(
          status == TaskStatus.FAILED
              ? instance.failure()
              : "The instance " + instance.id() + " was cancelled");
    }
    BatchFile rows = result.rows();
    if (rows == null) {
      throw ServiceError.INSTANCE_TYPE_NOT_SUPPORTED.exception();
    }
    return rows;
  }

  /** Cancels an instance; what runs in DuckDB is interrupted. */
  public void cancel(Instance instance) throws ServiceException {
    if (instance.status().isFinal()) {
      throw ServiceError.INVALID_STATE_SETTING.exception(
          "The instance " + instance.id() + " has terminated and cannot be cancelled");
    }
    try {
      end(instance);
    } catch (SQLException e) {
      throw ServiceError.DATA_STORE_ERROR.exception("The statement cannot be interrupted", e);
    }
  }

  private void end(Instance instance) throws SQLException {
    SessionStatements statements = instance.statements();
    if (statements == null) {
      instance.cancel();
      return;
    }
    instance.endCancelled(clock.instant());
    for (Instance running : statements.running()) {
      running.cancel();
    }
  }

  /** Ends sessions that nobody has used for a life, and the least used of too many. */
  private void endSessions(Instant limit) {
    List<Instance> open =
        instances.values().stream()
            .filter(Instance::isOpenSession)
            .sorted(Comparator.comparing(InstanceService::lastUse))
            .toList();
    int surplus = open.size() - limits.keptInstances();
    for (Instance session : open) {
      if (surplus <= 0 && !lastUse(session).isBefore(limit)) {
        break;
      }
      session.endCancelled(clock.instant());
      surplus--;
    }
  }

  private static Instant lastUse(Instance session) {
    SessionStatements statements = session.statements();
    return statements == null ? session.started() : statements.lastUse();
  }

  /**
   * Drops finished instances, the oldest first, that are too many or too old, or whose results take
   * too much of the disk.
   *
   * @param more the size of a result that comes to the others
   */
  private synchronized void makeRoom(long more) {
    Instant limit = clock.instant().minus(limits.sessionLife());
    endSessions(limit);
    int surplus = -limits.keptInstances();
    long bytes = more;
    for (Instance instance : instances.values()) {
      bytes += resultBytes(instance);
      surplus += instance.isOpenSession() ? 0 : 1;
    }
    List<Instance> dropped = new ArrayList<>();
    Iterator<Instance> oldest = instances.values().iterator();
    while (oldest.hasNext()) {
      Instance instance = oldest.next();
      boolean old = instance.started().isBefore(limit);
      if (surplus <= 0 && !old && bytes <= maxResultBytes) {
        break;
      }
      if (instance.status().isFinal()) {
        oldest.remove();
        dropped.add(instance);
        surplus--;
        bytes -= resultBytes(instance);
      }
    }
    for (Instance instance : dropped) {
      byUniqueId.remove(uniqueKey(instance.job()));
      BatchFile rows = resultRows(instance);
      if (rows != null) {
        try {
          rows.discard();
        } catch (IOException e) {
          LOG.warn("The result of instance {} could not be deleted", instance.id(), e);
        }
      }
    }
  }

  private static @Nullable BatchFile resultRows(Instance instance) {
    TaskResult result = instance.result();
    return result == null ? null : result.rows();
  }

  private static long resultBytes(Instance instance) {
    BatchFile rows = resultRows(instance);
    return rows == null ? 0 : rows.bytes();
  }

  /** Interrupts what runs and waits for its end. */
  @Override
  public void close() throws IOException {
    executor.shutdown();
    List<Instance> all;
    synchronized (this) {
      all = List.copyOf(instances.values());
    }
    try {
      for (Instance instance : all) {
        if (!instance.status().isFinal()) {
          end(instance);
        }
      }
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A statement did not end within {} s", CLOSE_SECONDS);
      }
    } catch (SQLException e) {
      throw new IOException("A statement could not be interrupted", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
