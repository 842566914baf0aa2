package io.tunnel.jdbc;

import io.tunnel.jdbc.batch.BatchPlan;
import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.TunnelRows;
import io.tunnel.jdbc.batch.Cells;
import io.tunnel.jdbc.batch.RowLiterals;
import io.tunnel.jdbc.batch.StatementBatch;
import io.tunnel.jdbc.batch.StatementPlanner;
import io.tunnel.jdbc.batch.TableTarget;
import io.tunnel.jdbc.batch.Transaction;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.jdbc.result.TunnelResultSet;
import io.tunnel.jdbc.value.Literals;
import io.tunnel.jdbc.value.TargetTypes;
import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import io.tunnel.sql.ObjectName;
import io.tunnel.sql.ParameterizedSql;
import io.tunnel.sql.SqlSyntaxException;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prepared statement. Batches of INSERT … VALUES, and of UPSERT, UPDATE and DELETE by primary
 * key, go through the tunnel; everything else goes as SQL with escaped literals. The table is
 * looked up when the first row comes.
 */
final class TunnelPreparedStatement extends TunnelStatement implements ParameterDefaults {
  private static final Logger LOG = LoggerFactory.getLogger(TunnelPreparedStatement.class);

  private final SqlText text;
  private final ParameterizedSql template;
  private final Cells cells;
  private final List<SqlText> plainBatch = new ArrayList<>();
  private @Nullable BatchPlan plan;
  private @Nullable TableTarget target;
  private volatile @Nullable StatementBatch rows;
  private ExecutionControl batchControl = new ExecutionControl(0);

  TunnelPreparedStatement(TunnelConnection connection, SqlText text) throws SQLException {
    super(connection);
    this.text = text;
    try {
      template = ParameterizedSql.of(text.body());
    } catch (SqlSyntaxException e) {
      throw SqlErrors.syntax(
          "Line " + e.line() + ", column " + e.column() + ": " + e.getMessage(), e);
    }
    cells = new Cells(template.parameterCount());
  }

  private int cell(int index) throws SQLException {
    if (index < 1 || index > cells.parameterCount()) {
      throw SqlErrors.noSuchParameter(index, cells.parameterCount());
    }
    return index - 1;
  }

  @Override
  public void setBoolean(int index, boolean value) throws SQLException {
    cells.setBoolean(cell(index), value);
  }

  @Override
  public void setByte(int index, byte value) throws SQLException {
    cells.setLong(cell(index), value);
  }

  @Override
  public void setShort(int index, short value) throws SQLException {
    cells.setLong(cell(index), value);
  }

  @Override
  public void setInt(int index, int value) throws SQLException {
    cells.setLong(cell(index), value);
  }

  @Override
  public void setLong(int index, long value) throws SQLException {
    cells.setLong(cell(index), value);
  }

  @Override
  public void setFloat(int index, float value) throws SQLException {
    cells.setFloat(cell(index), value);
  }

  @Override
  public void setDouble(int index, double value) throws SQLException {
    cells.setDouble(cell(index), value);
  }

  @Override
  public void setValue(int index, @Nullable Object value) throws SQLException {
    cells.setObject(cell(index), value);
  }

  @Override
  public void setObject(int index, @Nullable Object value, int targetType, int scale)
      throws SQLException {
    int cell = cell(index);
    try {
      cells.setObject(
          cell,
          value == null
              ? null
              : TargetTypes.convert(value, targetType, scale, connection.converter()));
    } catch (ValueException e) {
      throw SqlErrors.value("Parameter " + index, "JDBC type " + targetType, e);
    }
  }

  @Override
  public void clearParameters() throws SQLException {
    checkOpen();
    cells.clear();
  }

  private void checkParameters() throws SQLException {
    int unset = cells.firstUnset();
    if (unset >= 0) {
      throw SqlErrors.missingParameter(unset + 1, template.parameterCount());
    }
  }

