package io.tunnel.benchmark.official;

import com.aliyun.odps.Odps;
import com.aliyun.odps.account.AliyunAccount;
import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.tunnel.TableTunnel;
import com.aliyun.odps.tunnel.io.CompressOption;
import com.aliyun.odps.tunnel.streams.UpsertStream;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.util.Map;

/** The official SDK's upsert stream: one reused record, one thread, uncompressed. */
public final class SdkUpserts implements Participant {
  private Odps odps;
  private Map<String, String> settings;
  private RowSetter[] setters;
  private int rows;

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SdkUpserts());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> told) {
    settings = told;
    rows = data.rows();
    setters = RowSetter.of(data);
    odps = new Odps(new AliyunAccount(told.get("accessId"), told.get("accessKey")));
    odps.setEndpoint(told.get("endpoint"));
    odps.setDefaultProject(told.get("project"));
  }

  @Override
  public long run() throws Exception {
    TableTunnel tunnel = odps.tableTunnel();
    tunnel.setEndpoint(settings.get("endpoint"));
    try (TableTunnel.UpsertSession session =
        tunnel.buildUpsertSession(odps.getDefaultProject(), settings.get("table")).build()) {
      try (UpsertStream stream =
          session
              .buildUpsertStream()
              .setCompressOption(
                  new CompressOption(CompressOption.CompressAlgorithm.ODPS_RAW, 0, 0))
              .build()) {
        ArrayRecord record = (ArrayRecord) session.newRecord();
        for (int row = 0; row < rows; row++) {
          for (RowSetter setter : setters) {
            setter.set(record, row);
          }
          stream.upsert(record);
        }
        stream.flush();
      }
      session.commit(false);
    }
    return -1;
  }
}
