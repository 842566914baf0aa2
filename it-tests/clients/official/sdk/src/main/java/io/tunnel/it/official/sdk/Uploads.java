package io.tunnel.it.official.sdk;

import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.ArrowRecordWriter;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.io.TunnelBufferedWriter;
import com.aliyun.odps.tunnel.io.TunnelRecordWriter;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.ArrowCells;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The upload session of the official SDK, with its record writer and its Arrow writer. */
final class Uploads {
  /** The SDK refuses less. */
  private static final long SMALLEST_BUFFER_BYTES = 1024 * 1024;

  private final Supplier<TableTunnel> tunnel;
  private final Map<String, TableTunnel.UploadSession> sessions = new HashMap<>();

  Uploads(Supplier<TableTunnel> tunnel) {
    this.tunnel = tunnel;
  }

  void register(CommandLoop loop) {
    loop.on("createUpload", this::create)
        .on("attachUpload", this::attach)
        .on("writeRecords", this::writeRecords)
        .on("writeArrow", this::writeArrow)
        .on("writeBuffered", this::writeBuffered)
        .on("commitAll", this::commitAll)
        .on("blocks", this::blocks)
        .on("uploadStatus", this::status)
        .on("commit", this::commit);
  }

  private Object create(Arguments arguments) throws TunnelException {
    String project = project();
    String schema = arguments.optionalText("schema");
    String table = arguments.text("table");
    PartitionSpec partition = partition(arguments);
    boolean overwrite = arguments.flag("overwrite");
    if (schema != null) {
      return remember(
          partition == null
              ? tunnel.get().createUploadSession(project, schema, table, overwrite)
              : tunnel.get().createUploadSession(project, schema, table, partition, overwrite));
    }
    return remember(
        partition == null
            ? tunnel.get().createUploadSession(project, table, overwrite)
            : tunnel.get().createUploadSession(project, table, partition, overwrite));
  }

  private String project() {
    return tunnel.get().getOdps().getDefaultProject();
  }

  private static PartitionSpec partition(Arguments arguments) {
    String partition = arguments.optionalText("partition");
    return partition == null ? null : new PartitionSpec(partition);
  }

  private Object attach(Arguments arguments) throws TunnelException {
    String schema = arguments.optionalText("schema");
    String table = arguments.text("table");
    String upload = arguments.text("upload");
    PartitionSpec partition = partition(arguments);
    if (schema != null) {
      return remember(tunnel.get().getUploadSession(project(), schema, table, partition, upload));
    }
    return remember(
        partition == null
            ? tunnel.get().getUploadSession(project(), table, upload)
            : tunnel.get().getUploadSession(project(), table, partition, upload));
  }

  private Object remember(TableTunnel.UploadSession session) {
    sessions.put(session.getId(), session);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("upload", session.getId());
    answer.put("columns", OfficialSdk.columns(session.getSchema()));
    answer.put("transforms", session.isShouldTransform());
    answer.put("quota", session.getQuotaName());
    return answer;
  }

  private TableTunnel.UploadSession session(Arguments arguments) {
    return sessions.get(arguments.text("upload"));
  }

  private Object writeRecords(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.UploadSession session = session(arguments);
    CompressOption compression = Compression.of(arguments);
    long block = arguments.number("block", 0);
    List<List<Object>> rows = arguments.list("rows");
    long version = arguments.number("version", 0);
    RecordWriter opened;
    if (version > 0) {
      opened = session.openRecordWriter(block, orDefault(compression), version);
    } else if (compression != null) {
      opened = session.openRecordWriter(block, compression);
    } else {
      opened = session.openRecordWriter(block);
    }
    try (RecordWriter writer = opened) {
      ArrayRecord record = (ArrayRecord) session.newRecord();
      for (List<Object> row : rows) {
        RecordCells.fill(record, row);
        writer.write(record);
      }
    }
    return Map.of(
        "rows", rows.size(), "metrics", String.valueOf(((TunnelRecordWriter) opened).getMetrics()));
  }

  private static CompressOption orDefault(CompressOption compression) {
    return compression == null
        ? new CompressOption(CompressOption.CompressAlgorithm.ODPS_RAW, 0, 0)
        : compression;
  }

  private Object writeArrow(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.UploadSession session = session(arguments);
    CompressOption compression = Compression.of(arguments);
    long block = arguments.number("block", 0);
    List<List<List<Object>>> batches = arguments.list("batches");
    int rows = 0;
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(session.getArrowSchema(), allocator);
        ArrowRecordWriter writer =
            compression == null
                ? session.openArrowRecordWriter(block)
                : session.openArrowRecordWriter(block, compression)) {
      for (List<List<Object>> batch : batches) {
        root.clear();
        root.allocateNew();
        for (int row = 0; row < batch.size(); row++) {
          for (int column = 0; column < batch.get(row).size(); column++) {
            ArrowCells.write(root.getVector(column), row, batch.get(row).get(column));
          }
        }
        root.setRowCount(batch.size());
        writer.write(root);
        rows += batch.size();
      }
    }
    return rows;
  }

  /** The writer that chooses the block ids itself; its blocks are as small as the SDK allows. */
  private Object writeBuffered(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.UploadSession session = session(arguments);
    try (TunnelBufferedWriter writer = (TunnelBufferedWriter) session.openBufferedWriter()) {
      writer.setBufferSize(SMALLEST_BUFFER_BYTES);
      ArrayRecord record = (ArrayRecord) session.newRecord();
      for (List<Object> row : arguments.<List<Object>>list("rows")) {
        RecordCells.fill(record, row);
        writer.write(record);
      }
    }
    return "written";
  }

  private Object commitAll(Arguments arguments) throws TunnelException, IOException {
    session(arguments).commit();
    return "committed";
  }

  private Object blocks(Arguments arguments) throws TunnelException, IOException {
    Long[] blocks = session(arguments).getBlockList();
    Arrays.sort(blocks);
    return blocks;
  }

  private Object status(Arguments arguments) throws TunnelException, IOException {
    return session(arguments).getStatus().name();
  }

  private Object commit(Arguments arguments) throws TunnelException, IOException {
    List<Number> blocks = arguments.list("blocks");
    session(arguments).commit(blocks.stream().map(Number::longValue).toArray(Long[]::new));
    return "committed";
  }
}
