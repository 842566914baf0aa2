package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.DownloadService;
import io.tunnel.server.session.DownloadSession;
import io.tunnel.server.session.Partitions;
import io.tunnel.server.session.Previews;
import io.tunnel.server.session.RowAnswer;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.store.BatchFile;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a download session, of tables and of instances (specification: regular tunnel,
 * section 3; control plane, section 5).
 */
final class DownloadResource {
  private static final Pattern ROW_RANGE = Pattern.compile("\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)");

  /** Rows that a client without the right to download may read. */
  private static final long LIMITED_ROWS = 10_000;

  /** The version of the tunnel with metrics in the trailer of record bodies. */
  private static final int METRICS_VERSION = 6;

  private final Catalog catalog;
  private final DownloadService downloads;
  private final Previews previews;
  private final InstanceService instances;
  private final BufferAllocator allocator;

  DownloadResource(
      Catalog catalog,
      DownloadService downloads,
      Previews previews,
      InstanceService instances,
      BufferAllocator allocator) {
    this.catalog = catalog;
    this.downloads = downloads;
    this.previews = previews;
    this.instances = instances;
    this.allocator = allocator;
  }

  void serveTable(Call call, String project, String schema, String table) throws IOException {
    PartitionSpec partition = Partitions.parse(call.parameter("partition"));
    if (call.isPost() && call.has("downloads")) {
      DownloadSession session =
          downloads.create(
              catalog.table(project, schema, table),
              partition,
              call.owner(),
              UploadResource.quota(call),
              call.isTrue("asyncmode"));
      // 202 would say it better, but the service answers with none.
      send(call, session.isReady() ? 200 : 201, session);
      return;
    }
    DownloadSession session =
        find(call, DownloadService.resource(project, schema, table), partition);
    if (call.has("data") && !call.isTrue("disable_modified_check")) {
      downloads.requireUnchanged(session, catalog.find(project, schema, table));
    }
    serveSession(call, session);
  }

  /**
   * Serves the rows of a statement.
   *
   * @param instanceId what the request names: the statement, or the session that it belongs to
   */
  void serveInstance(Call call, String project, String instanceId, Instance statement)
      throws IOException {
    long limit = call.has("instance_tunnel_limit_enabled") ? LIMITED_ROWS : Long.MAX_VALUE;
    if (call.isPost() && call.has("downloads")) {
      BatchFile result = instances.rows(statement);
      call.answerHeader("x-tunnel-arrow-results", "true");
      send(
          call,
          201,
          downloads.createForInstance(
              project, instanceId, result, call.owner(), UploadResource.quota(call), limit));
      return;
    }
    if (call.isGet() && call.has("data") && !call.has("downloadid")) {
      serveDirectly(call, statement, limit);
      return;
    }
    serveSession(call, find(call, DownloadService.instanceResource(project, instanceId), null));
  }

  /** Rows without a session (control plane, section 5.4); the statement may run still. */
  private void serveDirectly(Call call, Instance statement, long limit) throws IOException {
    if (!InstancesResource.await(statement, instances.longestHoldMillis())) {
      throw ServiceError.ODPS_TASK_TIMEOUT.exception();
    }
    BatchFile rows = instances.rows(statement);
    long count = Math.min(limit, rows.rows());
    call.answerHeader("odps-tunnel-record-count", String.valueOf(count));
    try (BatchFile.Hold hold = rows.hold()) {
      data(call, rows, count, hold, "sizelimit");
    }
  }

  private DownloadSession find(Call call, String resource, @Nullable PartitionSpec partition)
      throws IOException {
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
    return downloads.find(call.required("downloadid"), resource, partition);
  }

  private void serveSession(Call call, DownloadSession session) throws IOException {
    if (call.has("data")) {
      data(call, session);
    } else {
      send(call, 200, session);
    }
  }

  private void data(Call call, DownloadSession session) throws IOException {
    try (BatchFile.Hold hold = downloads.hold(session)) {
      data(call, session.rows().join().file(), session.recordCount(), hold, "raw_size");
    }
  }

