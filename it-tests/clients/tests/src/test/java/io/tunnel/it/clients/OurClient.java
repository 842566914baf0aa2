package io.tunnel.it.clients;

import io.tunnel.it.driven.ArrowCells;
import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.Waiter;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.BodyFormat;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Our library with values in neutral form. Closing it fails if a buffer was left behind. */
public final class OurClient implements AutoCloseable {
  /** The project of all tests with it. */
  public static final String PROJECT = OfficialClients.PROJECT;

  private final TunnelClient client;
  private final BufferAllocator allocator = new RootAllocator();

  public OurClient(URI endpoint, ContentCoding compression) {
    this(
        TunnelConfig.builder(endpoint, OfficialClients.PROJECT)
            .credentials(Credentials.accessKey(OfficialClients.ACCESS_ID, OfficialClients.SECRET))
            .compression(compression)
            .build());
  }

  public OurClient(TunnelConfig config) {
    client = TunnelClient.open(config);
  }

  /** One that takes its time from a clock and waits in a way that tests can see. */
  public OurClient(TunnelConfig config, InstantSource clock, Waiter waiter) {
    client = TunnelClient.open(config, clock, waiter);
  }

  public TunnelClient client() {
    return client;
  }

  public BufferAllocator allocator() {
    return allocator;
  }

  public static TableName table(String name) {
    return new TableName(OfficialClients.PROJECT, null, name);
  }

  public void sql(String statement) throws IOException {
    client.sql().submit(statement, Map.of()).await(Duration.ofMinutes(1));
  }

  public List<List<@Nullable Object>> select(String statement) throws IOException {
    var task = client.sql().submit(statement, Map.of());
    task.await(Duration.ofMinutes(1));
    return read(task.openResult());
  }

  /** As {@link #select}, in the form that loses nothing. */
  public List<List<@Nullable Object>> selectExtended(String statement) throws IOException {
    var task = client.sql().submit(statement, Map.of());
    task.await(Duration.ofMinutes(1));
    return readExtended(task.openResult());
  }

  /** Uploads each list of rows as a block of its own and commits. */
  public void upload(
      String table, @Nullable PartitionSpec partition, List<List<List<@Nullable Object>>> blocks)
      throws IOException {
    UploadSession session =
        client.createUpload(table(table), new UploadOptions(partition, false, false));
    Set<Integer> ids = new TreeSet<>();
    for (int id = 0; id < blocks.size(); id++) {
      writeBlock(session, id, blocks.get(id));
      ids.add(id);
    }
    session.commit(ids);
  }

  public void writeBlock(
      UploadSession session, int id, List<? extends List<? extends @Nullable Object>> rows)
      throws IOException {
    writeBlock(session, id, session.format(), rows);
  }

  /** As {@link #writeBlock(UploadSession, int, List)}, in this encoding. */
  public void writeBlock(
      UploadSession session,
      int id,
      BodyFormat format,
      List<? extends List<? extends @Nullable Object>> rows)
      throws IOException {
    try (BlockWriter writer = session.openBlock(id, allocator, format);
        VectorSchemaRoot root =
            format == BodyFormat.RECORD ? extendedBatch(session, rows) : batch(session, rows)) {
      writer.write(root);
      writer.finish();
    }
  }

  /** The rows as one batch, which the caller closes. */
  public VectorSchemaRoot batch(
      UploadSession session, List<? extends List<? extends @Nullable Object>> rows) {
    return fill(VectorSchemaRoot.create(session.arrowSchema(), allocator), rows);
  }

  /** The rows as one batch of an upsert session, which the caller closes. */
  public VectorSchemaRoot batch(
      TableSchema schema, List<? extends List<? extends @Nullable Object>> rows) {
    return fill(VectorSchemaRoot.create(schema.arrowSchema(), allocator), rows);
  }

  /** The rows as one batch in the form that loses nothing, which only records carry. */
  private VectorSchemaRoot extendedBatch(
      UploadSession session, List<? extends List<? extends @Nullable Object>> rows) {
    List<Column> columns = session.schema().columns();
    List<List<@Nullable Object>> converted = new ArrayList<>();
    for (List<? extends @Nullable Object> row : rows) {
      List<@Nullable Object> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        cells.add(ExtendedCells.toVector(row.get(i), columns.get(i).type()));
      }
      converted.add(cells);
    }
    return fill(
        VectorSchemaRoot.create(
            ArrowMapping.schema(columns, ArrowMapping.Form.EXTENDED), allocator),
        converted);
  }

  private static VectorSchemaRoot fill(
      VectorSchemaRoot root, List<? extends List<? extends @Nullable Object>> rows) {
    root.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        ArrowCells.write(root.getVector(column), row, rows.get(row).get(column));
      }
    }
    root.setRowCount(rows.size());
    return root;
  }

  /** Rows ordered by the number in their first column. */
  public static List<List<@Nullable Object>> ordered(List<List<@Nullable Object>> rows) {
    return Rows.ordered(rows);
  }

  public List<List<@Nullable Object>> download(String table, @Nullable PartitionSpec partition)
      throws IOException {
    return read(client.createDownload(table(table), partition));
  }

  /** As {@link #download}, in the form that loses nothing. */
  public List<List<@Nullable Object>> downloadExtended(String table) throws IOException {
    return readExtended(client.createDownload(table(table), null));
  }

  private List<List<@Nullable Object>> readExtended(DownloadSession session) throws IOException {
    List<Column> columns = session.schema().columns();
    List<List<@Nullable Object>> rows = read(session, ArrowMapping.Form.EXTENDED);
    for (List<@Nullable Object> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        row.set(i, ExtendedCells.fromVector(row.get(i), columns.get(i).type()));
      }
    }
    return rows;
  }

  /** All rows of a session. */
  public List<List<@Nullable Object>> read(DownloadSession session) throws IOException {
    return read(session, ArrowMapping.Form.WIRE);
  }

  private List<List<@Nullable Object>> read(DownloadSession session, ArrowMapping.Form form)
      throws IOException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    List<String> names = session.schema().columns().stream().map(c -> c.name()).toList();
    if (session.recordCount() == 0) {
      return rows;
    }
    try (BatchReader reader = session.read(0, session.recordCount(), names, form, allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          List<@Nullable Object> cells = new ArrayList<>();
          for (FieldVector vector : reader.root().getFieldVectors()) {
            cells.add(ArrowCells.read(vector, row));
          }
          rows.add(cells);
        }
      }
    }
    return rows;
  }

  @Override
  public void close() {
    client.close();
    allocator.close();
  }
}
