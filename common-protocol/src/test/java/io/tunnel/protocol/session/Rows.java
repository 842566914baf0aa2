package io.tunnel.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Rows of one table for the tests of this package: their number, and text that compresses badly.
 */
final class Rows {
  static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", "bigint"), Column.of("s", "string"));

  static final UploadHandle HANDLE = handle("http://127.0.0.1:1");

  private Rows() {}

  static UploadHandle handle(String tunnelEndpoint) {
    return handle(tunnelEndpoint, 8_388_608);
  }

  static UploadHandle handle(String tunnelEndpoint, long maxFieldSize) {
    return new UploadHandle(
        "demo",
        null,
        "t",
        "ds=1",
        "up1",
        tunnelEndpoint,
        SchemaJson.write(SCHEMA).toString(),
        maxFieldSize);
  }

  /** Rows {@code first} to {@code first + count - 1}; about 64 bytes each. */
  static VectorSchemaRoot batch(BufferAllocator allocator, long first, int count) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA.arrowSchema(), allocator);
    BigIntVector id = (BigIntVector) root.getVector("id");
    VarCharVector text = (VarCharVector) root.getVector("s");
    for (int i = 0; i < count; i++) {
      long row = first + i;
      id.setSafe(i, row);
      text.setSafe(i, text(row).getBytes(UTF_8));
    }
    root.setRowCount(count);
    return root;
  }

  static String text(long row) {
    Random random = new Random(row);
    return Long.toHexString(random.nextLong())
        + Long.toHexString(random.nextLong())
        + Long.toHexString(random.nextLong());
  }

  /** The Arrow body of rows {@code first} to {@code first + batches * count - 1}. */
  static byte[] body(BufferAllocator allocator, long first, int count, int batches)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowBatchWriter writer = new ArrowBatchWriter(out)) {
      for (int i = 0; i < batches; i++) {
        try (VectorSchemaRoot root = batch(allocator, first + (long) i * count, count)) {
          writer.write(root);
        }
      }
      writer.finish();
    }
    return out.toByteArray();
  }
}
