package io.tunnel.jdbc;

import io.tunnel.jdbc.batch.Transaction;
import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.execution.BackgroundWorker;
import io.tunnel.jdbc.execution.ExecutionControl;
import io.tunnel.jdbc.metadata.MetaDataSource;
import io.tunnel.jdbc.metadata.TunnelDatabaseMetaData;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.sql.ObjectName;
import java.sql.Array;
import java.sql.ClientInfoStatus;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Struct;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection: one thread at a time uses it; {@code cancel}, {@code abort} and {@code close} may
 * come from others. Closing it closes its statements and results, gives up what is not committed,
 * and frees all memory; a second time it does nothing.
 */
final class TunnelConnection implements ConnectionDefaults, MetaDataSource {
  private static final Logger LOG = LoggerFactory.getLogger(TunnelConnection.class);

  private final String url;
  private final ConnectionSettings settings;
  private final EmbeddedServers.@Nullable Lease lease;
  private final TunnelConfig config;
  private final ServiceClients clients;
  private final BufferAllocator allocator = new RootAllocator();
  private final BackgroundWorker worker = new BackgroundWorker();
  private final ValueConverter converter;
  private final SessionSettings sessionSettings;
  private final Transaction transaction = new Transaction(worker);
  private final Set<TunnelStatement> statements = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Properties clientInfo = new Properties();
  private Map<String, Class<?>> typeMap = Map.of();
  private boolean autoCommit = true;
  private boolean readOnly;

  private TunnelConnection(
      String url,
      ConnectionSettings settings,
      EmbeddedServers.@Nullable Lease lease,
      TunnelConfig config) {
    this.url = url;
    this.settings = settings;
    this.lease = lease;
    this.config = config;
    this.clients = new ServiceClients(config);
    this.converter = new ValueConverter(settings.zone());
    this.sessionSettings = new SessionSettings();
  }

  /** Opens a connection and asks the service once, so that mistakes show at once. */
  static TunnelConnection open(String url, ConnectionSettings settings) throws SQLException {
    BundledCompression.check(settings.compression());
    EmbeddedServers.Lease lease =
        settings.isEmbedded() ? EmbeddedServers.INSTANCE.acquire(settings) : null;
    TunnelConnection connection = null;
    try {
      TunnelConfig config = settings.config(lease == null ? settings.endpoint() : lease.endpoint());
      connection = new TunnelConnection(url, settings, lease, config);
      connection.client().ping();
      return connection;
    } catch (TunnelException | RuntimeException e) {
      if (connection != null) {
        connection.close();
      } else if (lease != null) {
        lease.close();
      }
      throw SqlErrors.connect(TunnelConfig.redactUrl(url), e);
    }
  }

  /** The client for what starts now. */
  @Override
  public TunnelClient client() {
    return clients.current();
  }

  BufferAllocator allocator() {
    return allocator;
  }

  BackgroundWorker worker() {
    return worker;
  }

  @Override
  public ValueConverter converter() {
    return converter;
  }

  ConnectionSettings settings() {
    return settings;
  }

  SessionSettings sessionSettings() {
    return sessionSettings;
  }

  Transaction transaction() {
    return transaction;
  }

  /** The full name of a table of a statement. */
  TableName tableName(ObjectName name) throws SQLException {
    TunnelConfig current = client().config();
    List<String> parts = name.parts();
    return switch (parts.size()) {
      case 1 -> new TableName(current.project(), current.schema(), parts.get(0));
      case 2 ->
          // With schemas the first of two parts is a schema, without them a project.
          current.schema() == null
              ? new TableName(parts.get(0), null, parts.get(1))
              : new TableName(current.project(), parts.get(0), parts.get(1));
      case 3 -> new TableName(parts.get(0), parts.get(1), parts.get(2));
      default -> throw SqlErrors.syntax("\"" + String.join(".", parts) + "\" names no table", null);
    };
  }

  void forget(TunnelStatement statement) {
    statements.remove(statement);
  }

  @Override
  public void checkOpen() throws SQLException {
    if (closed.get()) {
      throw SqlErrors.closed("connection");
    }
  }

  @Override
  public Statement createStatement() throws SQLException {
    checkOpen();
    TunnelStatement statement = new TunnelStatement(this);
    statements.add(statement);
    return statement;
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    checkOpen();
    TunnelPreparedStatement statement = new TunnelPreparedStatement(this, SqlText.of(sql));
    statements.add(statement);
    return statement;
  }

  /** The text itself: JDBC escapes are left to the service. */
  @Override
  public String nativeSQL(String sql) throws SQLException {
    checkOpen();
    return sql;
  }

  /**
   * Switches auto-commit; switching it on commits. With auto-commit off INSERT … VALUES of all
   * statements becomes visible at {@link #commit()}; other changes, which the service makes at
   * once, are refused then.
   */
  @Override
  public void setAutoCommit(boolean enabled) throws SQLException {
    checkOpen();
    if (enabled && !autoCommit) {
      commitTransaction();
    }
    autoCommit = enabled;
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    checkOpen();
    return autoCommit;
  }

  boolean isAutoCommit() {
    return autoCommit;
  }

  /** Makes all batches since the last commit visible; each partition of a table at once. */
  @Override
  public void commit() throws SQLException {
    checkOpen();
    if (autoCommit) {
      throw SqlErrors.invalidState("There is nothing to commit: auto-commit is on");
    }
    commitTransaction();
  }

  private void commitTransaction() throws SQLException {
    transaction.commit(new ExecutionControl(0));
  }

