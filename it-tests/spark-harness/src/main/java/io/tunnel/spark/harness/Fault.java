package io.tunnel.spark.harness;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Something that goes wrong in one attempt of one partition, after it has handed over some rows.
 *
 * <pre>{@code
 * Dataset<Row> rows = Fault.inject(source, Fault.fail(2, 0, 100), Fault.die(3, 0, 50));
 * }</pre>
 */
public final class Fault implements Serializable {
  private static final long serialVersionUID = 1;

  private enum Kind {
    FAIL,
    HANG,
    DIE,
    SLOW
  }

  private final Kind kind;
  private final int partition;
  private final int attempt;
  private final long afterRows;
  private final long pauseMillis;

  private Fault(Kind kind, int partition, int attempt, long afterRows, long pauseMillis) {
    this.kind = kind;
    this.partition = partition;
    this.attempt = attempt;
    this.afterRows = afterRows;
    this.pauseMillis = pauseMillis;
  }

  /** The attempt throws {@link InjectedFailure}. */
  public static Fault fail(int partition, int attempt, long afterRows) {
    return new Fault(Kind.FAIL, partition, attempt, afterRows, 0);
  }

  /** The attempt hands over no further row until it is killed. */
  public static Fault hang(int partition, int attempt, long afterRows) {
    return new Fault(Kind.HANG, partition, attempt, afterRows, 0);
  }

  /** The JVM of the attempt halts, without any of its shutdown hooks. Needs executors. */
  public static Fault die(int partition, int attempt, long afterRows) {
    return new Fault(Kind.DIE, partition, attempt, afterRows, 0);
  }

  /** The attempt pauses once and then goes on. */
  public static Fault slow(int partition, int attempt, long afterRows, Duration pause) {
    return new Fault(Kind.SLOW, partition, attempt, afterRows, pause.toMillis());
  }

  /** The same rows, with the faults. The partitions stay as they are. */
  public static Dataset<Row> inject(Dataset<Row> rows, Fault... faults) {
    List<Fault> all = List.of(faults);
    MapPartitionsFunction<Row, Row> faulty = iterator -> new FaultyRows(iterator, all);
    return rows.mapPartitions(faulty, Encoders.row(rows.schema()));
  }

  /** What {@link #fail} throws. */
  public static final class InjectedFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private InjectedFailure(String message) {
      super(message);
    }
  }

  private boolean meets(TaskContext task) {
    return task.partitionId() == partition && task.attemptNumber() == attempt;
  }

  private void happen() {
    switch (kind) {
      case FAIL ->
          throw new InjectedFailure("Partition " + partition + ", attempt " + attempt + " fails");
      case HANG -> pause(Long.MAX_VALUE);
      case SLOW -> pause(pauseMillis);
      case DIE -> {
        if ("driver".equals(SparkEnv.get().executorId())) {
          throw new IllegalStateException("Only an executor may die: use SparkHarness.cluster");
        }
        Runtime.getRuntime().halt(137);
      }
    }
  }

  /** Spark's own interrupt may come before the thread belongs to the task; its mark stays. */
  private static void pause(long millis) {
    long left = millis;
    try {
      while (left > 0 && !TaskContext.get().isInterrupted()) {
        long stretch = Math.min(left, 100);
        Thread.sleep(stretch);
        left -= stretch;
      }
      if (left > 0) {
        throw new TaskKilledException("killed in a pause");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InjectedFailure("The pause was interrupted");
    }
  }

  private static final class FaultyRows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final List<Fault> faults;
    private long handedOver;

    FaultyRows(Iterator<Row> rows, List<Fault> faults) {
      this.rows = rows;
      this.faults = faults.stream().filter(fault -> fault.meets(TaskContext.get())).toList();
    }

    @Override
    public boolean hasNext() {
      for (Fault fault : faults) {
        if (fault.afterRows == handedOver) {
          fault.happen();
        }
      }
      return rows.hasNext();
    }

    @Override
    public Row next() {
      handedOver++;
      return rows.next();
    }
  }
}
