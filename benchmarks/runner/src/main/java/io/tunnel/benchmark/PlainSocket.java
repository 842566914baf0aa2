package io.tunnel.benchmark;

import io.tunnel.benchmark.dataset.ArrowBatches;
import io.tunnel.benchmark.dataset.Dataset;
import io.tunnel.benchmark.dataset.Participant;
import io.tunnel.benchmark.dataset.ParticipantLoop;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The floor: bytes encoded beforehand over a bare TCP connection, no HTTP, nobody checks them. */
final class PlainSocket implements Participant {
  private static final int BATCHES_PER_PIECE = 16;

  private final List<byte[]> pieces = new ArrayList<>();
  private int port;

  private PlainSocket() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    ParticipantLoop.serve(new PlainSocket());
  }

  @Override
  public void prepare(Dataset data, Map<String, String> settings) throws IOException {
    port = Integer.parseInt(Objects.requireNonNull(settings.get("dropPort")));
    TableSchema schema = OurLibrary.schema(data);
    int batchRows = Integer.parseInt(Objects.requireNonNull(settings.get("batchRows")));
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBatches batches = ArrowBatches.of(data, schema.arrowSchema(), batchRows, allocator)) {
      List<VectorSchemaRoot> all = batches.batches();
      for (int from = 0; from < all.size(); from += BATCHES_PER_PIECE) {
        ByteArrayOutputStream piece = new ByteArrayOutputStream();
        try (ArrowBatchWriter writer = new ArrowBatchWriter(piece)) {
          for (VectorSchemaRoot batch :
              all.subList(from, Math.min(all.size(), from + BATCHES_PER_PIECE))) {
            writer.write(batch);
          }
          writer.finish();
        }
        pieces.add(piece.toByteArray());
      }
    }
  }

  @Override
  public long run() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      out.writeLong(pieces.stream().mapToLong(piece -> piece.length).sum());
      for (byte[] piece : pieces) {
        out.write(piece);
      }
      out.flush();
      if (socket.getInputStream().read() != 1) {
        throw new IOException("The other end did not take everything");
      }
    }
    return 0;
  }
}
