package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.accessor.AccessorFactory;
import io.tunnel.jdbc.batch.KeyStates.State;
import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.Literals;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;

/**
 * Asks which keys of a batch are stored, by SQL: up to {@value #MOST_RUNNING} {@link KeyQuestion}s
 * at a time, each on a thread of its own. The worker thread waits for the answers; when it is
 * interrupted it does not wait for a service that is silent, because the threads of the questions
 * are broken off.
 */
final class KeyLookup {
  private static final int MOST_RUNNING = 4;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final TableTarget target;
  private final TableSql sql;

  KeyLookup(TableTarget target, TableSql sql) {
    this.target = target;
    this.sql = sql;
  }

  /**
   * Finds the keys that are stored.
   *
   * @param asked the rows whose keys are asked for
   * @return PRESENT for those that are stored, with the numbers of their partitions
   */
  KeyStates find(KeyColumns keys, RowPartitions partitions, BitSet asked) throws IOException {
    // No more keys are found than the batch has, so there is room for all.
    KeyStates found = new KeyStates(Integer.MAX_VALUE - Long.BYTES);
    List<Accessor> accessors = accessors(keys);
    Deque<Running> running = new ArrayDeque<>();
    try {
      KeyQuestion question = new KeyQuestion(keys.columns(), partitions);
      for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
        question.add(row, literals(keys, accessors, row));
        if (question.isFull()) {
          ask(question, keys.columns(), found, running);
          question = new KeyQuestion(keys.columns(), partitions);
        }
      }
      if (!question.isEmpty()) {
        ask(question, keys.columns(), found, running);
      }
      while (!running.isEmpty()) {
        running.remove().await();
      }
    } finally {
      running.forEach(Running::interrupt);
      running.forEach(Running::awaitEnd);
    }
    return found;
  }

  private List<Accessor> accessors(KeyColumns keys) {
    List<Accessor> accessors = new ArrayList<>();
    for (int i = 0; i < keys.columns().size(); i++) {
      accessors.add(
          AccessorFactory.create(
              keys.columns().get(i).type(), keys.vectors().get(i), target.converter()));
    }
    return accessors;
  }

  private List<String> literals(KeyColumns keys, List<Accessor> accessors, int row) {
    List<String> literals = new ArrayList<>(accessors.size());
    try {
      for (int i = 0; i < accessors.size(); i++) {
        Object natural = accessors.get(i).natural(row);
        literals.add(Literals.of(keys.columns().get(i).type(), natural, target.sql().zone()));
      }
    } catch (ValueException e) {
      throw new IllegalStateException("A key that was written cannot be read", e);
    }
    return literals;
  }

  private void ask(
      KeyQuestion question, List<Column> columns, KeyStates found, Deque<Running> running)
      throws IOException {
    if (running.size() == MOST_RUNNING) {
      running.remove().await();
    }
    Running next = new Running(question.text(target), columns, found);
    running.add(next);
    next.thread.start();
  }

  /** A question that has been asked. */
  private final class Running implements Runnable {
    private final String text;
    private final List<Column> columns;
    private final KeyStates found;
    private final Thread thread;

    /** Fails if there is no answer. */
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    Running(String text, List<Column> columns, KeyStates found) {
      this.text = text;
      this.columns = columns;
      this.found = found;
      thread = new Thread(this, "tunnel-jdbc-lookup-" + NUMBER.incrementAndGet());
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      SqlTask task = null;
      boolean answered = false;
      try {
        task = sql.submit(text);
        TableSql.await(task);
        answered = true;
        read(task.openResult());
        ended.complete(null);
      } catch (IOException | RuntimeException | Error e) {
        ended.completeExceptionally(e);
      }
      // Nobody waits for this any more: a service that is silent would not answer it either.
      if (task != null && !answered && Thread.interrupted()) {
        TableSql.cancel(task);
      }
    }

    private void read(DownloadSession answer) throws IOException {
      long count = answer.recordCount();
      if (count == 0) {
        return;
      }
      long read = 0;
      try (BatchReader reader =
          answer.read(0, count, List.of(), ArrowMapping.Form.WIRE, target.allocator())) {
        List<FieldVector> vectors = reader.root().getFieldVectors();
        KeyBytes bytes = new KeyBytes(vectors.subList(1, vectors.size()), columns);
        while (reader.loadNextBatch()) {
          add((BigIntVector) vectors.get(0), bytes, reader.root().getRowCount());
          read += reader.root().getRowCount();
        }
      }
      if (read != count) {
        throw new IOException(
            "The lookup of keys in "
                + target.table()
                + " ended after "
                + read
                + " of "
                + count
                + " rows; execute the batch again");
      }
    }

    private void add(BigIntVector partitions, KeyBytes bytes, int rows) {
      synchronized (found) {
        for (int row = 0; row < rows; row++) {
          bytes.take(Math.toIntExact(partitions.get(row)), row);
          found.put(bytes, State.PRESENT);
        }
      }
    }

    /** Waits until the answer has been read. */
    void await() throws IOException {
      try {
        ended.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw (Error) e.getCause();
      } catch (InterruptedException e) {
        interrupt();
        awaitEnd();
        Thread.currentThread().interrupt();
        throw TunnelException.of("Interrupted", "The thread was interrupted", null, e);
      }
    }

    void interrupt() {
      target.client().interrupt(thread);
    }

    /**
     * Waits until a thread that was interrupted uses no memory of the connection any more. Another
     * interrupt does not end the wait, and stays.
     */
    void awaitEnd() {
      ended.handle((nothing, failure) -> failure).join();
    }
  }
}
