package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Packs that the official Java client has sent. */
class UpsertVectorsTest {
  static final List<String> NAMES = UpsertVector.NAMES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void readsOfficialPacks(String name) throws IOException {
    UpsertVector vector = UpsertVector.load(name);
    for (int batchRows : new int[] {1, 2, 100}) {
      int row = 0;
      try (BufferAllocator allocator = new RootAllocator();
          UpsertPackReader reader =
              new UpsertPackReader(
                  vector.decoded(), vector.layout(), Form.EXTENDED, allocator, batchRows)) {
        while (reader.loadNextBatch()) {
          List<List<Object>> rows = TableValues.rows(reader.root(), reader.columns());
          for (int i = 0; i < rows.size(); i++, row++) {
            assertThat(rows.get(i)).isEqualTo(vector.rows().get(row));
            assertThat(reader.isDelete(i)).isEqualTo(vector.operations()[row] == 'D');
            assertThat(reader.columnSets().get(reader.columnSet(i)))
                .isEqualTo(written(vector, vector.updated().get(row)));
          }
        }
        assertThat(reader.rowsRead()).isEqualTo(vector.rows().size());
        assertThat(reader.loadNextBatch()).isFalse();
      }
      assertThat(row).isEqualTo(vector.rows().size());
    }
  }

  private static BitSet written(UpsertVector vector, List<Long> ids) {
    BitSet set = new BitSet();
    if (ids.isEmpty()) {
      set.set(0, vector.layout().columns().size());
      return set;
    }
    for (int key : vector.layout().keys()) {
      set.set(key);
    }
    ids.forEach(id -> set.set(vector.layout().positionOfId(id)));
    return set;
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void writesTheBytesOfOfficialPacks(String name) throws IOException {
    UpsertVector vector = UpsertVector.load(name);
    UpsertPack pack = write(vector, ContentCoding.NONE);
    assertThat(bytes(pack)).isEqualTo(vector.decoded().readAllBytes());
    assertThat(pack.length()).isEqualTo(vector.json().get("raw_length").longValue());
    assertThat(pack.rows()).isEqualTo(vector.json().get("record_count").longValue());

    UpsertPack compressed = write(vector, vector.coding());
    assertThat(compressed.coding()).isEqualTo(vector.coding());
    assertThat(compressed.length()).isEqualTo(bytes(compressed).length);
    assertThat(
            compressed.coding().decode(new ByteArrayInputStream(bytes(compressed))).readAllBytes())
        .isEqualTo(vector.decoded().readAllBytes());
    if (!name.equals("compress_lz4")) {
      // The official client lets its LZ4 frame have larger blocks.
      assertThat(bytes(compressed)).isEqualTo(vector.body());
    }
  }

  @Test
  void aPackWithoutRowsIsATrailer() throws IOException {
    UpsertPack pack = new UpsertPackWriter().finish(ContentCoding.NONE);
    // Section 3.2: count 0 and checksum 0.
    assertThat(HexFormat.of().formatHex(bytes(pack))).isEqualTo("f0ffff7f00f8ffff7f00");
    assertThat(pack.rows()).isZero();
  }

  private static byte[] bytes(UpsertPack pack) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pack.writeTo(out);
    return out.toByteArray();
  }

  private static UpsertPack write(UpsertVector vector, ContentCoding coding) throws IOException {
    List<Column> columns = new ArrayList<>(vector.layout().columns());
    List<List<Object>> rows = vector.rows();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).type() instanceof DecimalType) {
        asText(vector, columns, rows, i);
      }
    }
    List<Long> ids = new ArrayList<>();
    vector.json().get("columns").forEach(c -> ids.add(c.get("column_id").asLong()));
    UpsertLayout whole = UpsertLayout.of(columns, vector.keys(), ids);
    UpsertPackWriter pack = new UpsertPackWriter();
    UpsertEncoder encoder = new UpsertEncoder();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(columns, rows, Form.EXTENDED, allocator)) {
      int[] numbers = IntStream.range(0, rows.size()).toArray();
      for (int row = 0; row < rows.size(); row++) {
        List<String> updated =
            vector.updated().get(row).stream()
                .map(id -> columns.get(whole.positionOfId(id)).name())
                .toList();
        UpsertLayout layout = updated.isEmpty() ? whole : whole.updating(updated);
        UpsertBatch batch = UpsertBatch.of(layout, root, vector.operations());
        encoder.encode(batch, numbers, row, row + 1, pack);
      }
    }
    return pack.finish(coding);
  }

  /**
   * The official client writes a decimal as its user wrote it, here 792.0 in a column of scale 2;
   * an Arrow vector does not know that. As text the column carries the very same bytes.
   */
  private static void asText(
      UpsertVector vector, List<Column> columns, List<List<Object>> rows, int position) {
    String name = columns.get(position).name();
    columns.set(position, Column.of(name, "string"));
    for (int row = 0; row < rows.size(); row++) {
      String text = vector.json().get("rows").get(row).get("values").get(name).asText(null);
      rows.get(row)
          .set(
              position,
              text == null || text.equals("null")
                  ? null
                  : HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