  /**
   * How the rows of this statement travel; decided once, when it is needed. Null for statements
   * that do not change rows one by one.
   */
  private @Nullable BatchPlan plan() throws SQLException {
    io.tunnel.sql.Statement statement = text.statement();
    ObjectName table = StatementPlanner.tableOf(statement);
    BatchPlan known = plan;
    if (statement == null || table == null || known != null) {
      return known;
    }
    String unfit = StatementPlanner.unfitForTunnel(statement);
    if (unfit != null) {
      known = new PlainSql(unfit);
    } else {
      TableTarget found = tables.target(table, text);
      known = StatementPlanner.plan(statement, found);
      target = found;
    }
    if (known instanceof PlainSql plain) {
      LOG.debug("Batches go as SQL, because {}: {}", plain.reason(), text.body());
    }
    plan = known;
    return known;
  }

  @Override
  String reasonForSql() {
    return plan instanceof PlainSql plain ? plain.reason() : super.reasonForSql();
  }

  private TableTarget target() {
    return java.util.Objects.requireNonNull(target);
  }

  @Override
  public void addBatch() throws SQLException {
    checkOpen();
    checkParameters();
    try {
      StatementBatch open = rows;
      if (open == null && plan() instanceof TunnelRows planned) {
        open = new StatementBatch(target(), planned, cells, connection.worker());
        rows = open;
        // Who has closed the statement meanwhile has not seen the rows.
        checkOpen();
      }
      if (open != null) {
        if (open.entries() == 0) {
          batchControl = beginFilling();
        }
        open.add(connection.isAutoCommit() ? null : connection.transaction(), batchControl);
      } else {
        plainBatch.add(rendered(template.render(genericLiterals())));
      }
    } catch (RuntimeException e) {
      throw SqlErrors.of("Adding a row to the batch", e);
    }
  }

  @Override
  public void addBatch(String sql) throws SQLException {
    throw SqlErrors.invalidState("A prepared statement takes no SQL in addBatch");
  }

  @Override
  public void clearBatch() throws SQLException {
    checkOpen();
    plainBatch.clear();
    clearRows();
  }

  private void clearRows() {
    StatementBatch open = rows;
    if (open != null) {
      open.clear();
    }
  }

  /**
   * Stores the rows of the batch: with auto-commit on they are committed when this returns; with it
   * off they become visible at {@code commit()}. The batch is empty afterwards, also after a
   * failure.
   *
   * @return for each entry the number of rows it has changed
   */
  @Override
  public long[] executeLargeBatch() throws SQLException {
    ExecutionControl current = begin();
    batchControl = current;
    try {
      return plainBatch.isEmpty() ? executeRows(current) : executePlain(current);
    } catch (RuntimeException e) {
      throw SqlErrors.of("Executing the batch", e);
    } finally {
      plainBatch.clear();
      clearRows();
    }
  }

  private long[] executeRows(ExecutionControl current) throws SQLException {
    StatementBatch open = rows;
    if (open == null || open.entries() == 0) {
      return new long[0];
    }
    try {
      if (connection.isAutoCommit()) {
        open.commit(current);
      } else {
        open.execute(connection.transaction(), current);
      }
      return open.counts();
    } catch (SQLException | RuntimeException e) {
      boolean[] stored = open.storedEntries();
      long[] counts = stored == null ? new long[open.entries()] : open.counts();
      for (int i = 0; i < counts.length; i++) {
        counts[i] = stored != null && stored[i] ? counts[i] : EXECUTE_FAILED;
      }
      throw batchFailure("", SqlErrors.of("Executing the batch", e), counts);
    }
  }

  private long[] executePlain(ExecutionControl current) throws SQLException {
    long[] counts = new long[plainBatch.size()];
    for (int i = 0; i < counts.length; i++) {
      try {
        if (run(plainBatch.get(i), current)) {
          throw SqlErrors.invalidState("A statement of a batch must not give rows");
        }
        counts[i] = getLargeUpdateCount();
      } catch (SQLException e) {
        Arrays.fill(counts, i, counts.length, EXECUTE_FAILED);
        throw batchFailure("Entry " + (i + 1) + " of the batch: ", e, counts);
      }
    }
    setUpdateCount(-1);
    return counts;
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    return query(bound());
  }