  /** Gives up all batches since the last commit. */
  @Override
  public void rollback() throws SQLException {
    checkOpen();
    if (autoCommit) {
      throw SqlErrors.invalidState("There is nothing to roll back: auto-commit is on");
    }
    transaction.rollback();
  }

  @Override
  public void close() throws SQLException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      for (TunnelStatement statement : List.copyOf(statements)) {
        statement.close();
      }
      transaction.rollback();
      worker.close(
          () -> {
            clients.close();
            allocator.close();
          });
    } catch (RuntimeException e) {
      throw SqlErrors.of("Closing the connection", e);
    } finally {
      if (lease != null) {
        lease.close();
      }
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    if (executor == null) {
      throw SqlErrors.invalidArgument("abort needs an executor");
    }
    if (closed.get()) {
      return;
    }
    statements.forEach(TunnelStatement::cancelQuietly);
    executor.execute(
        () -> {
          try {
            close();
          } catch (SQLException e) {
            LOG.warn("An aborted connection did not close cleanly", e);
          }
        });
  }

  /** Asks the service, within the given seconds; 0 leaves the time to the connection's options. */
  @Override
  public boolean isValid(int seconds) throws SQLException {
    if (seconds < 0) {
      throw SqlErrors.invalidArgument("The timeout " + seconds + " must not be negative");
    }
    return !closed.get() && Ping.succeeds(client(), seconds);
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    checkOpen();
    return new TunnelDatabaseMetaData(this);
  }

  @Override
  public String url() {
    return TunnelConfig.redactUrl(url);
  }

  @Override
  public String userName() {
    return config.credentials() instanceof io.tunnel.protocol.Credentials.AccessKey key
        ? key.id()
        : "";
  }

  /** A hint that is remembered. */
  @Override
  public void setReadOnly(boolean hint) throws SQLException {
    checkOpen();
    readOnly = hint;
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    checkOpen();
    return readOnly;
  }

  /** Changes the default project, also of SQL. */
  @Override
  public void setCatalog(@Nullable String project) throws SQLException {
    checkOpen();
    if (project != null && !project.isEmpty() && !project.equals(client().config().project())) {
      clients.useProject(project, settings, config.endpoint());
    }
  }

  @Override
  public String getCatalog() throws SQLException {
    checkOpen();
    return client().config().project();
  }

  /** Changes the default schema, also of SQL; null for a project without schemas. */
  @Override
  public void setSchema(@Nullable String schema) throws SQLException {
    checkOpen();
    clients.useSchema(schema == null || schema.isEmpty() ? null : schema);
  }

  /** The default schema; null in a project without schemas. */
  @Override
  public @Nullable String getSchema() throws SQLException {
    checkOpen();
    return client().config().schema();
  }

  /** Only READ_COMMITTED exists: every statement sees what was committed when it started. */
  @Override
  public void setTransactionIsolation(int level) throws SQLException {
    checkOpen();
    if (level != TRANSACTION_READ_COMMITTED && level != TRANSACTION_READ_UNCOMMITTED) {
      throw SqlErrors.unsupported("A transaction isolation above READ_COMMITTED");
    }
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    checkOpen();
    return TRANSACTION_READ_COMMITTED;
  }

  @Override
  public void setNetworkTimeout(@Nullable Executor executor, int millis) throws SQLException {
    checkOpen();
    if (millis < 0) {
      throw SqlErrors.invalidArgument("The timeout " + millis + " must not be negative");
    }
    clients.useNetworkTimeout(millis);
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    checkOpen();
    return clients.networkTimeoutMillis();
  }

  @Override
  public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
    checkOpen();
    return UserTypes.array(typeName, elements, converter);
  }

  @Override
  public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
    checkOpen();
    return UserTypes.struct(typeName, attributes);
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return null;
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    checkOpen();
    return typeMap;
  }

  @Override
  public void setTypeMap(@Nullable Map<String, Class<?>> map) throws SQLException {
    checkOpen();
    typeMap = map == null ? Map.of() : Map.copyOf(map);
  }

  /** Remembered only; the service has no place for it. */
  @Override
  public void setClientInfo(@Nullable String name, @Nullable String value)
      throws SQLClientInfoException {
    if (closed.get() || name == null) {
      SQLException reason =
          name == null
              ? SqlErrors.invalidArgument("A client property needs a name")
              : SqlErrors.closed("connection");
      throw new SQLClientInfoException(
          reason.getMessage(),
          reason.getSQLState(),
          Map.of(String.valueOf(name), ClientInfoStatus.REASON_UNKNOWN));
    }
    if (value == null) {
      clientInfo.remove(name);
    } else {
      clientInfo.setProperty(name, value);
    }
  }

  @Override
  public void setClientInfo(@Nullable Properties properties) throws SQLClientInfoException {
    clientInfo.clear();
    if (properties == null) {
      return;
    }
    for (String name : properties.stringPropertyNames()) {
      setClientInfo(name, properties.getProperty(name));
    }
  }

  @Override
  public @Nullable String getClientInfo(@Nullable String name) throws SQLException {
    checkOpen();
    return name == null ? null : clientInfo.getProperty(name);
  }

  @Override
  public Properties getClientInfo() throws SQLException {
    checkOpen();
    Properties copy = new Properties();
    copy.putAll(clientInfo);
    return copy;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return SqlErrors.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return SqlErrors.isWrapper(this, type);
  }

  @Override
  public String toString() {
    return "TunnelConnection to " + config;
  }
}
