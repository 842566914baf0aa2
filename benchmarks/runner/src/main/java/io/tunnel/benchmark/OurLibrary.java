package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Our upload session: batches that are there already, one thread, uncompressed, no JVM flags. */
final class OurLibrary implements Participant {
  private final BufferAllocator allocator = new RootAllocator();
  private @Nullable TunnelClient client;
  private @Nullable TableName table;
  private @Nullable ArrowBatches batches;
  private int blocks;

  private OurLibrary() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new OurLibrary());
  }

  static TunnelClient connect(Map<String, String> settings) {
    return TunnelClient.open(
        TunnelConfig.builder(
                URI.create(Objects.requireNonNull(settings.get("endpoint"))), Main.PROJECT)
            .credentials(Credentials.accessKey(Main.ACCESS_ID, Main.ACCESS_KEY))
            .build());
  }

  static TableSchema schema(Dataset data) {
    return new TableSchema(
        data.columns().stream().map(c -> Column.of(c.name(), c.type())).toList(), List.of());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) throws IOException {
    client = connect(settings);
    table = new TableName(Main.PROJECT, null, Objects.requireNonNull(settings.get("table")));
    blocks = Integer.parseInt(Objects.requireNonNull(settings.get("blocks")));
    batches =
        ArrowBatches.of(
            data,
            client.createUpload(table, UploadOptions.append()).arrowSchema(),
            Integer.parseInt(Objects.requireNonNull(settings.get("batchRows"))),
            allocator);
  }

  @Override
  public long run() throws IOException {
    List<VectorSchemaRoot> all = Objects.requireNonNull(batches).batches();
    Set<Integer> ids = new TreeSet<>();
    try (BufferAllocator writers = new RootAllocator()) {
      UploadSession session =
          Objects.requireNonNull(client)
              .createUpload(Objects.requireNonNull(table), UploadOptions.append());
      for (int block = 0; block < blocks; block++) {
        ids.add(block);
        try (BlockWriter writer = session.openBlock(block, writers)) {
          for (VectorSchemaRoot batch :
              all.subList(all.size() * block / blocks, all.size() * (block + 1) / blocks)) {
            writer.write(batch);
          }
          writer.finish();
        }
      }
      session.commit(ids);
      return writers.getPeakMemoryAllocation() + DirectMemory.used();
    }
  }
}
