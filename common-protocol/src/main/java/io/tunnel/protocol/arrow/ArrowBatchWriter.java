package io.tunnel.protocol.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * Writes an Arrow body: record batch messages without a schema message, cut into chunks of 65,536
 * bytes (specification: regular tunnel, section 4.1).
 *
 * <p>Memory beside the caller's batch is one chunk, whatever the size of batch and body. The
 * batches must have the layout of {@link io.tunnel.protocol.type.ArrowMapping}; that is not
 * checked, because the body does not carry it.
 */
public final class ArrowBatchWriter implements BatchWriter {
  private static final int CONTINUATION = 0xffffffff;

  private final OutputStream out;
  private final ChunkOutput chunks;
  private final boolean sizeAlways;
  private final byte[] prefix = new byte[2 * Integer.BYTES];
  private long rows;
  private boolean ended;

  /**
   * A body without rows consists of the total CRC alone, as the official clients write it.
   *
   * @param out receives the body and is closed with the writer
   */
  public ArrowBatchWriter(OutputStream out) {
    this(out, ChunkOutput.CHUNK_BYTES, false);
  }

  ArrowBatchWriter(OutputStream out, int chunkBytes, boolean sizeAlways) {
    this.out = out;
    this.sizeAlways = sizeAlways;
    chunks = new ChunkOutput(out, chunkBytes);
  }

  /**
   * A writer for the answer of a server: a body without rows has the size field too, which all
   * official readers take for no rows (section 4.1.2).
   */
  public static ArrowBatchWriter forAnswer(OutputStream out) {
    return new ArrowBatchWriter(out, ChunkOutput.CHUNK_BYTES, true);
  }

  @Override
  public void write(VectorSchemaRoot batch) throws IOException {
    requireOpen();
    if (batch.getRowCount() == 0) {
      return;
    }
    requireEvenColumns(batch);
    ended = true;
    try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
      writeMessage(message);
    }
    rows += batch.getRowCount();
    ended = false;
  }

  private void writeMessage(ArrowRecordBatch message) throws IOException {
    ByteBuffer metadata = MessageSerializer.serializeMetadata(message, IpcOption.DEFAULT);
    int length = metadata.remaining();
    putInt(prefix, 0, CONTINUATION);
    putInt(prefix, Integer.BYTES, (length + 7) & ~7);
    chunks.write(prefix, 0, prefix.length);
    chunks.write(metadata.array(), metadata.arrayOffset() + metadata.position(), length);
    chunks.pad(length);
    List<ArrowBuf> buffers = message.getBuffers();
    List<ArrowBuffer> layout = message.getBuffersLayout();
    for (int i = 0; i < buffers.size(); i++) {
      ArrowBuf buffer = buffers.get(i);
      long size = layout.get(i).getSize();
      // A vector without values that was read from a body may have an offset buffer of no bytes
      // (the official Arrow writer sends such); its one offset is 0.
      long held = Math.min(size, buffer.capacity());
      chunks.write(buffer, held);
      chunks.zeros(size - held);
      chunks.pad(size);
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    ended = true;
    if (sizeAlways) {
      chunks.start();
    }
    chunks.finish();
  }

  @Override
  public void close() throws IOException {
    ended = true;
    out.close();
  }

  /** A body with an uneven batch would be refused by the reader, far from its cause. */
  private static void requireEvenColumns(VectorSchemaRoot batch) {
    for (FieldVector vector : batch.getFieldVectors()) {
      if (vector.getValueCount() != batch.getRowCount()) {
        throw new IllegalArgumentException(
            "Column "
                + vector.getName()
                + " has "
                + vector.getValueCount()
                + " values in a batch of "
                + batch.getRowCount()
                + " rows; call VectorSchemaRoot.setRowCount");
      }
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("The body has been finished or closed, or it has failed");
    }
  }

  private static void putInt(byte[] target, int offset, int value) {
    target[offset] = (byte) value;
    target[offset + 1] = (byte) (value >>> 8);
    target[offset + 2] = (byte) (value >>> 16);
    target[offset + 3] = (byte) (value >>> 24);
  }
}
