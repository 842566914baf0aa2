package io.tunnel.jdbc;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an application's own Arrow sees in a stream: read message by message as the Arrow format
 * says, without JVM flags, which Arrow's own stream reader needs.
 *
 * @param fields the fields as text
 * @param rows rows in all batches
 * @param firstValue the first row, values separated by a bar
 */
record StandardArrow(List<String> fields, long rows, String firstValue) {

  static StandardArrow read(InputStream stream) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        DataInputStream in = new DataInputStream(stream)) {
      Message first = message(in);
      if (first == null || first.headerType() != MessageHeader.Schema) {
        throw new IOException("The stream does not begin with a schema");
      }
      Schema schema = MessageSerializer.deserializeSchema(first);
      long rows = 0;
      StringBuilder firstRow = new StringBuilder();
      try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
        for (Message message = message(in); message != null; message = message(in)) {
          load(message, in, root, allocator);
          if (rows == 0) {
            for (FieldVector vector : root.getFieldVectors()) {
              firstRow.append(firstRow.isEmpty() ? "" : "|").append(vector.getObject(0));
            }
          }
          rows += root.getRowCount();
        }
      }
      if (in.read() >= 0) {
        throw new IOException("Bytes follow the end-of-stream marker");
      }
      List<String> fields = new ArrayList<>();
      schema.getFields().forEach(field -> fields.add(field.toString()));
      return new StandardArrow(fields, rows, firstRow.toString());
    }
  }

  private static Message message(DataInputStream in) throws IOException {
    if (in.readInt() != -1) {
      throw new IOException("A continuation marker is missing");
    }
    int length = Integer.reverseBytes(in.readInt());
    if (length == 0) {
      return null;
    }
    return Message.getRootAsMessage(
        ByteBuffer.wrap(in.readNBytes(length)).order(ByteOrder.LITTLE_ENDIAN));
  }

  private static void load(
      Message message, DataInputStream in, VectorSchemaRoot root, BufferAllocator allocator)
      throws IOException {
    byte[] bytes = in.readNBytes((int) message.bodyLength());
    ArrowBuf body = allocator.buffer(bytes.length);
    body.setBytes(0, bytes);
    RecordBatch metadata = (RecordBatch) message.header(new RecordBatch());
    try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(metadata, body)) {
      new VectorLoader(root).load(batch);
    }
  }
}
