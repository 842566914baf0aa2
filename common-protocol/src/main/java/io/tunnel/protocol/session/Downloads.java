package io.tunnel.protocol.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.StreamAnswer;
import io.tunnel.protocol.http.TunnelEndpoints;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** The calls of download sessions. Thread safe. */
final class Downloads {
  /** Our own server says so; the official service has never been seen to send results as Arrow. */
  static final String ARROW_RESULTS_HEADER = "x-tunnel-arrow-results";

  private static final Duration FIRST_POLL = Duration.ofMillis(500);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
  private static final Duration LONGEST_CREATION = Duration.ofHours(1);

  private final TunnelConfig config;
  private final HttpTransport transport;
  private final TunnelEndpoints endpoints;

  Downloads(TunnelConfig config, HttpTransport transport, TunnelEndpoints endpoints) {
    this.config = config;
    this.transport = transport;
    this.endpoints = endpoints;
  }

  DownloadSession create(TableName table, @Nullable PartitionSpec spec, boolean async)
      throws TunnelException {
    DownloadHandle target =
        new DownloadHandle(
            table.project(),
            table.schema(),
            table.table(),
            spec == null ? null : spec.toString(),
            null,
            "",
            endpoints.tunnel().toString(),
            "{}",
            0,
            true);
    return create(target, async);
  }

  DownloadSession instanceResult(String project, String instance) throws TunnelException {
    DownloadHandle target =
        new DownloadHandle(
            project, null, null, null, instance, "", endpoints.tunnel().toString(), "{}", 0, false);
    return create(target, false);
  }

  private DownloadSession create(DownloadHandle target, boolean async) throws TunnelException {
    ApiRequest request =
        request(target, "POST", "Creating a download session for " + describe(target))
            .flag("downloads")
            .parameter("asyncmode", async ? "true" : null)
            // Twice is as good as once: a session that nobody uses expires.
            .repeat(Repeat.SAFE);
    ApiAnswer answer = transport.call(request);
    String id = answer.json().path("DownloadID").asText("");
    if (id.isEmpty()) {
      throw answer.malformed("session with DownloadID", null);
    }
    boolean arrow =
        target.instance() == null || "true".equalsIgnoreCase(answer.header(ARROW_RESULTS_HEADER));
    return ready(
        new DownloadHandle(
            target.project(),
            target.schema(),
            target.table(),
            target.partition(),
            target.instance(),
            id,
            target.tunnelEndpoint(),
            "{}",
            0,
            arrow),
        answer);
  }

  DownloadSession attach(DownloadHandle handle) throws TunnelException {
    return ready(handle, reload(handle));
  }

  private ApiAnswer reload(DownloadHandle handle) throws TunnelException {
    return transport.call(
        request(handle, "GET", "Reading the state of " + describe(handle))
            .parameter("downloadid", handle.id()));
  }

  /** Asks until the session can be read or never will. */
  private DownloadSession ready(DownloadHandle handle, ApiAnswer first) throws TunnelException {
    Instant end = transport.policy().clock().instant().plus(LONGEST_CREATION);
    Duration wait = FIRST_POLL;
    ApiAnswer answer = first;
    JsonNode session = answer.json();
    DownloadStatus status = statusIn(session);
    while (status == DownloadStatus.INITIATING) {
      if (transport.policy().clock().instant().isAfter(end)) {
        throw TunnelException.of(
            "TimedOut", describe(handle) + " has not become readable within an hour");
      }
      transport.policy().pause(wait);
      wait = wait.multipliedBy(2).compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait.multipliedBy(2);
      answer = reload(handle);
      session = answer.json();
      status = statusIn(session);
    }
    if (status != DownloadStatus.NORMAL && status != DownloadStatus.CLOSED) {
      throw TunnelException.of(
          "StatusConflict",
          describe(handle) + " cannot be read because its state is " + session.path("Status"));
    }
    if (!session.path("Schema").isObject() || !session.path("RecordCount").canConvertToLong()) {
      throw answer.malformed("session with Schema and RecordCount", null);
    }
    String schemaJson = session.path("Schema").toString();
    DownloadHandle complete =
        new DownloadHandle(
            handle.project(),
            handle.schema(),
            handle.table(),
            handle.partition(),
            handle.instance(),
            handle.id(),
            handle.tunnelEndpoint(),
            schemaJson,
            session.path("RecordCount").asLong(),
            handle.arrow());
    TableSchema schema = SessionService.parseSchema(schemaJson, describe(handle));
    return new DownloadSession(this, complete, schema, status);
  }

  /** A session that does not tell its state, but how many rows it has, can be read. */
  private static DownloadStatus statusIn(JsonNode session) {
    String word = session.path("Status").asText("");
    return word.isEmpty() && session.has("RecordCount")
        ? DownloadStatus.NORMAL
        : DownloadStatus.of(word);
  }

  /**
   * Rows of a session.
   *
   * @param ignoresChanges whether they are wanted even if the table has them no longer
   */
  record Range(long firstRow, long rows, boolean ignoresChanges) {}

