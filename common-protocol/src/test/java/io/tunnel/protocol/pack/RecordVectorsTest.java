package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.GoldenVector;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Record bodies that the official clients have written. */
class RecordVectorsTest {
  @ParameterizedTest
  @CsvSource({
    "proto-all-raw,100",
    "proto-all-raw,1",
    "proto-all-raw,2",
    "proto-all-zlib,100",
    "proto-all-snappy,100",
    "proto-all-lz4,100",
    "proto-all-zstd,100",
    "proto-empty,100",
    "proto-string-nonutf8,100",
    "proto-download-metrics,3",
    "proto-download-metrics,100",
    "py-proto-block,1"
  })
  @Tag("client:recorded")
  @Tag("covers:values-protobuf/vectors")
  @Tag("covers:client-body/timestamps-beyond")
  void readsTheRowsOfOfficialBodies(String name, int batchRows) throws IOException {
    GoldenVector vector = GoldenVector.load(name);
    try (BufferAllocator allocator = new RootAllocator();
        RecordReader reader =
            new RecordReader(
                vector.decoded(), vector.columns(), Form.EXTENDED, allocator, batchRows)) {
      assertThat(TableValues.readAll(reader, vector.columns())).isEqualTo(vector.rows());
      assertThat(reader.rowsRead()).isEqualTo(vector.rows().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"proto-empty", "proto-string-nonutf8", "py-proto-block"})
  @Tag("client:recorded")
  @Tag("covers:values-protobuf/vectors")
  void writesTheBytesOfOfficialBodies(String name) throws IOException {
    GoldenVector vector = GoldenVector.load(name);
    assertThat(write(vector.columns(), vector.rows())).isEqualTo(vector.body());
  }

  /**
   * The official client writes a decimal as its user wrote it, here a 0 in a column of scale 2; an
   * Arrow vector does not know that. As text the column carries the very same bytes.
   */
  @Test
  @Tag("covers:client-body/timestamps-beyond")
  void writesTheBytesOfTheBodyWithEveryType() throws IOException {
    GoldenVector vector = GoldenVector.load("proto-all-raw");
    List<Column> columns = new ArrayList<>(vector.columns());
    List<List<Object>> rows = vector.rows();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      if (name.equals("c_dec10")) {
        columns.set(i, Column.of(name, "string"));
        for (int row = 0; row < rows.size(); row++) {
          String text = vector.json().get("rows").get(row).get(name).asText(null);
          rows.get(row).set(i, text == null || text.equals("null") ? null : hex(text));
        }
      }
    }
    assertThat(write(columns, rows)).isEqualTo(vector.body());
  }

  @Test
  void writesDecimalsOfFullScaleAsTheOfficialClientDoes() throws IOException {
    GoldenVector vector = GoldenVector.load("proto-all-raw");
    byte[] body = write(vector.columns(), vector.rows().subList(0, 4));
    // Behind the fourth record the bodies differ: ours has its trailer, of 15 bytes at most.
    int records = body.length - 15;
    assertThat(body).startsWith(Arrays.copyOf(vector.body(), records));
    assertThat(vector.rows().get(0)).contains(new BigDecimal("-99.50"));
  }

  @Test
  void writesTheMetricsOfAnAnswerIntoItsTrailer() throws IOException {
    GoldenVector vector = GoldenVector.load("proto-download-metrics");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(vector.columns(), vector.rows(), Form.EXTENDED, allocator);
        RecordWriter writer = new RecordWriter(out, vector.columns())) {
      writer.write(root);
      writer.finish(vector.json().get("metrics").asText());
    }
    assertThat(out.toByteArray()).isEqualTo(vector.body());
  }

  @Test
  void aBodyThatIsLargeEnoughGetsNoFurtherRow() throws IOException {
    GoldenVector vector = GoldenVector.load("py-proto-block");
    // Section 4.2.7: the records of the example take 14, 14 and 11 bytes.
    int[] sizes = {14, 28, 39};
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            TableValues.batch(vector.columns(), vector.rows(), Form.EXTENDED, allocator)) {
      for (int enough = 1; enough <= 40; enough++) {
        int expected = enough <= sizes[0] ? 1 : enough <= sizes[1] ? 2 : 3;
        try (RecordWriter writer =
            new RecordWriter(OutputStream.nullOutputStream(), vector.columns())) {
          assertThat(writer.write(root, 0, 3, enough)).as("%s bytes", enough).isEqualTo(expected);
          assertThat(writer.encodedBytes()).isEqualTo(sizes[expected - 1]);
          assertThat(writer.rows()).isEqualTo(expected);
          int rest = writer.write(root, expected, 3, enough);
          assertThat(rest).isZero();
        }
      }
    }
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] write(List<Column> columns, List<List<Object>> rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(columns, rows, Form.EXTENDED, allocator);
        RecordWriter writer = new RecordWriter(out, columns)) {
      writer.write(root);
      writer.finish();
      assertThat(writer.rows()).isEqualTo(rows.size());
    }
    return out.toByteArray();
  }
}