  @Override
  public boolean execute() throws SQLException {
    if (!isPlanned()) {
      return run(bound(), begin());
    }
    change();
    return false;
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return isPlanned() ? change() : update(bound());
  }

  /**
   * Whether one execution is more than SQL: an INSERT or an UPSERT, or any change in a transaction.
   */
  private boolean isPlanned() {
    return text.bringsRows()
        || (!connection.isAutoCommit() && StatementPlanner.tableOf(text.statement()) != null);
  }

  @Override
  public int executeUpdate() throws SQLException {
    return (int) Math.min(Integer.MAX_VALUE, executeLargeUpdate());
  }

  /**
   * One execution. With auto-commit on an INSERT goes as SQL if all its values have literals,
   * because each commit of a session counts against the limits of the service.
   */
  private long change() throws SQLException {
    ExecutionControl current = begin();
    checkParameters();
    try {
      if (!(plan() instanceof TunnelRows rows)) {
        run(rendered(template.render(genericLiterals())), current);
        return Math.max(0, getLargeUpdateCount());
      }
      boolean asSql = connection.isAutoCommit() && !text.isUpsert();
      List<String> literals = asSql ? RowLiterals.render(target(), rows, cells(), sqlZone()) : null;
      if (literals == null) {
        Transaction transaction = connection.isAutoCommit() ? null : connection.transaction();
        setUpdateCount(tables.writeOnce(target(), rows, cells(), transaction, current));
      } else {
        run(rendered(template.render(literals)), current);
      }
      return getLargeUpdateCount();
    } catch (RuntimeException e) {
      throw SqlErrors.of("Executing the statement", e);
    }
  }

  /** A copy, because binding a plan adds its constants. */
  private Cells cells() {
    return cells.copyOfParameters();
  }

  private SqlText bound() throws SQLException {
    checkOpen();
    checkParameters();
    return template.parameterCount() == 0 ? text : rendered(template.render(genericLiterals()));
  }

  /** The statement with literals in it is what it was, so it is not parsed again. */
  private SqlText rendered(String sql) {
    return new SqlText(sql, text.settings(), text.kind(), renderedStatement());
  }

  private io.tunnel.sql.@Nullable Statement renderedStatement() {
    // The parsed change still has the parameters; nobody may plan it with their literals missing.
    return StatementPlanner.tableOf(text.statement()) == null ? text.statement() : null;
  }

  private ZoneId sqlZone() {
    return connection.sessionSettings().zone(text.settings());
  }

  private List<String> genericLiterals() throws SQLException {
    List<String> literals = new ArrayList<>(template.parameterCount());
    ZoneId zone = sqlZone();
    for (int i = 0; i < template.parameterCount(); i++) {
      try {
        literals.add(Literals.of(cells.value(i), connection.converter(), zone));
      } catch (ValueException e) {
        throw SqlErrors.value("Parameter " + (i + 1), "a literal", e);
      }
    }
    return literals;
  }

  /** The columns of the last result; null before the first execution, as JDBC allows. */
  @Override
  public @Nullable ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    return getResultSet() instanceof TunnelResultSet open && !open.isClosed()
        ? open.getMetaData()
        : null;
  }

  /** Types are known for parameters that go through the tunnel; the others count as STRING. */
  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    checkOpen();
    List<@Nullable Column> columns =
        plan() instanceof TunnelRows planned
            ? planned.parameterColumns(template.parameterCount())
            : new ArrayList<>(Collections.nCopies(template.parameterCount(), (Column) null));
    return new ParameterColumns(columns);
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    throw takesNoSql();
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    throw takesNoSql();
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    throw takesNoSql();
  }

  private static SQLException takesNoSql() {
    return SqlErrors.invalidState(
        "A prepared statement has its SQL already; use a statement of createStatement()");
  }

  @Override
  void closeParts() {
    plainBatch.clear();
    StatementBatch open = rows;
    rows = null;
    if (open != null) {
      open.close();
    }
  }
}