  BatchReader read(
      DownloadHandle handle,
      TableSchema schema,
      Range range,
      List<String> names,
      ArrowMapping.Form form,
      BufferAllocator allocator)
      throws IOException {
    long firstRow = range.firstRow();
    long rows = range.rows();
    if (firstRow < 0 || rows < 0 || firstRow > handle.recordCount() - rows) {
      throw TunnelException.of(
          "InvalidRowRange",
          "The range of "
              + rows
              + " rows from row "
              + firstRow
              + " leaves "
              + describe(handle)
              + ", which has "
              + handle.recordCount()
              + " rows");
    }
    List<Column> columns = select(schema, names, describe(handle));
    BodyFormat format = handle.arrow() ? BodyFormat.of(columns, form) : BodyFormat.RECORD;
    RangeReader.Source source =
        (first, count) ->
            open(
                handle,
                new Range(first, count, range.ignoresChanges()),
                columns.size() == schema.columns().size(),
                columns,
                format);
    RangeReader.Decoding decoding = new RangeReader.Decoding(columns, format, form, allocator);
    return RangeReader.open(source, decoding, transport.policy(), firstRow, rows, describe(handle));
  }

  /** The wanted columns in table order, the only order that all services agree on (3.5). */
  private static List<Column> select(TableSchema schema, List<String> names, String of)
      throws TunnelException {
    if (names.isEmpty()) {
      return schema.columns();
    }
    boolean[] wanted = new boolean[schema.columns().size()];
    for (String name : names) {
      int index = schema.indexOf(name);
      if (index < 0) {
        throw TunnelException.of(
            "InvalidColumnSpec", of + " has no data column named \"" + name + "\"");
      }
      wanted[index] = true;
    }
    return IntStream.range(0, wanted.length)
        .filter(i -> wanted[i])
        .mapToObj(schema.columns()::get)
        .toList();
  }

  private StreamAnswer open(
      DownloadHandle handle,
      Range range,
      boolean allColumns,
      List<Column> columns,
      BodyFormat format)
      throws TunnelException {
    long firstRow = range.firstRow();
    long rows = range.rows();
    String coding = format.codingFor(config.compression()).wireName();
    ApiRequest request =
        request(
                handle,
                "GET",
                "Reading rows "
                    + firstRow
                    + " to "
                    + (firstRow + rows - 1)
                    + " of "
                    + describe(handle))
            .flag("data")
            .parameter("downloadid", handle.id())
            .parameter("rowrange", "(" + firstRow + "," + rows + ")")
            .parameter("disable_modified_check", range.ignoresChanges() ? "true" : null)
            .parameter(
                "columns",
                allColumns
                    ? null
                    : columns.stream().map(Column::name).collect(Collectors.joining(",")))
            .header(
                "Accept-Encoding",
                coding == null || config.compression() == ContentCoding.NONE ? "identity" : coding);
    return transport.open(format == BodyFormat.ARROW ? request.flag("arrow") : request);
  }

  BatchReader preview(
      TableName table,
      @Nullable PartitionSpec partition,
      List<String> columns,
      int limit,
      BufferAllocator allocator)
      throws IOException {
    if (limit == 0 || limit < -1) {
      throw new IllegalArgumentException(
          "The limit of a preview is " + limit + ": use 1 or more, or -1 for the default");
    }
    String target = "a preview of " + table + (partition == null ? "" : ", partition " + partition);
    List<String> path =
        new ArrayList<>(TunnelRequests.tablePath(table.project(), table.schema(), table.table()));
    path.add("preview");
    ApiRequest request =
        TunnelRequests.of(config, "GET", "Reading " + target, endpoints.tunnel(), path)
            .parameter("limit", Integer.toString(limit))
            .parameter("partition", partition == null ? null : partition.toString())
            .parameter("columns", columns.isEmpty() ? null : String.join(",", columns))
            // What else can be asked for here compresses the buffers of Arrow.
            .header("Accept-Encoding", "identity");
    StreamAnswer answer = transport.open(request);
    InputStream body =
        new FilterInputStream(answer.body()) {
          @Override
          public void close() {
            answer.close();
          }
        };
    try {
      return ArrowBatchReader.ofStream(body, allocator);
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  private ApiRequest request(DownloadHandle handle, String method, String purpose) {
    String instance = handle.instance();
    String table = handle.table();
    List<String> path;
    if (instance != null) {
      path = TunnelRequests.instancePath(handle.project(), instance);
    } else if (table != null) {
      path = TunnelRequests.tablePath(handle.project(), handle.schema(), table);
    } else {
      throw new IllegalArgumentException("The handle names neither a table nor a SQL task");
    }
    return TunnelRequests.of(config, method, purpose, URI.create(handle.tunnelEndpoint()), path)
        .parameter("partition", handle.partition());
  }

  /** The session for messages. */
  static String describe(DownloadHandle handle) {
    String table = handle.table();
    if (table == null) {
      return "the result of SQL task " + handle.instance();
    }
    return new TableName(handle.project(), handle.schema(), table)
        + (handle.partition() == null ? "" : ", partition " + handle.partition());
  }
}
