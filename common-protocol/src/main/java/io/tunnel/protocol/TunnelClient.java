package io.tunnel.protocol;

import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.catalog.Catalog;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.TunnelEndpoints;
import io.tunnel.protocol.http.Waiter;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.DownloadHandle;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.PartitionedUpsert;
import io.tunnel.protocol.session.PartitionedUpsertOptions;
import io.tunnel.protocol.session.SessionService;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.sql.SqlTasks;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the service: sessions, catalog and SQL over pooled HTTP connections. Thread safe,
 * and meant to be shared. Opening it sends nothing.
 *
 * <p>Calls that are safe to repeat are repeated after transient faults, with the waits that the
 * service asks for (1 s, doubling to 32 s), up to {@link TunnelConfig#retryTimeout()}; after
 * answers of the kind 5xx seven times at most, which takes about a minute and a half. Creating a
 * session is such a call: one that nobody uses expires. A call on an interrupted thread fails with
 * code {@code Interrupted}, and the thread stays interrupted.
 */
public final class TunnelClient implements Closeable {
  private final TunnelConfig config;
  private final Waiter waiter;
  private final HttpTransport transport;
  private final SessionService sessions;
  private final Catalog catalog;
  private final SqlTasks sql;

  private TunnelClient(TunnelConfig config, InstantSource clock, Waiter waiter) {
    this.config = config;
    this.waiter = waiter;
    transport = new HttpTransport(config, new RetryPolicy(config.retryTimeout(), clock, waiter));
    sessions = new SessionService(config, transport, new TunnelEndpoints(config, transport));
    catalog = new Catalog(config, transport);
    sql =
        new SqlTasks(
            config, transport, instance -> sessions.instanceResult(config.project(), instance));
  }

  /** A client with these settings; the caller closes it. */
  public static TunnelClient open(TunnelConfig config) {
    return open(config, InstantSource.system(), Waiter.sleeping());
  }

  /** As {@link #open(TunnelConfig)}, with a clock and a way to wait for tests. */
  public static TunnelClient open(TunnelConfig config, InstantSource clock, Waiter waiter) {
    return new TunnelClient(config, clock, waiter);
  }

  /** The settings. */
  public TunnelConfig config() {
    return config;
  }

  /** Projects, schemas, tables, partitions. */
  public Catalog catalog() {
    return catalog;
  }

  /** SQL. */
  public SqlTasks sql() {
    return sql;
  }

  /**
   * Asks the service for the default project, once, without any repetition.
   *
   * @throws TunnelException if the service cannot be reached, or does not accept the credentials or
   *     the project
   */
  public void ping() throws TunnelException {
    transport.call(
        ApiRequest.of(
                "GET",
                "Asking for project " + config.project(),
                config.endpoint(),
                List.of("projects", config.project()))
            .parameter("curr_project", config.project())
            .repeat(Repeat.NEVER));
  }

  /**
   * Starts an upload session.
   *
   * @throws TunnelException such as {@code NoSuchTable}, {@code NoSuchPartition}, {@code
   *     MissingPartitionSpec}
   */
  public UploadSession createUpload(TableName table, UploadOptions options) throws TunnelException {
    return sessions.createUpload(table, options);
  }

  /**
   * An upload session that was started elsewhere, with its state as it is now.
   *
   * @throws TunnelException with code {@code NoSuchUpload} if the service does not know it
   */
  public UploadSession attachUpload(UploadHandle handle) throws TunnelException {
    return sessions.attachUpload(handle);
  }

  /**
   * Opens a block of a session that was started elsewhere. The only request is that of the block
   * itself.
   *
   * @param blockId 0 to 19999
   * @param allocator not used for anything that outlives a call of the writer
   */
  public BlockWriter openBlock(UploadHandle handle, int blockId, BufferAllocator allocator)
      throws TunnelException {
    return sessions.openBlock(handle, blockId, 0);
  }

  /**
   * As {@link #openBlock(UploadHandle, int, BufferAllocator)}, with a version.
   *
   * @see UploadSession#openBlock(int, long, BufferAllocator)
   */
  public BlockWriter openBlock(
      UploadHandle handle, int blockId, long version, BufferAllocator allocator)
      throws TunnelException {
    return sessions.openBlock(handle, blockId, version);
  }

  /**
   * Starts an upsert session, which the caller closes.
   *
   * @throws TunnelException such as {@code NoSuchTable}, {@code NoSuchPartition} (no upsert session
   *     creates its partition), or {@code NoPrimaryKey}
   */
  public UpsertSession createUpsert(TableName table, UpsertOptions options) throws TunnelException {
    return sessions.createUpsert(table, options);
  }

  /**
   * An upsert session that was started elsewhere, with its state as it is now; the caller closes
   * it.
   *
   * @throws TunnelException with code {@code UpsertSessionNotFound} if the service does not know it
   */
  public UpsertSession attachUpsert(UpsertHandle handle) throws TunnelException {
    return sessions.attachUpsert(handle);
  }

  /**
   * Upserts into many partitions of a table at once, each through a session of its own. Sends
   * nothing before rows are written.
   *
   * @param rows makes the layout of the batches from that of whole rows; {@link
   *     UnaryOperator#identity()} if they are whole
   */
  public PartitionedUpsert upsertPartitions(
      TableName table, PartitionedUpsertOptions options, UnaryOperator<UpsertLayout> rows) {
    return sessions.upsertPartitions(table, options, rows);
  }

  /** As {@link #createDownload(TableName, PartitionSpec, boolean)}, synchronous. */
  public DownloadSession createDownload(TableName table, @Nullable PartitionSpec partition)
      throws TunnelException {
    return createDownload(table, partition, false);
  }

  /**
   * Fixes a snapshot of a table or of one partition.
   *
   * @param partition the partition; null for a table without partitions
   * @param async whether the service may take its time, for very large tables; the call still
   *     returns only when rows can be read
   */
  public DownloadSession createDownload(
      TableName table, @Nullable PartitionSpec partition, boolean async) throws TunnelException {
    return sessions.createDownload(table, partition, async);
  }

  /**
   * Looks at some rows of a table without a session, uncompressed: for people who want to see what
   * a table looks like. The batches are as the service sends them; by the specification they have
   * the extended form of {@link ArrowMapping}, partition columns behind the data columns.
   *
   * @param partition the partition; null for rows of the whole table
   * @param columns names of columns in any case; the batches have them in the order of the table;
   *     empty for all
   * @param limit how many rows at most, from 1 on; -1 for what the service gives by default, which
   *     is 10,000
   * @param allocator gives the memory of the batches
   * @return a reader, which the caller closes. A service may answer with nothing at all for no
   *     rows; then its schema has no columns
   * @throws IllegalArgumentException if the limit is neither positive nor -1
   * @throws TunnelException with code {@code InvalidColumnSpec} if there is no such column, {@code
   *     MethodNotAllowed} for a view, else as the service says
   */
  public BatchReader preview(
      TableName table,
      @Nullable PartitionSpec partition,
      List<String> columns,
      int limit,
      BufferAllocator allocator)
      throws IOException {
    // Services answer in the order of the request or of the table; so these are made the same.
    List<String> ordered =
        columns.isEmpty() ? columns : inOrder(table, catalog.table(table).schema(), columns);
    return sessions.preview(table, partition, ordered, limit, allocator);
  }

  private static List<String> inOrder(TableName table, TableSchema schema, List<String> names)
      throws TunnelException {
    List<String> all = schema.allColumns().stream().map(Column::name).toList();
    for (String name : names) {
      if (all.stream().noneMatch(name::equalsIgnoreCase)) {
        throw TunnelException.of(
            "InvalidColumnSpec", table + " has no column named \"" + name + "\"");
      }
    }
    return all.stream().filter(name -> names.stream().anyMatch(name::equalsIgnoreCase)).toList();
  }

  /** A download session that was started elsewhere, with its state as it is now. */
  public DownloadSession attachDownload(DownloadHandle handle) throws TunnelException {
    return sessions.attachDownload(handle);
  }

  /**
   * Reads a range of a session that was started elsewhere, in wire form. The only request is that
   * of the range itself.
   *
   * @see DownloadSession#read(long, long, List, BufferAllocator)
   */
  public BatchReader read(
      DownloadHandle handle,
      long firstRow,
      long rows,
      List<String> columns,
      BufferAllocator allocator)
      throws IOException {
    return sessions.read(handle, firstRow, rows, columns, ArrowMapping.Form.WIRE, allocator);
  }

  /**
   * The complete rows of a finished query.
   *
   * @param instanceId the id of its SQL task
   * @throws TunnelException with code {@code InstanceTypeNotSupported} if the task was not a query
   */
  public DownloadSession instanceResult(String instanceId) throws TunnelException {
    return sessions.instanceResult(config.project(), instanceId);
  }

  /**
   * Interrupts a thread that uses this client. It does not wait for an answer any more, as it would
   * after {@link Thread#interrupt()} alone: its call fails at once, with code {@code Interrupted},
   * and a reader that it has opened fails, too. Whether the service has seen the call is not known.
   */
  public void interrupt(Thread thread) {
    transport.interrupt(thread);
  }

  /**
   * Breaks off all that is going on, closes the connections, and returns when no thread of the
   * client is left. Calls, readers and writers that other threads are in fail with code {@code
   * ClientClosed}, and so does whatever is called later. May be called again.
   */
  @Override
  public void close() {
    transport.close();
    waiter.endAll();
    sessions.close();
  }
}
