package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.type.ArrowMapping;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrow bodies that the official clients have written. */
class ArrowVectorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "arrow-all-raw",
        "arrow-all-zlib",
        "arrow-all-snappy",
        "arrow-all-odps-lz4",
        "arrow-three-batches",
        "arrow-empty-root",
        "arrow-no-write",
        "py-arrow-block",
        "py-arrow-block-nonull"
      })
  @Tag("client:recorded")
  @Tag("covers:values-arrow/vectors")
  void readsTheRowsOfOfficialBodies(String name) throws IOException {
    GoldenVector vector = GoldenVector.load(name);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBatchReader reader =
            new ArrowBatchReader(
                vector.decoded(),
                ArrowMapping.schema(vector.columns(), ArrowMapping.Form.WIRE),
                allocator)) {
      assertThat(TableValues.readAll(reader, vector.columns())).isEqualTo(vector.rows());
      assertThat(reader.rowsRead()).isEqualTo(vector.rows().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_544, 131_072})
  void readsBodiesThatEndAtAChunkBoundary(int payload) throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-chunk-" + payload);
    int length = vector.json().get("binaryLength").asInt();
    byte[] expected = new byte[length];
    for (int i = 0; i < length; i++) {
      expected[i] = (byte) (i / 64);
    }
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBatchReader reader =
            new ArrowBatchReader(
                vector.decoded(),
                ArrowMapping.schema(vector.columns(), ArrowMapping.Form.WIRE),
                allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(((VarBinaryVector) reader.root().getVector(0)).get(0)).isEqualTo(expected);
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arrow-chunk-65536",
        "arrow-chunk-65544",
        "arrow-chunk-131072",
        "arrow-all-raw",
        "arrow-three-batches"
      })
  void cutsAPayloadIntoTheChunksOfTheOfficialWriter(String name) throws IOException {
    GoldenVector vector = GoldenVector.load(name);
    byte[] payload = payload(vector.body());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ChunkOutput chunks = new ChunkOutput(out, ChunkOutput.CHUNK_BYTES);
    for (int from = 0; from < payload.length; from += 1000) {
      chunks.write(payload, from, Math.min(1000, payload.length - from));
    }
    chunks.finish();
    assertThat(out.toByteArray()).isEqualTo(vector.body());
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_544, 131_072})
  void writesTheBytesOfTheOfficialWriter(int payload) throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-chunk-" + payload);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowBatchReader reader =
            new ArrowBatchReader(
                vector.decoded(),
                ArrowMapping.schema(vector.columns(), ArrowMapping.Form.WIRE),
                allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(write(reader.root())).isEqualTo(vector.body());
    }
  }

  @Test
  void writesABodyWithoutRowsAsTheOfficialWriterDoes() throws IOException {
    GoldenVector vector = GoldenVector.load("arrow-empty-root");
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(
                ArrowMapping.schema(vector.columns(), ArrowMapping.Form.WIRE), allocator)) {
      assertThat(write(root)).isEqualTo(vector.body());
    }
  }

  private static byte[] write(VectorSchemaRoot root) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowBatchWriter writer = new ArrowBatchWriter(out)) {
      writer.write(root);
      writer.finish();
      assertThat(writer.rows()).isEqualTo(root.getRowCount());
    }
    return out.toByteArray();
  }

  private static byte[] payload(byte[] body) throws IOException {
    ChunkInput chunks = new ChunkInput(new ByteArrayInputStream(body));
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    byte[] one = new byte[1];
    while (!chunks.atEnd()) {
      chunks.readFully(one, 0, 1);
      payload.write(one);
    }
    return payload.toByteArray();
  }
}
