package io.tunnel.it.official.sdk;

import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.sqa.ExecuteMode;
import com.aliyun.odps.sqa.FallbackPolicy;
import com.aliyun.odps.sqa.SQLExecutor;
import com.aliyun.odps.sqa.SQLExecutorBuilder;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The executor of the official SDK, which prefers interactive sessions (MCQA). */
final class Executors {
  private static final long ATTACH_SECONDS = 5;

  private final Supplier<Odps> odps;

  Executors(Supplier<Odps> odps) {
    this.odps = odps;
  }

  void register(CommandLoop loop) {
    loop.on("execute", this::execute);
  }

  /** Runs a statement and reads its rows, as records over the tunnel or as text. */
  private Object execute(Arguments arguments) throws OdpsException, IOException {
    boolean fallback = arguments.flag("fallback");
    SQLExecutorBuilder builder =
        SQLExecutorBuilder.builder()
            .odps(odps.get())
            .executeMode(ExecuteMode.valueOf(arguments.text("mode")))
            .attachTimeout(ATTACH_SECONDS)
            .useInstanceTunnel(arguments.flag("tunnel"))
            .fallbackPolicy(
                fallback
                    ? FallbackPolicy.alwaysFallbackPolicy()
                    : FallbackPolicy.nonFallbackPolicy());
    String service = arguments.optionalText("service");
    if (service != null) {
      builder.serviceName(service);
    }
    String quota = arguments.optionalText("quota");
    if (quota != null) {
      builder.quotaName(quota);
    }
    SQLExecutor executor = builder.build();
    try {
      executor.run(arguments.text("statement"), new LinkedHashMap<>(arguments.texts("hints")));
      List<Object> rows = new ArrayList<>();
      for (Record row : executor.getResult()) {
        rows.add(
            arguments.flag("tunnel") && executor.hasResultSet()
                ? RecordCells.cells((ArrayRecord) row)
                : texts(row));
      }
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("rows", rows);
      answer.put("interactive", executor.isRunningInInteractiveMode());
      answer.put("log", executor.getExecutionLog());
      return answer;
    } finally {
      executor.close();
    }
  }

  private static List<Object> texts(Record row) {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < row.getColumnCount(); i++) {
      cells.add(row.get(i) == null ? null : row.get(i).toString());
    }
    return cells;
  }
}
