package io.tunnel.jdbc;

import io.tunnel.jdbc.batch.BatchPlan;
import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.jdbc.batch.Cells;
import io.tunnel.jdbc.batch.StatementPlanner;
import io.tunnel.jdbc.batch.TableTarget;
import io.tunnel.jdbc.batch.Transaction;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.jdbc.result.Cursor;
import io.tunnel.jdbc.result.TunnelResultSet;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.sql.SqlTask;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.ObjectName;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A statement. One thread at a time uses it; {@link #cancel()} and {@link #close()} may come from
 * others. One result is open at a time: executing again closes the one before.
 */
class TunnelStatement implements StatementDefaults {
  final TunnelConnection connection;
  final TableWrites tables;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final List<SqlText> batch = new ArrayList<>();
  private volatile @Nullable ExecutionControl control;
  private @Nullable TunnelResultSet result;
  private long updateCount = -1;
  private int queryTimeout;
  private int fetchSize;
  private long maxRows;
  private boolean closeOnCompletion;
  private boolean poolable;

  TunnelStatement(TunnelConnection connection) {
    this.connection = connection;
    tables = new TableWrites(connection);
    this.queryTimeout = connection.settings().queryTimeout();
    this.fetchSize = connection.settings().fetchSize();
  }

  final void checkOpen() throws SQLException {
    if (closed.get()) {
      throw SqlErrors.closed("statement");
    }
    connection.checkOpen();
  }

  /** Ends the execution before and starts the clock of a new one. */
  final ExecutionControl begin() throws SQLException {
    checkOpen();
    closeResult();
    updateCount = -1;
    return newControl(queryTimeout);
  }

  private ExecutionControl newControl(int timeoutSeconds) {
    ExecutionControl fresh = new ExecutionControl(timeoutSeconds);
    control = fresh;
    return fresh;
  }

  /** A batch that is being filled can be cancelled; how long filling takes is the user's affair. */
  final ExecutionControl beginFilling() {
    return newControl(0);
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    return query(SqlText.of(sql));
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    return update(SqlText.of(sql));
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    return run(SqlText.of(sql), begin());
  }

  final TunnelResultSet query(SqlText sql) throws SQLException {
    if (sql.kind() != SqlText.Kind.QUERY
        && sql.kind() != SqlText.Kind.TEXT
        && sql.kind() != SqlText.Kind.UNKNOWN) {
      throw SqlErrors.invalidState("The statement gives no rows; use executeUpdate or execute");
    }
    run(sql, begin());
    TunnelResultSet rows = result;
    if (rows == null) {
      throw SqlErrors.invalidState("The statement was executed and gave no rows");
    }
    return rows;
  }

  final long update(SqlText sql) throws SQLException {
    if (sql.kind() == SqlText.Kind.QUERY || sql.kind() == SqlText.Kind.TEXT) {
      throw SqlErrors.invalidState("The statement gives rows; use executeQuery or execute");
    }
    run(sql, begin());
    return Math.max(0, updateCount);
  }

  /** Executes a statement without parameters; true if it gave rows. */
  final boolean run(SqlText sql, ExecutionControl current) throws SQLException {
    try {
      return dispatch(sql, current);
    } catch (RuntimeException e) {
      throw SqlErrors.of("Executing the statement", e);
    }
  }

  private boolean dispatch(SqlText sql, ExecutionControl current) throws SQLException {
    if (sql.kind() == SqlText.Kind.SETTINGS) {
      connection.sessionSettings().putAll(sql.settings());
      updateCount = 0;
      return false;
    }
    if (sql.kind() == SqlText.Kind.CHANGE && (!connection.isAutoCommit() || sql.isUpsert())) {
      updateCount =
          changeThroughTunnel(
              sql, connection.isAutoCommit() ? null : connection.transaction(), current);
      return false;
    }
    if (sql.statement() instanceof io.tunnel.sql.Statement.DescribeTable describe
        && !describe.extended()
        && describe.partition().isEmpty()) {
      TableSchema schema = tables.find(connection.tableName(describe.table())).schema();
      show(CommandResult.describe(schema, connection.converter()));
      return true;
    }
    SqlTask task =
        SqlRunner.run(
            connection.client().sql(),
            sql.body(),
            connection.sessionSettings().with(sql.settings()),
            current);
    try {
      return take(sql, task, current);
    } catch (TunnelException e) {
      throw SqlErrors.of("Reading the result", e);
    }
  }

  private boolean take(SqlText sql, SqlTask task, ExecutionControl current) throws TunnelException {
    switch (sql.kind()) {
      case QUERY -> {
        show(rows(task.openResult(), current));
        return true;
      }
      case TEXT -> {
        show(CommandResult.of(sql.statement(), task.resultText(), connection.converter()));
        return true;
      }
      case CHANGE -> {
        updateCount = Math.max(0, task.outputRows());
        return false;
      }
      case UNKNOWN -> {
        return takeUnknown(task, current);
      }
      default -> {
        updateCount = 0;
        return false;
      }
    }
  }

  /** The service knows what our grammar does not: whether there are rows, a text, or a count. */
  private boolean takeUnknown(SqlTask task, ExecutionControl current) throws TunnelException {
    try {
      show(rows(task.openResult(), current));
      return true;
    } catch (TunnelException e) {
      if (!e.code().equals("InstanceTypeNotSupported")) {
        throw e;
      }
    }
    String text = task.resultText();
    if (!text.isBlank()) {
      show(CommandResult.of(null, text, connection.converter()));
      return true;
    }
    updateCount = Math.max(0, task.outputRows());
    return false;
  }

  private Cursor rows(DownloadSession session, ExecutionControl current) {
    long total = session.recordCount();
    BufferAllocator allocator =
        connection.allocator().newChildAllocator("result", 0, Long.MAX_VALUE);
    // Only the extended form holds every TIMESTAMP; columns without one travel as Arrow.
    ArrowMapping.Form form =
        ExtendedForm.isNeeded(session.schema().columns())
            ? ArrowMapping.Form.EXTENDED
            : ArrowMapping.Form.WIRE;
    return new ArrowCursor(
        session.schema().columns(),
        (first, count) -> session.read(first, count, List.of(), form, allocator),
        maxRows == 0 ? total : Math.min(total, maxRows),
        fetchSize,
        allocator,
        connection.converter(),
        current);
  }

  private void show(Cursor cursor) {
    result = new TunnelResultSet(cursor, this, this::resultClosed, fetchSize);
  }

  private void resultClosed() {
    if (closeOnCompletion) {
      close();
    }
  }

  /**
   * Sends the rows of a statement without parameters through the tunnel.
   *
   * @param transaction where they go; null commits them at once
   */
  private long changeThroughTunnel(
      SqlText sql, @Nullable Transaction transaction, ExecutionControl current)
      throws SQLException {
    io.tunnel.sql.Statement statement = sql.statement();
    ObjectName table = StatementPlanner.tableOf(statement);
    String reason = reasonForSql();
    if (statement != null && table != null) {
      reason = StatementPlanner.unfitForTunnel(statement);
      if (reason == null) {
        TableTarget target = tables.target(table, sql);
        BatchPlan plan = StatementPlanner.plan(statement, target);
        if (plan instanceof TunnelRows rows) {
          return tables.writeOnce(target, rows, new Cells(0), transaction, current);
        }
        reason = ((BatchPlan.PlainSql) plan).reason();
      }
    }
    throw SqlErrors.unsupported(
        "This statement with auto-commit off ("
            + reason
            + ", so that it could not be rolled back; switch auto-commit on)");
  }

  /** Why a change that is not planned here can go as SQL only. */
  String reasonForSql() {
    return "it takes effect at once";
  }

  @Override
  public void addBatch(String sql) throws SQLException {
    checkOpen();
    batch.add(SqlText.of(sql));
  }

  @Override
  public void clearBatch() throws SQLException {
    checkOpen();
    batch.clear();
  }

  /**
   * Runs the statements of the batch, one after the other; stops at the first that fails. With
   * auto-commit on an UPSERT among them makes the batch one commit, because the service limits how
   * often a table may be committed; every statement must be able to go through the tunnel then.
   */
  @Override
  public long[] executeLargeBatch() throws SQLException {
    ExecutionControl current = begin();
    List<SqlText> statements = List.copyOf(batch);
    batch.clear();
    if (connection.isAutoCommit() && statements.stream().anyMatch(SqlText::isUpsert)) {
      return executeTogether(statements, current);
    }
    long[] counts = new long[statements.size()];
    for (int i = 0; i < counts.length; i++) {
      try {
        if (run(statements.get(i), current)) {
          throw SqlErrors.invalidState("A statement of a batch must not give rows");
        }
        counts[i] = Math.max(0, updateCount);
      } catch (SQLException e) {
        Arrays.fill(counts, i, counts.length, EXECUTE_FAILED);
        throw batchFailure("Entry " + (i + 1) + " of the batch: ", e, counts);
      }
    }
    updateCount = -1;
    return counts;
  }

  private long[] executeTogether(List<SqlText> statements, ExecutionControl current)
      throws SQLException {
    Transaction together = new Transaction(connection.worker());
    long[] counts = new long[statements.size()];
    String entry = "";
    try {
      for (int i = 0; i < counts.length; i++) {
        entry = "Entry " + (i + 1) + " of the batch: ";
        counts[i] = changeThroughTunnel(statements.get(i), together, current);
      }
      entry = "";
      together.commit(current);
      updateCount = -1;
      return counts;
    } catch (SQLException | RuntimeException e) {
      Arrays.fill(counts, EXECUTE_FAILED);
      throw batchFailure(entry, SqlErrors.of("Executing the batch", e), counts);
    } finally {
      together.rollback();
    }
  }

  static BatchUpdateException batchFailure(String prefix, SQLException e, long[] counts) {
    BatchUpdateException failure =
        new BatchUpdateException(
            prefix + e.getMessage(), e.getSQLState(), e.getErrorCode(), counts, e);
    failure.setNextException(e);
    return failure;
  }

  /** Stops this statement, and only the execution that runs now, also on the service. */
  @Override
  public void cancel() throws SQLException {
    checkOpen();
    cancelQuietly();
  }

  final void cancelQuietly() {
    ExecutionControl current = control;
    if (current != null) {
      current.cancel();
    }
  }

  private void closeResult() {
    TunnelResultSet open = result;
    result = null;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // Another thread may be executing it.
      cancelQuietly();
      closeResult();
      batch.clear();
      closeParts();
      connection.forget(this);
    }
  }

  /** Frees what a subclass holds. */
  void closeParts() {}

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    checkOpen();
    return result;
  }

  @Override
  public long getLargeUpdateCount() throws SQLException {
    checkOpen();
    return updateCount;
  }

  final void setUpdateCount(long count) {
    updateCount = count;
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    checkOpen();
    if (current != KEEP_CURRENT_RESULT) {
      closeResult();
    }
    result = null;
    updateCount = -1;
    return false;
  }

  @Override
  public void setQueryTimeout(int seconds) throws SQLException {
    checkOpen();
    queryTimeout = StatementDefaults.notNegative("query timeout", seconds);
  }

  @Override
  public int getQueryTimeout() throws SQLException {
    checkOpen();
    return queryTimeout;
  }

  @Override
  public void setFetchSize(int rows) throws SQLException {
    checkOpen();
    fetchSize = StatementDefaults.notNegative("fetch size", rows);
  }

  @Override
  public int getFetchSize() throws SQLException {
    checkOpen();
    return fetchSize;
  }

  @Override
  public void setLargeMaxRows(long rows) throws SQLException {
    checkOpen();
    if (rows < 0) {
      throw SqlErrors.invalidArgument("The row limit " + rows + " must not be negative");
    }
    maxRows = rows;
  }

  @Override
  public long getLargeMaxRows() throws SQLException {
    checkOpen();
    return maxRows;
  }

  @Override
  public Connection getConnection() throws SQLException {
    checkOpen();
    return connection;
  }

  @Override
  public void closeOnCompletion() throws SQLException {
    checkOpen();
    closeOnCompletion = true;
  }

  @Override
  public boolean isCloseOnCompletion() throws SQLException {
    checkOpen();
    return closeOnCompletion;
  }

  @Override
  public void setPoolable(boolean hint) throws SQLException {
    checkOpen();
    poolable = hint;
  }

  @Override
  public boolean isPoolable() throws SQLException {
    checkOpen();
    return poolable;
  }

  /** No keys are ever generated: an empty result. */
  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    checkOpen();
    return new TunnelResultSet(
        new io.tunnel.jdbc.result.HeapCursor(List.of(), List.of(), connection.converter()));
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return SqlErrors.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return SqlErrors.isWrapper(this, type);
  }

  /** Narrows counts for the methods of the int kind. */
  static int[] narrow(long[] counts) {
    int[] narrow = new int[counts.length];
    for (int i = 0; i < counts.length; i++) {
      narrow[i] = counts[i] > Integer.MAX_VALUE ? Statement.SUCCESS_NO_INFO : (int) counts[i];
    }
    return narrow;
  }
}
