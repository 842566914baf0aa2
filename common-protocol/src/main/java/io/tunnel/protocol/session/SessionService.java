package io.tunnel.protocol.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.BatchWriter;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.TunnelEndpoints;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The calls beneath the sessions of one client, and the threads that send blocks. Callers use
 * {@link io.tunnel.protocol.TunnelClient}. Thread safe.
 */
public final class SessionService implements Closeable {
  private static final int LARGEST_BLOCK_ID = 19_999;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TunnelConfig config;
  private final HttpTransport transport;
  private final TunnelEndpoints endpoints;
  private final SegmentPool segments = new SegmentPool();
  private final SpoolFiles files = new SpoolFiles();
  private final SenderThreads threads = new SenderThreads(files);
  private final Downloads downloads;
  private final Upserts upserts;

  /** Uses the transport, which stays with the caller. */
  public SessionService(TunnelConfig config, HttpTransport transport, TunnelEndpoints endpoints) {
    this.config = config;
    this.transport = transport;
    this.endpoints = endpoints;
    this.downloads = new Downloads(config, transport, endpoints);
    this.upserts = new Upserts(config, transport, endpoints, threads);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#createUpload(TableName, UploadOptions)}. */
  public UploadSession createUpload(TableName table, UploadOptions options) throws TunnelException {
    PartitionSpec spec = options.partition();
    String partition = spec == null ? null : spec.toString();
    URI tunnel = endpoints.tunnel();
    String target = table + (partition == null ? "" : ", partition " + partition);
    ApiAnswer answer =
        transport.call(
            TunnelRequests.of(
                    config,
                    "POST",
                    "Creating an upload session for " + target,
                    tunnel,
                    TunnelRequests.tablePath(table.project(), table.schema(), table.table()))
                .flag("uploads")
                .parameter("partition", partition)
                .parameter("overwrite", options.overwrite() ? "true" : null)
                .parameter("create_partition", options.createPartition() ? "true" : null)
                // Twice is as good as once: a session that nobody uses expires.
                .repeat(Repeat.SAFE));
    JsonNode session = answer.json();
    String id = session.path("UploadID").asText("");
    if (id.isEmpty() || !session.path("Schema").isObject()) {
      throw answer.malformed("session with UploadID and Schema", null);
    }
    SessionState state = SessionState.read(answer);
    UploadHandle handle =
        new UploadHandle(
            table.project(),
            table.schema(),
            table.table(),
            partition,
            id,
            tunnel.toString(),
            session.path("Schema").toString(),
            state.maxFieldSize());
    return new UploadSession(this, handle, parseSchema(handle.schemaJson(), target), state);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#attachUpload(UploadHandle)}. */
  public UploadSession attachUpload(UploadHandle handle) throws TunnelException {
    SessionState state = reload(handle);
    return new UploadSession(
        this, handle, parseSchema(handle.schemaJson(), describe(handle)), state);
  }

  /**
   * See {@link io.tunnel.protocol.TunnelClient#openBlock(UploadHandle, int, long,
   * BufferAllocator)}.
   */
  public BlockWriter openBlock(UploadHandle handle, int blockId, long version)
      throws TunnelException {
    TableSchema schema = parseSchema(handle.schemaJson(), describe(handle));
    BodyFormat format = BodyFormat.of(schema.columns(), ArrowMapping.Form.WIRE);
    return openBlock(handle, schema, blockId, format, version);
  }

  BlockWriter openBlock(
      UploadHandle handle, TableSchema schema, int blockId, BodyFormat format, long version)
      throws TunnelException {
    if (blockId < 0 || blockId > LARGEST_BLOCK_ID) {
      throw new IllegalArgumentException(
          "Block id " + blockId + " is out of range: use 0 to " + LARGEST_BLOCK_ID);
    }
    if (version < 0) {
      throw new IllegalArgumentException(
          "Version "
              + version
              + " of block "
              + blockId
              + " is negative: use 1 or more, 0 for none");
    }
    ContentCoding coding = format.codingFor(config.compression());
    Spool spool = new Spool(segments, files, config.blockMemory());
    BatchWriter encoder;
    try {
      OutputStream body = coding.encode(spool);
      encoder =
          format == BodyFormat.ARROW
              ? new ArrowBatchWriter(body)
              : new RecordWriter(body, schema.columns());
    } catch (IOException e) {
      throw TunnelException.of(
          "LocalError", "The encoder of block " + blockId + " cannot be opened", null, e);
    }
    BlockSender sender =
        new BlockSender(
            transport, () -> blockRequest(handle, blockId, version, format, coding), spool);
    FieldLimit limit = new FieldLimit(handle.maxFieldSize());
    return new BlockWriter(blockId, format, limit, spool, encoder, sender, threads);
  }

  private ApiRequest blockRequest(
      UploadHandle handle, int blockId, long version, BodyFormat format, ContentCoding coding) {
    ApiRequest request =
        upload(handle, "PUT", "Writing block " + blockId + " of " + describe(handle))
            .parameter("blockid", Integer.toString(blockId))
            .parameter("block_version", version == 0 ? null : Long.toString(version))
            .header("Content-Type", "application/octet-stream")
            .header("Content-Encoding", coding.wireName());
    return format == BodyFormat.ARROW ? request.flag("arrow") : request;
  }

  SessionState reload(UploadHandle handle) throws TunnelException {
    return SessionState.read(
        transport.call(
            upload(handle, "GET", "Reading the state of " + describe(handle))
                .parameter("getblockid", "true")));
  }

  /** Sends one commit request, never again by itself. */
  JsonNode commit(UploadHandle handle) throws TunnelException {
    return transport.call(upload(handle, "POST", "Committing " + describe(handle))).json();
  }

  RetryPolicy policy() {
    return transport.policy();
  }

  private ApiRequest upload(UploadHandle handle, String method, String purpose) {
    return TunnelRequests.of(
            config,
            method,
            purpose,
            URI.create(handle.tunnelEndpoint()),
            TunnelRequests.tablePath(handle.project(), handle.schema(), handle.table()))
        .parameter("uploadid", handle.id())
        .parameter("partition", handle.partition());
  }

  /** The session for messages. */
  String describe(UploadHandle handle) {
    TableName table = new TableName(handle.project(), handle.schema(), handle.table());
    return "upload session "
        + handle.id()
        + " of "
        + table
        + (handle.partition() == null ? "" : ", partition " + handle.partition());
  }

  /** See {@link io.tunnel.protocol.TunnelClient#createDownload}. */
  public DownloadSession createDownload(
      TableName table, @Nullable PartitionSpec partition, boolean async) throws TunnelException {
    return downloads.create(table, partition, async);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#attachDownload(DownloadHandle)}. */
  public DownloadSession attachDownload(DownloadHandle handle) throws TunnelException {
    return downloads.attach(handle);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#preview}. */
  public BatchReader preview(
      TableName table,
      @Nullable PartitionSpec partition,
      List<String> columns,
      int limit,
      BufferAllocator allocator)
      throws IOException {
    return downloads.preview(table, partition, columns, limit, allocator);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#instanceResult(String)}. */
  public DownloadSession instanceResult(String project, String instance) throws TunnelException {
    return downloads.instanceResult(project, instance);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#read}. */
  public BatchReader read(
      DownloadHandle handle,
      long firstRow,
      long rows,
      List<String> columns,
      ArrowMapping.Form form,
      BufferAllocator allocator)
      throws IOException {
    TableSchema schema = parseSchema(handle.schemaJson(), Downloads.describe(handle));
    DownloadSession session = new DownloadSession(downloads, handle, schema, DownloadStatus.NORMAL);
    return session.read(firstRow, rows, columns, form, allocator);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#createUpsert(TableName, UpsertOptions)}. */
  public UpsertSession createUpsert(TableName table, UpsertOptions options) throws TunnelException {
    return upserts.create(table, options);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#attachUpsert(UpsertHandle)}. */
  public UpsertSession attachUpsert(UpsertHandle handle) throws TunnelException {
    return upserts.attach(handle);
  }

  /** See {@link io.tunnel.protocol.TunnelClient#upsertPartitions}. */
  public PartitionedUpsert upsertPartitions(
      TableName table, PartitionedUpsertOptions options, UnaryOperator<UpsertLayout> rows) {
    return new PartitionedUpsert(upserts, table, options, rows);
  }

  static TableSchema parseSchema(String schemaJson, String of) throws TunnelException {
    try {
      return parseSchema(JSON.readTree(schemaJson), of);
    } catch (JsonProcessingException e) {
      throw unreadableSchema(of, e);
    }
  }

  static TableSchema parseSchema(JsonNode schema, String of) throws TunnelException {
    try {
      return SchemaJson.read(schema);
    } catch (IllegalArgumentException e) {
      throw unreadableSchema(of, e);
    }
  }

  private static TunnelException unreadableSchema(String of, Exception cause) {
    return TunnelException.of(
        "UnsupportedSchema",
        "The schema of " + of + " cannot be read: " + cause.getMessage(),
        null,
        cause);
  }

  /** Breaks off all that is being sent, and keeps no session alive any more. */
  @Override
  public void close() {
    upserts.close();
    threads.close();
    files.close();
  }
}