  private void data(Call call, BatchFile rows, long count, BatchFile.Hold hold, String sizeLimit)
      throws IOException {
    long[] range = range(call.parameter("rowrange"), count);
    List<Integer> columns = RowAnswer.columns(rows.columns(), call.parameter("columns"));
    boolean arrow = call.has("arrow");
    ContentCoding coding = wanted(call.header("Accept-Encoding"));
    long rawBytes =
        UploadResource.number(call, sizeLimit, call.parameter(sizeLimit), Long.MAX_VALUE);
    RowAnswer answer =
        new RowAnswer(
            rows,
            columns,
            range[0],
            range[1],
            arrow,
            rawBytes == 0 ? Long.MAX_VALUE : rawBytes,
            call.has("schema_in_stream"));
    RowAnswer.Metrics metrics = understandsMetrics(call) ? call.times()::json : null;
    try (AnswerStream out = call.stream(coding.wireName())) {
      answer.write(hold, out, coding, metrics, allocator);
      // Who has the whole answer may rely on a file without readers.
      hold.close();
      out.finish();
    }
  }

  /** Clients of earlier versions fail on metrics in a trailer. */
  private static boolean understandsMetrics(Call call) {
    String version = call.header("x-odps-tunnel-version");
    return version != null
        && version.matches("[0-9]{1,9}")
        && Integer.parseInt(version) >= METRICS_VERSION;
  }

  /** The first rows of a table, without a session. */
  void preview(Call call, TableEntry table) throws IOException {
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
    PartitionSpec partition = Partitions.parse(call.parameter("partition"));
    try (Previews.Preview preview =
            previews.take(table, partition, call.parameter("columns"), limit(call));
        AnswerStream out = call.stream(null)) {
      preview.write(out);
      out.finish();
    }
  }

  private static long limit(Call call) throws ServiceException {
    String limit = call.parameter("limit");
    return limit == null || limit.matches("-[0-9]+")
        ? -1
        : UploadResource.number(call, "limit", limit, Long.MAX_VALUE);
  }

  private static long[] range(@Nullable String text, long records) throws ServiceException {
    if (text == null) {
      return new long[] {0, records};
    }
    Matcher matcher = ROW_RANGE.matcher(text);
    if (!matcher.matches() || matcher.group(1).length() > 18 || matcher.group(2).length() > 18) {
      throw ServiceError.INVALID_ROW_RANGE.exception(
          "The row range \"" + text + "\" is not of the form (first,count)");
    }
    long first = Long.parseLong(matcher.group(1));
    long count = Long.parseLong(matcher.group(2));
    if (count == 0 || first > records || count > records - first) {
      throw ServiceError.INVALID_ROW_RANGE.exception(
          "The row range " + text + " leaves the " + records + " rows of the session");
    }
    return new long[] {first, count};
  }

  /** The first coding of the list that is known; no coding if there is none. */
  private static ContentCoding wanted(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return ContentCoding.NONE;
    }
    for (String part : acceptEncoding.split(",")) {
      int parameters = part.indexOf(';');
      String name =
          (parameters < 0 ? part : part.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
      for (ContentCoding coding : ContentCoding.values()) {
        if (name.equals(coding.wireName())) {
          return coding;
        }
      }
    }
    return ContentCoding.NONE;
  }

  private void send(Call call, int status, DownloadSession session) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("DownloadID", session.id());
    node.put("Initiated", TableRepresentation.date(session.created()));
    node.put("Owner", session.owner());
    node.put(
        "Status",
        downloads.isExpired(session) ? "expired" : session.isReady() ? "normal" : "initiating");
    if (session.isReady()) {
      node.put("RecordCount", session.recordCount());
    }
    node.put("QuotaName", session.quota());
    node.put("SupportReadByRawSize", true);
    node.set("Schema", SchemaJson.write(session.schema()));
    call.sendJson(status, node.toString());
  }
}
