package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** The official Arrow writer sends no offsets for an inner list that has no elements at all. */
class MissingOffsetsTest {
  private static final Schema SCHEMA =
      TableSchema.of(Column.of("c", "array<array<double>>")).arrowSchema();

  @Test
  void aBatchReadWithoutInnerOffsetsIsWrittenAgain() throws IOException {
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        ArrowBuf validity = allocator.buffer(8);
        ArrowBuf offsets = allocator.buffer(12)) {
      validity.setZero(0, 8);
      validity.setByte(0, 1);
      offsets.setZero(0, 12);
      ArrowBuf none = allocator.getEmpty();
      List<ArrowFieldNode> nodes =
          List.of(new ArrowFieldNode(2, 1), new ArrowFieldNode(0, 0), new ArrowFieldNode(0, 0));
      try (ArrowRecordBatch batch =
          new ArrowRecordBatch(2, nodes, List.of(validity, offsets, none, none, none, none))) {
        new VectorLoader(root).load(batch);
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      try (ArrowBatchWriter writer = new ArrowBatchWriter(body)) {
        writer.write(root);
        writer.finish();
      }
      try (ArrowBatchReader reader =
          new ArrowBatchReader(new ByteArrayInputStream(body.toByteArray()), SCHEMA, allocator)) {
        assertThat(reader.loadNextBatch()).isTrue();
        assertThat(reader.root().getVector(0).getObject(0)).hasToString("[]");
        assertThat(reader.root().getVector(0).getObject(1)).isNull();
        assertThat(reader.loadNextBatch()).isFalse();
      }
    }
  }
}
