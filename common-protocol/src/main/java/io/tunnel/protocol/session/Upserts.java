package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.TunnelEndpoints;
import io.tunnel.protocol.http.UploadCall;
import io.tunnel.protocol.pack.BucketHash;
import io.tunnel.protocol.pack.BucketHasher;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.pack.UpsertPack;
import io.tunnel.protocol.type.TableSchema;
import java.io.Closeable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The calls of upsert sessions (specification: upsert, section 2). Thread safe. */
final class Upserts implements Closeable {
  private static final String ROUTED_SERVER = "odps-tunnel-routed-server";

  private final TunnelConfig config;
  private final HttpTransport transport;
  private final TunnelEndpoints endpoints;
  private final SenderThreads threads;
  private final KeepAlive keepAlive;

  Upserts(
      TunnelConfig config,
      HttpTransport transport,
      TunnelEndpoints endpoints,
      SenderThreads threads) {
    this.config = config;
    this.transport = transport;
    this.endpoints = endpoints;
    this.threads = threads;
    keepAlive = new KeepAlive(transport.policy().clock());
  }

  UpsertSession create(TableName table, UpsertOptions options) throws TunnelException {
    String partition = options.partition() == null ? null : options.partition().toString();
    String target = table + (partition == null ? "" : ", partition " + partition);
    URI tunnel = endpoints.tunnel();
    int hours = options.lifecycleHours();
    ApiAnswer answer =
        call(
            request(table, "POST", "Creating an upsert session for " + target, tunnel)
                .parameter("slotnum", Integer.toString(options.slotNum()))
                .parameter("partition", partition)
                .parameter("lifecycle", hours == 0 ? null : Integer.toString(hours))
                // Twice is as good as once: a session that nobody uses expires.
                .repeat(Repeat.SAFE));
    String id = answer.json().path("id").asText("");
    if (id.isEmpty()) {
      throw answer.malformed("session with id", null);
    }
    return session(
        new UpsertHandle(
            table.project(), table.schema(), table.table(), partition, id, tunnel.toString()),
        answer);
  }

  UpsertSession attach(UpsertHandle handle) throws TunnelException {
    return session(handle, reload(handle, Repeat.SAFE));
  }

  private UpsertSession session(UpsertHandle handle, ApiAnswer answer) throws TunnelException {
    JsonNode json = answer.json();
    if (!json.path("schema").path("columns").isArray()) {
      throw answer.malformed("session with schema", null);
    }
    TableSchema schema = SessionService.parseSchema(json.path("schema"), describe(handle));
    List<Long> ids = new ArrayList<>();
    json.path("schema").path("columns").forEach(c -> ids.add(c.path("column_id").asLong(-1)));
    List<String> keys = new ArrayList<>();
    json.path("hash_key").forEach(key -> keys.add(key.asText()));
    UpsertSlots slots = UpsertSlots.read(answer);
    UpsertSession session;
    try {
      UpsertLayout layout = UpsertLayout.of(schema.columns(), keys, ids);
      BucketHash hash = BucketHash.forWireName(json.path("hasher").asText(""));
      session =
          new UpsertSession(
              this,
              handle,
              schema,
              layout,
              new BucketHasher(hash, layout.keyColumns(), slots.buckets()),
              json.path("enable_partial_update").asBoolean(false),
              slots,
              statusIn(answer));
    } catch (IllegalArgumentException e) {
      throw TunnelException.of(
          keys.isEmpty() ? "NoPrimaryKey" : "UnsupportedSchema",
          "Rows cannot be written by " + describe(handle) + ": " + e.getMessage(),
          answer.requestId(),
          e);
    }
    keepAlive.add(session);
    return session;
  }

  static UpsertStatus statusIn(ApiAnswer answer) throws TunnelException {
    return UpsertStatus.of(answer.json().path("status").asText(""));
  }

  ApiAnswer reload(UpsertHandle handle, Repeat repeat) throws TunnelException {
    return call(request(handle, "GET", "Reading the state of " + describe(handle)).repeat(repeat));
  }

  /** Sends one commit request, never again by itself. */
  ApiAnswer commit(UpsertHandle handle, String server) throws TunnelException {
    return call(
        request(handle, "POST", "Committing " + describe(handle)).header(ROUTED_SERVER, server));
  }

  void abort(UpsertHandle handle, String server) throws TunnelException {
    call(
        request(handle, "DELETE", "Aborting " + describe(handle))
            .header(ROUTED_SERVER, server)
            .repeat(Repeat.SAFE));
  }

  /** Prepares one request with the rows of one bucket. */
  UploadCall write(UpsertHandle handle, int bucket, UpsertSlots slots, UpsertPack pack) {
    return transport.upload(
        request(handle, "PUT", "Writing bucket " + bucket + " of " + describe(handle))
            .parameter("bucketid", Integer.toString(bucket))
            .parameter("slotid", slots.ids().get(bucket))
            .parameter("record_count", Long.toString(pack.rows()))
            .header(ROUTED_SERVER, slots.servers().get(bucket))
            .header("Content-Encoding", pack.coding().wireName()),
        pack::writeTo,
        pack.length());
  }

  private ApiAnswer call(ApiRequest request) throws TunnelException {
    try {
      return transport.call(request);
    } catch (TunnelException e) {
      throw advise(e);
    }
  }

  private ApiRequest request(UpsertHandle handle, String method, String purpose) {
    TableName table = new TableName(handle.project(), handle.schema(), handle.table());
    return request(table, method, purpose, URI.create(handle.tunnelEndpoint()))
        .parameter("upsertid", handle.id())
        .parameter("partition", handle.partition());
  }

  private ApiRequest request(TableName table, String method, String purpose, URI tunnel) {
    List<String> path =
        new ArrayList<>(TunnelRequests.tablePath(table.project(), table.schema(), table.table()));
    path.add("upserts");
    return TunnelRequests.of(config, method, purpose, tunnel, path)
        .header("odps-tunnel-date-transform", "v1")
        .header("odps-tunnel-sdk-support-schema-evolution", "true");
  }

  /** How bodies are compressed. */
  ContentCoding coding() {
    return BodyFormat.RECORD.codingFor(config.compression());
  }

  RetryPolicy policy() {
    return transport.policy();
  }

  boolean isClosed() {
    return transport.isClosed();
  }

  SenderThreads threads() {
    return threads;
  }

  KeepAlive keepAlive() {
    return keepAlive;
  }

  /** The session for messages. */
  static String describe(UpsertHandle handle) {
    String partition = handle.partition();
    return "upsert session "
        + handle.id()
        + " of "
        + new TableName(handle.project(), handle.schema(), handle.table())
        + (partition == null ? "" : ", partition " + partition);
  }

  /** The failure with what its reader can do about it. */
  static TunnelException advise(TunnelException e) {
    String advice =
        switch (e.code()) {
          case "UpsertSessionNotFound" ->
              "the session has ended or is too old: write the rows again in a new session";
          case "SlotExceeded" ->
              "the quota has no free slot: lower upsert.flush.concurrent, or write at another time";
          case "FlowExceeded", "QPSExceeded" ->
              "the service limits the rate: commit each partition at most once a minute, and"
                  + " send fewer buckets at once (upsert.flush.concurrent)";
          case "TableModified", "SchemaModified", "NoSuchSchema" ->
              "the table has changed: write the rows again in a new session";
          case "NoSuchPartition" -> "create the partition before rows are written into it";
          default -> null;
        };
    return advice == null ? e : e.withReason(e.reason() + "; " + advice);
  }

  @Override
  public void close() {
    keepAlive.close();
  }
}
