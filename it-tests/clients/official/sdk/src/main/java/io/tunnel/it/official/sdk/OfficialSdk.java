package io.tunnel.it.official.sdk;

import com.aliyun.odps.Column;
import com.aliyun.odps.Instance;
import com.aliyun.odps.Odps;
import com.aliyun.odps.OdpsException;
import com.aliyun.odps.PartitionSpec;
import com.aliyun.odps.Table;
import com.aliyun.odps.TableSchema;
import com.aliyun.odps.account.Account;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.account.AppAccount;
import com.aliyun.odps.account.StsAccount;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.Record;
import com.aliyun.odps.task.SQLTask;
import com.aliyun.odps.tunnel.Configuration;
import com.aliyun.odps.tunnel.InstanceTunnel;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.io.TunnelRecordReader;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Does with the official SDK what the tests tell it to do. */
public final class OfficialSdk {
  private final Uploads uploads = new Uploads(this::tunnel);
  private final Upserts upserts = new Upserts(this::tunnel);
  private final Downloads downloads = new Downloads(this::tunnel);
  private final Executors executors = new Executors(this::odps);
  private final Administration administration = new Administration(this::odps);
  private Odps odps;
  private TableTunnel tunnel;

  private OfficialSdk() {}

  /** Serves commands until the input ends. */
  public static void main(String[] arguments) throws IOException {
    OfficialSdk sdk = new OfficialSdk();
    CommandLoop loop =
        new CommandLoop()
            .on("open", sdk::open)
            .on("sql", sdk::sql)
            .on("select", sdk::select)
            .on("selectAsText", sdk::selectAsText)
            .on("tables", sdk::tables)
            .on("table", sdk::table)
            .on("createPartition", sdk::createPartition);
    sdk.uploads.register(loop);
    sdk.upserts.register(loop);
    sdk.downloads.register(loop);
    sdk.executors.register(loop);
    sdk.administration.register(loop);
    loop.run();
  }

  private TableTunnel tunnel() {
    if (tunnel == null) {
      throw new IllegalStateException("Say open first");
    }
    return tunnel;
  }

  private Odps odps() {
    if (odps == null) {
      throw new IllegalStateException("Say open first");
    }
    return odps;
  }

  private Object open(Arguments arguments) {
    String application = arguments.optionalText("applicationId");
    odps =
        application == null
            ? new Odps(account(arguments))
            : new Odps(
                account(arguments),
                new AppAccount(new AliyunAccount(application, arguments.text("applicationKey"))));
    odps.setEndpoint(arguments.text("endpoint"));
    odps.setDefaultProject(arguments.text("project"));
    // The SDK's own default waits ten seconds between attempts.
    odps.getRestClient().setRetryTimes(0);
    Configuration.Builder configuration = Configuration.builder(odps);
    String quota = arguments.optionalText("quota");
    if (quota != null) {
      configuration.withQuotaName(quota);
    }
    if (!arguments.list("tags").isEmpty()) {
      configuration.withTags(arguments.list("tags"));
    }
    tunnel = new TableTunnel(odps, configuration.build());
    return "open";
  }

  /** A region switches to signature version 4. */
  private static Account account(Arguments arguments) {
    String region = arguments.optionalText("region");
    String token = arguments.optionalText("securityToken");
    String id = arguments.text("accessId");
    String key = arguments.text("accessKey");
    if (token == null) {
      return region == null ? new AliyunAccount(id, key) : new AliyunAccount(id, key, region);
    }
    return region == null ? new StsAccount(id, key, token) : new StsAccount(id, key, token, region);
  }

  private Instance run(Arguments arguments) throws OdpsException {
    Map<String, String> hints = new LinkedHashMap<>(arguments.texts("hints"));
    Instance instance =
        SQLTask.run(odps, odps.getDefaultProject(), arguments.text("statement"), hints, Map.of());
    instance.waitForSuccess(50);
    return instance;
  }

  private Object sql(Arguments arguments) throws OdpsException {
    Instance instance = run(arguments);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("instance", instance.getId());
    answer.put("text", SQLTask.getRawResult(instance));
    return answer;
  }

  private Object select(Arguments arguments) throws OdpsException, IOException {
    Instance instance = run(arguments);
    InstanceTunnel.DownloadSession session =
        new InstanceTunnel(odps)
            .createDownloadSession(
                odps.getDefaultProject(), instance.getId(), arguments.flag("limited"));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("columns", columns(session.getSchema()));
    answer.put("count", session.getRecordCount());
    List<Object> rows = new ArrayList<>();
    if (session.getRecordCount() > 0) {
      try (TunnelRecordReader reader = session.openRecordReader(0, session.getRecordCount())) {
        for (Record row = reader.read(); row != null; row = reader.read()) {
          rows.add(RecordCells.cells((ArrayRecord) row));
        }
      }
    }
    answer.put("rows", rows);
    return answer;
  }

  private Object selectAsText(Arguments arguments) throws OdpsException {
    List<Object> rows = new ArrayList<>();
    for (Record row : SQLTask.getResult(run(arguments))) {
      List<Object> cells = new ArrayList<>();
      for (int i = 0; i < row.getColumnCount(); i++) {
        cells.add(row.getString(i));
      }
      rows.add(cells);
    }
    return rows;
  }

  private Object tables(Arguments arguments) {
    List<String> names = new ArrayList<>();
    for (Table table : odps.tables()) {
      names.add(table.getName());
    }
    return names;
  }

  private Object table(Arguments arguments) throws OdpsException {
    String name = arguments.text("table");
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("exists", odps.tables().exists(name));
    if (Boolean.TRUE.equals(answer.get("exists"))) {
      Table table = odps.tables().get(name);
      table.reload();
      answer.put("columns", columns(table.getSchema()));
      answer.put("comment", table.getComment());
      Table.ClusterInfo clustering = table.getClusterInfo();
      answer.put("clustering", clustering == null ? "" : clustering.toString());
      List<String> partitionColumns = new ArrayList<>();
      for (Column column : table.getSchema().getPartitionColumns()) {
        partitionColumns.add(column.getName() + " " + column.getTypeInfo().getTypeName());
      }
      answer.put("partitionColumns", partitionColumns);
      List<String> partitions = new ArrayList<>();
      if (table.isPartitioned()) {
        table.getPartitions().forEach(p -> partitions.add(p.getPartitionSpec().toString()));
      }
      answer.put("partitions", partitions);
    }
    return answer;
  }

  private Object createPartition(Arguments arguments) throws OdpsException {
    odps.tables()
        .get(arguments.text("table"))
        .createPartition(new PartitionSpec(arguments.text("partition")), true);
    return "created";
  }

  static List<String> columns(TableSchema schema) {
    List<String> columns = new ArrayList<>();
    for (Column column : schema.getColumns()) {
      columns.add(column.getName() + " " + column.getTypeInfo().getTypeName());
    }
    return columns;
  }
}
