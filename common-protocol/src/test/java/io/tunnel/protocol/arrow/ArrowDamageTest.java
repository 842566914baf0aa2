package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrow bodies of strangers: each is refused with a clear error, and no memory stays behind. */
class ArrowDamageTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("id", "bigint"), Column.of("s", "string"));

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void everyProperPrefixIsRefused() {
    GoldenVector vector = GoldenVector.load("arrow-three-batches");
    for (int length = 1; length < vector.body().length; length++) {
      byte[] prefix = Arrays.copyOf(vector.body(), length);
      assertThatThrownBy(() -> read(prefix, vector.columns()))
          .as("%d bytes", prefix.length)
          .isInstanceOf(MalformedBodyException.class);
    }
  }

  @Test
  void everyFlippedBitBehindTheChunkSizeIsRefused() {
    GoldenVector vector = GoldenVector.load("arrow-three-batches");
    for (int bit = 4 * 8; bit < vector.body().length * 8; bit++) {
      byte[] damaged = vector.body().clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(damaged, vector.columns()))
          .as("bit %d", bit)
          .isInstanceOfSatisfying(
              MalformedBodyException.class,
              e -> assertThat(e.code()).isEqualTo(MalformedBodyException.CORRUPTED));
    }
  }

  /** A forger computes checksums too: then lengths and offsets must not lead astray. */
  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x80, 0xff})
  void everyChangedByteWithRightChecksumsIsRefusedOrHarmless(int change) throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-all-raw");
    byte[] payload = Arrays.copyOfRange(vector.body(), 4, vector.body().length - 4);
    int refused = 0;
    for (int i = 0; i < payload.length; i++) {
      byte[] forged = payload.clone();
      forged[i] ^= (byte) change;
      try {
        read(body(forged, forged.length), vector.columns());
      } catch (MalformedBodyException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  void bytesBehindTheTotalChecksumAreRefused() {
    GoldenVector vector = GoldenVector.load("py-arrow-block");
    byte[] longer = Arrays.copyOf(vector.body(), vector.body().length + 1);
    assertThatThrownBy(() -> read(longer, vector.columns()))
        .isInstanceOf(MalformedBodyException.class);
  }

  @Test
  void aBodyThatStopsAfterAFullChunkIsRefused() {
    GoldenVector vector = GoldenVector.load("arrow-chunk-65536");
    byte[] shorter = Arrays.copyOf(vector.body(), vector.body().length - 4);
    assertThatThrownBy(() -> read(shorter, vector.columns()))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("total checksum is missing");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, ChunkInput.MAX_CHUNK_BYTES + 1, Integer.MIN_VALUE})
  void anOversizedChunkIsRefusedBeforeMemoryIsTaken(int size) {
    byte[] body = ByteBuffer.allocate(12).putInt(size).array();
    assertThatThrownBy(() -> read(body, COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining(Integer.toUnsignedString(size));
  }

  @Test
  void chunkSizeZeroWithPayloadIsRefused() {
    assertThatThrownBy(() -> read(new byte[] {0, 0, 0, 0, 1}, COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("chunk size 0");
  }

  @Test
  void theThirdEmptyFormHasNoRows() throws IOException {
    assertThat(read(new byte[] {0, 1, 0, 0, 0, 0, 0, 0}, COLUMNS)).isEmpty();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (ArrowBatchWriter writer = ArrowBatchWriter.forAnswer(answer)) {
      writer.finish();
    }
    assertThat(answer.toByteArray()).containsExactly(0, 1, 0, 0, 0, 0, 0, 0);
  }

  @Test
  @Tag("covers:client-body/messages")
  void anEndOfStreamMarkerMayStandAtTheEndOnly() throws IOException {
    byte[] batch = payload("py-arrow-block");
    byte[] marker = {-1, -1, -1, -1, 0, 0, 0, 0};
    assertThat(read(body(join(batch, marker), 100), COLUMNS)).hasSize(3);
    assertThatThrownBy(() -> read(body(join(batch, marker, batch), 100), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("end-of-stream");
  }

  @Test
  @Tag("covers:client-body/messages")
  void messagesWithoutContinuationMarkerAreRead() throws IOException {
    byte[] batch = payload("py-arrow-block");
    byte[] old = Arrays.copyOfRange(batch, 4, batch.length);
    assertThat(read(body(join(old, batch), 64), COLUMNS)).hasSize(6);
  }

  @Test
  void aSchemaMessageIsRefused() {
    Schema schema = ArrowMapping.schema(COLUMNS, ArrowMapping.Form.WIRE);
    byte[] metadata = bytes(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT));
    assertThatThrownBy(() -> read(message(metadata, new byte[0]), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("record batches only");
  }

  @Test
  void metadataBeyondTheLimitIsRefused() {
    byte[] forged = littleEndian(-1, ArrowBatchReader.MAX_METADATA_BYTES + 1);
    assertThatThrownBy(() -> read(body(forged, 8), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("metadata of 16777217 bytes");
  }

  @Test
  void aBatchBodyBeyondTheLimitIsRefusedBeforeMemoryIsTaken() {
    byte[] metadata = recordBatch(1, ArrowBatchReader.MAX_BODY_BYTES + 1, 2, 5);
    assertThatThrownBy(() -> read(message(metadata, new byte[0]), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("send smaller batches");
  }

  @Test
  void aBatchOfOtherColumnsIsRefused() {
    byte[] metadata = recordBatch(1, 8, 1, 2);
    assertThatThrownBy(() -> read(message(metadata, new byte[8]), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("1 vectors and 2 buffers")
        .hasMessageContaining("need 2 and 5");
  }

  @Test
  void moreRowsThanExpectedAreRefused() throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-three-batches");
    try (ArrowBatchReader reader = reader(vector.body(), vector.columns(), allocator, 5)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.loadNextBatch()).isTrue();
      assertThatThrownBy(reader::loadNextBatch)
          .isInstanceOf(MalformedBodyException.class)
          .hasMessageContaining("more rows than the expected 5");
      assertThat(reader.root().getRowCount()).isZero();
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void memoryThatRunsOutMidwayIsGivenBack() throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-all-raw");
    boolean loaded = false;
    for (int limit = 64; !loaded; limit += 512) {
      try (BufferAllocator small = new RootAllocator(limit);
          ArrowBatchReader reader = reader(vector.body(), vector.columns(), small, 100)) {
        loaded = reader.loadNextBatch();
      } catch (OutOfMemoryException e) {
        assertThat(limit).isLessThan(100_000);
      }
    }
  }

  @Test
  void aWriterWhoseStreamFailedWritesNothingMore() throws IOException {
    Schema schema = ArrowMapping.schema(COLUMNS, ArrowMapping.Form.WIRE);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        ArrowBatchWriter writer = new ArrowBatchWriter(new FullDisk(), 64, false)) {
      ((BigIntVector) root.getVector(0)).setSafe(0, 1);
      root.setRowCount(1);
      assertThatThrownBy(() -> writer.write(root)).hasMessage("disk full");
      assertThatThrownBy(() -> writer.write(root)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anUnevenBatchIsRefused() throws IOException {
    Schema schema = ArrowMapping.schema(COLUMNS, ArrowMapping.Form.WIRE);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        ArrowBatchWriter writer = new ArrowBatchWriter(new ByteArrayOutputStream())) {
      root.setRowCount(2);
      root.getVector(1).setValueCount(1);
      assertThatThrownBy(() -> writer.write(root))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Column s has 1 values in a batch of 2 rows");
    }
  }

  @Test
  void aBodyIsFinishedOnce() throws IOException {
    ArrowBatchWriter writer = new ArrowBatchWriter(new ByteArrayOutputStream());
    writer.finish();
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    writer.close();
  }

  private List<List<Object>> read(byte[] body, List<Column> columns) throws IOException {
    try (ArrowBatchReader reader = reader(body, columns, allocator, Long.MAX_VALUE)) {
      return TableValues.readAll(reader, columns);
    }
  }

  private static ArrowBatchReader reader(
      byte[] body, List<Column> columns, BufferAllocator allocator, long maxRows) {
    return new ArrowBatchReader(
        new ByteArrayInputStream(body),
        ArrowMapping.schema(columns, ArrowMapping.Form.WIRE),
        allocator,
        maxRows);
  }

  /** A body with right checksums around any payload. */
  private static byte[] body(byte[] payload, int chunkBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChunkOutput chunks = new ChunkOutput(out, chunkBytes);
    chunks.write(payload, 0, payload.length);
    chunks.finish();
    return out.toByteArray();
  }

  private static byte[] payload(String name) {
    byte[] body = GoldenVector.load(name).body();
    return Arrays.copyOfRange(body, 4, body.length - 4);
  }

  private static byte[] message(byte[] metadata, byte[] batchBody) throws IOException {
    return body(join(littleEndian(-1, metadata.length), metadata, batchBody), 1000);
  }

  private static byte[] recordBatch(long rows, long bodyLength, int nodes, int buffers) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    RecordBatch.startNodesVector(builder, nodes);
    for (int i = 0; i < nodes; i++) {
      FieldNode.createFieldNode(builder, rows, 0);
    }
    int nodesOffset = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers);
    for (int i = 0; i < buffers; i++) {
      org.apache.arrow.flatbuf.Buffer.createBuffer(builder, 0, 8);
    }
    int buffersOffset = builder.endVector();
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodesOffset);
    RecordBatch.addBuffers(builder, buffersOffset);
    int batch = RecordBatch.endRecordBatch(builder);
    return bytes(
        MessageSerializer.serializeMessage(
            builder, MessageHeader.RecordBatch, batch, bodyLength, IpcOption.DEFAULT));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] littleEndian(int... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toByteArray();
  }

  private static final class FullDisk extends java.io.OutputStream {
    @Override
    public void write(int value) throws IOException {
      throw new IOException("disk full");
    }
  }
}
