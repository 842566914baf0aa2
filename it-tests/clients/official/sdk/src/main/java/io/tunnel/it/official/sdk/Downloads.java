package io.tunnel.it.official.sdk;

import com.aliyun.odps.Column;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.ArrowRecordReader;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.data.RecordReader;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.io.TunnelRecordReader;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.ArrowCells;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** The download session of the official SDK, with its record reader and its Arrow reader. */
final class Downloads {
  private static final long POLL_NANOS = 20_000_000;
  private static final long LONGEST_WAIT_NANOS = 30_000_000_000L;

  private final Supplier<TableTunnel> tunnel;

  Downloads(Supplier<TableTunnel> tunnel) {
    this.tunnel = tunnel;
  }

  void register(CommandLoop loop) {
    loop.on("readRecords", this::readRecords)
        .on("readArrow", this::readArrow)
        .on("readBuffered", this::readBuffered)
        .on("createDownload", this::create)
        .on("preview", this::preview);
  }

  private String project() {
    return tunnel.get().getOdps().getDefaultProject();
  }

  private Object create(Arguments arguments) throws TunnelException, IOException {
    return session(arguments).getId();
  }

  /** The session with the id of the command, or a new one. */
  private TableTunnel.DownloadSession session(Arguments arguments)
      throws TunnelException, IOException {
    String id = arguments.optionalText("download");
    String schema = arguments.optionalText("schema");
    String table = arguments.text("table");
    if (id != null) {
      return schema == null
          ? tunnel.get().getDownloadSession(project(), table, id)
          : tunnel.get().getDownloadSession(project(), schema, table, id);
    }
    TableTunnel.DownloadSessionBuilder builder =
        tunnel
            .get()
            .buildDownloadSession(project(), table)
            .setAsyncMode(arguments.flag("async"))
            .setWaitAsyncBuild(false);
    if (schema != null) {
      builder.setSchemaName(schema);
    }
    String partition = arguments.optionalText("partition");
    if (partition != null) {
      builder.setPartitionSpec(new PartitionSpec(partition));
    }
    TableTunnel.DownloadSession session = builder.build();
    // The SDK's own wait sleeps 5 to 35 seconds before it asks for the first time.
    long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
    while (session.getStatus() == TableTunnel.DownloadStatus.INITIATING) {
      if (System.nanoTime() > deadline) {
        throw new IOException("Session " + session.getId() + " does not become ready");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return session;
  }

  private static List<Column> columns(TableTunnel.DownloadSession session, Arguments arguments) {
    List<String> names = arguments.list("columns");
    if (names.isEmpty()) {
      return null;
    }
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(session.getSchema().getColumn(name));
    }
    return columns;
  }

  private Object readRecords(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.DownloadSession session = session(arguments);
    long first = arguments.number("first", 0);
    long count = arguments.number("count", session.getRecordCount() - first);
    CompressOption compression = Compression.of(arguments);
    List<Column> columns = columns(session, arguments);
    List<Object> rows = new ArrayList<>();
    if (count > 0) {
      try (TunnelRecordReader reader =
          session.openRecordReader(
              first, count, compression, columns, arguments.flag("unchecked"))) {
        for (Record row = reader.read(); row != null; row = reader.read()) {
          rows.add(RecordCells.cells((ArrayRecord) row));
        }
      }
    }
    return answer(session, rows);
  }

  /** The reader that asks for pieces of about so many raw bytes. */
  private Object readBuffered(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.DownloadSession session = session(arguments);
    List<Object> rows = new ArrayList<>();
    try (RecordReader reader =
        session.openBufferedRecordReader(
            0,
            session.getRecordCount(),
            arguments.number("batchRows", 100),
            arguments.number("batchBytes", 4096),
            new CompressOption(CompressOption.CompressAlgorithm.ODPS_RAW, 0, 0),
            null,
            false)) {
      for (Record row = reader.read(); row != null; row = reader.read()) {
        rows.add(RecordCells.cells((ArrayRecord) row));
      }
    }
    return answer(session, rows);
  }

  /** Rows without a session: data columns, then partition columns. */
  private Object preview(Arguments arguments) throws TunnelException, IOException {
    List<Object> rows = new ArrayList<>();
    List<String> columns = arguments.list("columns");
    try (ArrowStreamReader reader =
        tunnel
            .get()
            .preview(
                project(),
                arguments.optionalText("schema"),
                arguments.text("table"),
                arguments.optionalText("partition"),
                arguments.number("limit", -1),
                columns.isEmpty() ? null : columns)) {
      while (reader.loadNextBatch()) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          List<Object> cells = new ArrayList<>();
          for (FieldVector vector : root.getFieldVectors()) {
            cells.add(ArrowCells.read(vector, row));
          }
          rows.add(cells);
        }
      }
    }
    return Map.of("rows", rows);
  }

  private Object readArrow(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.DownloadSession session = session(arguments);
    long first = arguments.number("first", 0);
    long count = arguments.number("count", session.getRecordCount() - first);
    CompressOption asked = Compression.of(arguments);
    // The Arrow reader has no default of its own.
    CompressOption compression =
        asked == null ? new CompressOption(CompressOption.CompressAlgorithm.ODPS_RAW, 0, 0) : asked;
    List<Column> columns = columns(session, arguments);
    List<Object> rows = new ArrayList<>();
    if (count > 0) {
      try (BufferAllocator allocator = new RootAllocator();
          ArrowRecordReader reader =
              session.openArrowRecordReader(
                  first, count, columns, allocator, compression, arguments.flag("unchecked"))) {
        for (VectorSchemaRoot root = reader.read(); root != null; root = reader.read()) {
          for (int row = 0; row < root.getRowCount(); row++) {
            List<Object> cells = new ArrayList<>();
            for (FieldVector vector : root.getFieldVectors()) {
              cells.add(ArrowCells.read(vector, row));
            }
            rows.add(cells);
          }
          root.close();
        }
      }
    }
    return answer(session, rows);
  }

  private static Object answer(TableTunnel.DownloadSession session, List<Object> rows) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("columns", OfficialSdk.columns(session.getSchema()));
    answer.put("count", session.getRecordCount());
    answer.put("rows", rows);
    return answer;
  }
}
