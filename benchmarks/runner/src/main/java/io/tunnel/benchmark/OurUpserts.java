package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.PartitionedUpsert;
import io.tunnel.protocol.session.PartitionedUpsertOptions;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.session.UpsertWriter;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Our upsert sessions: batches that are there already, one thread, uncompressed, no JVM flags. */
final class OurUpserts implements Participant {
  private @Nullable TunnelClient client;
  private @Nullable TableName table;
  private @Nullable ArrowBatches batches;
  private List<PartitionSpec> partitions = List.of();
  private int[] partitionOfRow = new int[0];
  private byte[] operations = new byte[0];
  private boolean fileCached;

  private OurUpserts() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new OurUpserts());
  }

  private static String told(Map<String, String> settings, String name) {
    return Objects.requireNonNull(settings.get(name), name);
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) {
    URI endpoint = URI.create(told(settings, "endpoint"));
    client =
        TunnelClient.open(
            TunnelConfig.builder(endpoint, Main.PROJECT)
                .tunnelEndpoint(endpoint)
                .credentials(Credentials.accessKey(Main.ACCESS_ID, Main.ACCESS_KEY))
                .build());
    table = new TableName(Main.PROJECT, null, told(settings, "table"));
    int batchRows = Integer.parseInt(told(settings, "batchRows"));
    batches =
        ArrowBatches.of(
            data, OurLibrary.schema(data).arrowSchema(), batchRows, new RootAllocator());
    fileCached = Boolean.parseBoolean(told(settings, "fileCached"));
    int count = Integer.parseInt(told(settings, "partitions"));
    partitions = IntStream.range(0, count).mapToObj(i -> PartitionSpec.parse("ds=" + i)).toList();
    partitionOfRow = IntStream.range(0, batchRows).map(row -> row % count).toArray();
    operations = new byte[batchRows];
    Arrays.fill(operations, UpsertOperation.UPSERT.code());
  }

  @Override
  public long run() throws IOException {
    List<VectorSchemaRoot> all = Objects.requireNonNull(batches).batches();
    TunnelClient open = Objects.requireNonNull(client);
    TableName into = Objects.requireNonNull(table);
    if (fileCached) {
      try (PartitionedUpsert upsert =
          open.upsertPartitions(
              into,
              PartitionedUpsertOptions.defaults().withFileCached(true),
              UnaryOperator.identity())) {
        for (VectorSchemaRoot batch : all) {
          upsert.write(partitions, partitionOfRow, batch, operations);
        }
        upsert.commit();
      }
    } else {
      try (UpsertSession session = open.createUpsert(into, UpsertOptions.defaults());
          UpsertWriter writer = session.openWriter()) {
        for (VectorSchemaRoot batch : all) {
          writer.write(batch, UpsertOperation.UPSERT);
        }
        writer.flush();
        session.commit();
      }
    }
    return DirectMemory.used();
  }
}
