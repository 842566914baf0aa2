package io.tunnel.it.official.sdk;

import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.TunnelException;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.streams.UpsertStream;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The upsert session of the official SDK with its stream. */
final class Upserts {
  private static final String DELETE = "D";

  private final Supplier<TableTunnel> tunnel;
  private final Map<String, TableTunnel.UpsertSession> sessions = new HashMap<>();

  Upserts(Supplier<TableTunnel> tunnel) {
    this.tunnel = tunnel;
  }

  void register(CommandLoop loop) {
    loop.on("openUpsert", this::open)
        .on("upsert", this::write)
        .on("commitUpsert", this::commit)
        .on("abortUpsert", this::abort)
        .on("upsertStatus", this::status);
  }

  /** Begins a session, or goes on with the one that is named. */
  private Object open(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.UpsertSession.Builder builder =
        tunnel
            .get()
            .buildUpsertSession(tunnel.get().getOdps().getDefaultProject(), arguments.text("table"))
            .setSlotNum(arguments.number("slots", 1));
    String partition = arguments.optionalText("partition");
    if (partition != null) {
      builder.setPartitionSpec(partition);
    }
    String known = arguments.optionalText("upsert");
    if (known != null) {
      builder.setUpsertId(known);
    }
    TableTunnel.UpsertSession session = builder.build();
    sessions.put(session.getId(), session);
    return session.getId();
  }

  private TableTunnel.UpsertSession session(Arguments arguments) {
    return sessions.get(arguments.text("upsert"));
  }

  /** Writes rows, each with its operation first; {@code columns} makes them partial. */
  private Object write(Arguments arguments) throws TunnelException, IOException {
    TableTunnel.UpsertSession session = session(arguments);
    List<String> columns = arguments.list("columns");
    UpsertStream.Builder builder = session.buildUpsertStream();
    CompressOption compression = Compression.of(arguments);
    if (compression != null) {
      builder.setCompressOption(compression);
    }
    long flushRows = arguments.number("flushRows", Long.MAX_VALUE);
    try (UpsertStream stream = builder.build()) {
      long rows = 0;
      for (List<Object> row : arguments.<List<Object>>list("rows")) {
        Record record = session.newRecord();
        for (int i = 1; i < row.size(); i++) {
          RecordCells.set((ArrayRecord) record, i - 1, row.get(i));
        }
        if (row.get(0).equals(DELETE)) {
          stream.delete(record);
        } else if (columns.isEmpty()) {
          stream.upsert(record);
        } else {
          stream.upsert(record, columns);
        }
        if (++rows % flushRows == 0) {
          stream.flush();
        }
      }
    }
    return "written";
  }

  private Object commit(Arguments arguments) throws TunnelException {
    session(arguments).commit(!arguments.flag("later"));
    return "committed";
  }

  private Object abort(Arguments arguments) throws TunnelException {
    session(arguments).abort();
    return "aborted";
  }

  private Object status(Arguments arguments) throws TunnelException {
    return session(arguments).getStatus();
  }
}
