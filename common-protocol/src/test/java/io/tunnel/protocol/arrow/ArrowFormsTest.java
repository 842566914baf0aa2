package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.flatbuffers.FlatBufferBuilder;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every form that an Arrow body may have (specification: regular tunnel, sections 4.1 and 5), from
 * messages that are put together here byte by byte. The number of the section stands in front of
 * each case.
 */
class ArrowFormsTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("id", "bigint"), Column.of("s", "string"));
  private static final List<List<Object>> ROWS =
      List.of(Arrays.asList(1L, "61"), Arrays.asList(-2L, ""), Arrays.asList(3L, "626364"));

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** How a message is put together. */
  private static final class Message {
    private MetadataVersion version = MetadataVersion.V5;
    private boolean continuation = true;
    private boolean compressed;
    private int alignment = 8;
    private final List<long[]> nodes = new ArrayList<>();
    private final List<byte[]> buffers = new ArrayList<>();
    private final long rows;

    Message(long rows) {
      this.rows = rows;
    }

    Message version(MetadataVersion newVersion) {
      version = newVersion;
      return this;
    }

    Message withoutContinuation() {
      continuation = false;
      return this;
    }

    Message compressed() {
      compressed = true;
      return this;
    }

    Message alignment(int bytes) {
      alignment = bytes;
      return this;
    }

    Message node(long length, long nulls) {
      nodes.add(new long[] {length, nulls});
      return this;
    }

    Message buffer(byte... bytes) {
      buffers.add(bytes);
      return this;
    }

    Message ints(int... values) {
      ByteBuffer buffer = littleEndian(values.length * Integer.BYTES);
      for (int value : values) {
        buffer.putInt(value);
      }
      return buffer(buffer.array());
    }

    Message longs(long... values) {
      ByteBuffer buffer = littleEndian(values.length * Long.BYTES);
      for (long value : values) {
        buffer.putLong(value);
      }
      return buffer(buffer.array());
    }

    byte[] bytes() {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      long[][] places = new long[buffers.size()][];
      for (int i = 0; i < places.length; i++) {
        places[i] = new long[] {body.size(), buffers.get(i).length};
        body.writeBytes(buffers.get(i));
        body.writeBytes(new byte[-body.size() & (alignment - 1)]);
      }
      byte[] metadata = metadata(places, body.size());
      ByteBuffer prefix = littleEndian(continuation ? 8 : 4);
      if (continuation) {
        prefix.putInt(-1);
      }
      prefix.putInt(metadata.length);
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      message.writeBytes(prefix.array());
      message.writeBytes(metadata);
      message.writeBytes(body.toByteArray());
      return message.toByteArray();
    }

    private byte[] metadata(long[][] places, int bodyLength) {
      FlatBufferBuilder builder = new FlatBufferBuilder();
      RecordBatch.startNodesVector(builder, nodes.size());
      for (int i = nodes.size() - 1; i >= 0; i--) {
        FieldNode.createFieldNode(builder, nodes.get(i)[0], nodes.get(i)[1]);
      }
      int nodesAt = builder.endVector();
      RecordBatch.startBuffersVector(builder, places.length);
      for (int i = places.length - 1; i >= 0; i--) {
        org.apache.arrow.flatbuf.Buffer.createBuffer(builder, places[i][0], places[i][1]);
      }
      int buffersAt = builder.endVector();
      int compressionAt =
          compressed
              ? BodyCompression.createBodyCompression(
                  builder, (byte) 0, BodyCompressionMethod.BUFFER)
              : 0;
      RecordBatch.startRecordBatch(builder);
      RecordBatch.addLength(builder, rows);
      RecordBatch.addNodes(builder, nodesAt);
      RecordBatch.addBuffers(builder, buffersAt);
      if (compressed) {
        RecordBatch.addCompression(builder, compressionAt);
      }
      int batch = RecordBatch.endRecordBatch(builder);
      ByteBuffer serialized =
          MessageSerializer.serializeMessage(
              builder, MessageHeader.RecordBatch, batch, bodyLength, new IpcOption(false, version));
      byte[] bytes = new byte[(serialized.remaining() + 7) & ~7];
      serialized.get(bytes, 0, serialized.remaining());
      return bytes;
    }
  }

  /** The three rows; validity as the caller wants it. */
  private static Message rows(byte[] idValidity, byte[] textValidity) {
    return new Message(3)
        .node(3, 0)
        .node(3, 0)
        .buffer(idValidity)
        .longs(1, -2, 3)
        .buffer(textValidity)
        .ints(0, 1, 1, 4)
        .buffer("abcd".getBytes(StandardCharsets.US_ASCII));
  }

  private static Message plainRows() {
    return rows(new byte[] {7}, new byte[] {7});
  }

  private static Message noRows() {
    return new Message(0).node(0, 0).node(0, 0).buffer().buffer().buffer().buffer().buffer();
  }

  private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};
  private static final byte[] OLD_END = {0, 0, 0, 0};

  static Stream<Arguments> payloads() {
    byte[] none = {};
    byte[] three = plainRows().bytes();
    return Stream.of(
        arguments("4.1.3 as the official Java writer", 1, List.of(three)),
        arguments(
            "4.1.3 validity left out, as PyODPS does it", 1, List.of(rows(none, none).bytes())),
        arguments(
            "4.1.3 validity of one column left out",
            1,
            List.of(rows(none, new byte[] {7}).bytes())),
        arguments(
            "4.1.3 validity in whole words with ones behind the rows",
            1,
            List.of(rows(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}, new byte[] {-1}).bytes())),
        arguments(
            "4.1.3 metadata version V4",
            1,
            List.of(plainRows().version(MetadataVersion.V4).bytes())),
        arguments(
            "4.1.3 no continuation marker", 1, List.of(plainRows().withoutContinuation().bytes())),
        arguments("4.1.3 end-of-stream marker", 1, List.of(three, END)),
        arguments("4.1.3 end-of-stream marker without continuation", 1, List.of(three, OLD_END)),
        arguments("4.1.3 buffers on 64 bytes", 1, List.of(plainRows().alignment(64).bytes())),
        arguments("4.1.3 two batches", 2, List.of(three, three)),
        arguments(
            "4.1.3 batches of both ages",
            2,
            List.of(three, plainRows().withoutContinuation().bytes(), END)),
        arguments("4.1.2 batch without rows in front", 1, List.of(noRows().bytes(), three)),
        arguments("4.1.2 batch without rows between", 2, List.of(three, noRows().bytes(), three)),
        arguments("4.1.2 batch without rows at the end", 1, List.of(three, noRows().bytes())),
        arguments("4.1.2 batch without rows alone", 0, List.of(noRows().bytes())),
        arguments("4.1.2 end-of-stream marker alone", 0, List.of(END)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("payloads")
  @Tag("covers:client-body/chunks")
  @Tag("covers:client-body/messages")
  void payloadIsReadInChunksOfEverySize(String form, int times, List<byte[]> messages)
      throws IOException {
    byte[] payload = join(messages);
    List<List<Object>> expected = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      expected.addAll(ROWS);
    }
    for (int chunkBytes : new int[] {1, 8, 248, 1024, payload.length, 65_536, 1 << 20}) {
      assertThat(read(body(payload, chunkBytes), COLUMNS)).as("%d", chunkBytes).isEqualTo(expected);
    }
  }

  @Test
  @Tag("covers:client-body/chunks")
  void section4_1_1LargestChunkSize() throws IOException {
    byte[] payload = plainRows().bytes();
    assertThat(read(body(payload, ChunkInput.MAX_CHUNK_BYTES), COLUMNS)).isEqualTo(ROWS);
  }

  @Test
  @Tag("covers:client-body/compressed")
  void section4_1_3CompressedBuffersAreRefused() {
    byte[] payload = plainRows().compressed().bytes();
    assertThatThrownBy(() -> read(body(payload, 65_536), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("compressed buffers");
  }

  @Test
  void section4_1_3NullsWithoutValidityAreRefused() {
    byte[] none = {};
    Message message =
        new Message(3)
            .node(3, 1)
            .node(3, 0)
            .buffer(none)
            .longs(1, 2, 3)
            .buffer(none)
            .ints(0, 0, 0, 0)
            .buffer(none);
    assertThatThrownBy(() -> read(body(message.bytes(), 65_536), COLUMNS))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("Column id: the validity buffer has 0 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"datetime", "timestamp", "timestamp_ntz", "bigint"})
  void section5WordsOf64Bits(String type) throws IOException {
    long first = -62_135_596_800_000L;
    Message message = new Message(2).node(2, 0).buffer().longs(first, Long.MIN_VALUE);
    List<Column> columns = List.of(Column.of("t", type));
    Object[] expected =
        type.startsWith("timestamp")
            ? new Object[] {nanos(first), nanos(Long.MIN_VALUE)}
            : new Object[] {first, Long.MIN_VALUE};
    assertThat(read(body(message.bytes(), 65_536), columns))
        .isEqualTo(List.of(List.of(expected[0]), List.of(expected[1])));
  }

  private static TableValues.Seconds nanos(long nanos) {
    return new TableValues.Seconds(
        Math.floorDiv(nanos, 1_000_000_000L), (int) Math.floorMod(nanos, 1_000_000_000L));
  }

  /** A null list has equal offsets, or not; what lies between them belongs to nobody. */
  @Test
  @Tag("covers:client-body/nulls")
  void section5_1NullListOverElements() throws IOException {
    Message message =
        new Message(3)
            .node(3, 1)
            .buffer((byte) 0b101)
            .ints(0, 1, 3, 4)
            .node(4, 0)
            .buffer()
            .longs(10, 98, 99, 11);
    assertThat(read(body(message.bytes(), 65_536), List.of(Column.of("a", "array<bigint>"))))
        .isEqualTo(
            List.of(List.of(List.of(10L)), Arrays.asList((Object) null), List.of(List.of(11L))));
  }

  /** The children of a null struct may hold anything. */
  @Test
  @Tag("covers:client-body/nulls")
  void section5_1NullStructWithChildren() throws IOException {
    Message message =
        new Message(2)
            .node(2, 1)
            .buffer((byte) 0b10)
            .node(2, 0)
            .buffer()
            .longs(99, 11)
            .node(2, 1)
            .buffer((byte) 0b01)
            .ints(0, 3, 3)
            .buffer((byte) 'x', (byte) 'y', (byte) 'z');
    assertThat(
            read(
                body(message.bytes(), 65_536),
                List.of(Column.of("r", "struct<a:bigint,b:string>"))))
        .isEqualTo(
            List.of(
                Arrays.asList((Object) null), List.of(Arrays.asList((Object) 11L, (Object) null))));
  }

  @Test
  @Tag("covers:client-body/legacy-decimal")
  void section5_3LegacyDecimalOf128Bits() throws IOException {
    Message message = new Message(2).node(2, 0).buffer().longs(5, 0, -1, -1);
    assertThat(read(body(message.bytes(), 65_536), List.of(Column.of("d", "decimal"))))
        .isEqualTo(
            List.of(
                List.of(new java.math.BigDecimal("0.000000000000000005")),
                List.of(new java.math.BigDecimal("-0.000000000000000001"))));
  }

  @Test
  @Tag("covers:client-body/legacy-decimal")
  void section5_3LegacyDecimalOf256BitsIsRefused() {
    Message message = new Message(2).node(2, 0).buffer().longs(5, 0, 0, 0, -1, -1, -1, -1);
    assertThatThrownBy(
            () -> read(body(message.bytes(), 65_536), List.of(Column.of("d", "decimal"))))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("Column d: its decimals are 32 bytes wide")
        .hasMessageContaining("send a DECIMAL without parameters in records");
  }

  /** PyODPS lays an INTERVAL_DAY_TIME out as a struct, which has more vectors. */
  @Test
  @Tag("covers:client-body/interval")
  void section5IntervalAsStructIsRefused() {
    Message message =
        new Message(1).node(1, 0).buffer().node(1, 0).buffer().longs(1).node(1, 0).buffer().ints(2);
    assertThatThrownBy(
            () -> read(body(message.bytes(), 65_536), List.of(Column.of("i", "interval_day_time"))))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageContaining("3 vectors and 5 buffers")
        .hasMessageContaining("need 1 and 2");
  }

  private List<List<Object>> read(byte[] body, List<Column> columns) throws IOException {
    try (ArrowBatchReader reader =
        new ArrowBatchReader(
            new ByteArrayInputStream(body),
            ArrowMapping.schema(columns, ArrowMapping.Form.WIRE),
            allocator)) {
      return TableValues.readAll(reader, columns);
    }
  }

  private static byte[] body(byte[] payload, int chunkBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChunkOutput chunks = new ChunkOutput(out, chunkBytes);
    chunks.write(payload, 0, payload.length);
    chunks.finish();
    return out.toByteArray();
  }

  private static byte[] join(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
