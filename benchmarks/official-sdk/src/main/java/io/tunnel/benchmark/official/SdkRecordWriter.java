package io.tunnel.benchmark.official;

import com.aliyun.odps.data.ArrayRecord;
import com.aliyun.odps.data.RecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.util.Map;

/** The official SDK's record writer: one reused record, one thread, uncompressed. */
public final class SdkRecordWriter implements Participant {
  private Dataset data;
  private RowSetter[] setters;
  private SdkSession session;
  private int blocks;

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SdkRecordWriter());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) {
    this.data = data;
    this.session = new SdkSession(settings);
    this.blocks = Integer.parseInt(settings.get("blocks"));
    this.setters = RowSetter.of(data);
  }

  @Override
  public long run() throws Exception {
    TableTunnel.UploadSession upload = session.create();
    Long[] ids = new Long[blocks];
    for (int block = 0; block < blocks; block++) {
      ids[block] = (long) block;
      int from = (int) ((long) data.rows() * block / blocks);
      int to = (int) ((long) data.rows() * (block + 1) / blocks);
      try (RecordWriter writer = upload.openRecordWriter(block)) {
        ArrayRecord record = (ArrayRecord) upload.newRecord();
        for (int row = from; row < to; row++) {
          for (RowSetter setter : setters) {
            setter.set(record, row);
          }
          writer.write(record);
        }
      }
    }
    upload.commit(ids);
    return -1;
  }
}
