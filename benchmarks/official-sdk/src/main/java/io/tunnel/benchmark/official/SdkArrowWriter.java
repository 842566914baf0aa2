package io.tunnel.benchmark.official;

import com.aliyun.odps.data.ArrowRecordWriter;
import com.aliyun.odps.tunnel.TableTunnel;
import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The official SDK's Arrow writer: batches that are there already, one thread, uncompressed. */
public final class SdkArrowWriter implements Participant {
  private final RootAllocator allocator = new RootAllocator();
  private ArrowBatches batches;
  private SdkSession session;
  private int blocks;

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new SdkArrowWriter());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) throws Exception {
    session = new SdkSession(settings);
    blocks = Integer.parseInt(settings.get("blocks"));
    batches =
        ArrowBatches.of(
            data,
            session.create().getArrowSchema(),
            Integer.parseInt(settings.get("batchRows")),
            allocator);
  }

  @Override
  public long run() throws Exception {
    TableTunnel.UploadSession upload = session.create();
    Long[] ids = new Long[blocks];
    int count = batches.batches().size();
    for (int block = 0; block < blocks; block++) {
      ids[block] = (long) block;
      try (ArrowRecordWriter writer = upload.openArrowRecordWriter(block)) {
        for (VectorSchemaRoot batch :
            batches.batches().subList(count * block / blocks, count * (block + 1) / blocks)) {
          writer.write(batch);
        }
      }
    }
    upload.commit(ids);
    return -1;
  }
}
