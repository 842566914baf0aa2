package io.tunnel.jdbc;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Encodes the messages of a standard Arrow IPC stream into byte arrays. Buffers are copied through
 * a byte array, because Arrow's own way needs direct ByteBuffers and those need JVM flags.
 */
final class ArrowIpcEncoder {
  private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
  private final CopyingChannel channel = new CopyingChannel(Channels.newChannel(bytes));

  /** The schema message. */
  byte[] schema(List<Column> columns, Schema physical) throws IOException {
    List<Field> fields = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      fields.add(field(columns.get(i).type(), physical.getFields().get(i)));
    }
    MessageSerializer.serialize(channel, new Schema(fields));
    return take();
  }

  /** The message of one batch. */
  byte[] batch(VectorSchemaRoot root) throws IOException {
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      MessageSerializer.serialize(channel, batch);
    }
    return take();
  }

  /** The end-of-stream marker. */
  static byte[] end() {
    return END.clone();
  }

  private byte[] take() {
    byte[] message = bytes.toByteArray();
    bytes.reset();
    return message;
  }

  /** The same layout, with the zone that the bytes of the tunnel do not tell. */
  private static Field field(MaxComputeType type, Field physical) {
    List<Field> children = physical.getChildren();
    if (type instanceof ArrayType array) {
      return with(physical, physical.getType(), List.of(field(array.element(), children.get(0))));
    }
    if (type instanceof MapType map) {
      Field entries = children.get(0);
      Field key = field(map.key(), entries.getChildren().get(0));
      Field value = field(map.value(), entries.getChildren().get(1));
      return with(
          physical,
          physical.getType(),
          List.of(with(entries, entries.getType(), List.of(key, value))));
    }
    if (type instanceof StructType struct) {
      List<Field> fields = new ArrayList<>(children.size());
      for (int i = 0; i < children.size(); i++) {
        fields.add(field(struct.fields().get(i).type(), children.get(i)));
      }
      return with(physical, physical.getType(), fields);
    }
    if (type == PrimitiveType.DATETIME) {
      return with(physical, new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"), children);
    }
    if (type == PrimitiveType.TIMESTAMP && children.isEmpty()) {
      return with(physical, new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"), children);
    }
    return physical;
  }

  private static Field with(Field field, ArrowType type, List<Field> children) {
    return new Field(field.getName(), new FieldType(field.isNullable(), type, null), children);
  }

  private static final class CopyingChannel extends WriteChannel {
    private final byte[] copy = new byte[1 << 16];

    CopyingChannel(WritableByteChannel out) {
      super(out);
    }

    @Override
    public void write(ArrowBuf buffer) throws IOException {
      long index = buffer.readerIndex();
      long left = buffer.readableBytes();
      while (left > 0) {
        int length = (int) Math.min(left, copy.length);
        buffer.getBytes(index, copy, 0, length);
        write(ByteBuffer.wrap(copy, 0, length));
        index += length;
        left -= length;
      }
    }
  }
}
