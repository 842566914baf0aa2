package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes a complete Arrow IPC stream as previews have it: the schema, the batches, the end of the
 * stream; no chunks, no checksums, no compression (specification: regular tunnel, section 3.7).
 */
public final class ArrowStreamWriter implements BatchWriter {
  private static final int CONTINUATION = 0xffffffff;

  private final OutputStream out;
  private final Channel channel;
  private long rows;
  private boolean ended;

  /**
   * Writes the schema.
   *
   * @param out receives the stream and is closed with the writer
   */
  public ArrowStreamWriter(OutputStream out, Schema schema) throws IOException {
    this.out = out;
    channel = new Channel(out);
    MessageSerializer.serialize(channel, schema);
  }

  @Override
  public void write(VectorSchemaRoot batch) throws IOException {
    requireOpen();
    if (batch.getRowCount() == 0) {
      return;
    }
    ended = true;
    try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
      MessageSerializer.serialize(channel, message);
    }
    rows += batch.getRowCount();
    ended = false;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    ended = true;
    channel.writeIntLittleEndian(CONTINUATION);
    channel.writeIntLittleEndian(0);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    ended = true;
    out.close();
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("The stream has been finished or closed, or it has failed");
    }
  }

  /** Copies buffers, because their own view as a ByteBuffer needs flags of the JVM. */
  private static final class Channel extends WriteChannel {
    private final byte[] piece = new byte[64 * 1024];

    Channel(OutputStream out) {
      super(Channels.newChannel(out));
    }

    @Override
    public void write(ArrowBuf buffer) throws IOException {
      long end = buffer.writerIndex();
      for (long from = buffer.readerIndex(); from < end; ) {
        int count = (int) Math.min(piece.length, end - from);
        buffer.getBytes(from, piece, 0, count);
        write(ByteBuffer.wrap(piece, 0, count));
        from += count;
      }
    }
  }
}
