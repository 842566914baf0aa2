package io.tunnel.protocol.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What is written is read again, for every table, chunk size, number of batches and coding. */
class ArrowRoundTripTest {
  @Property(tries = 300)
  void rowsComeBackAsTheyWentIn(
      @ForAll("wireTables") Tables.Table table,
      @ForAll @IntRange(min = 1, max = 3000) int chunkBytes,
      @ForAll @IntRange(min = 1, max = 5) int batchRows,
      @ForAll ContentCoding coding)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator()) {
      byte[] body = write(table, Form.WIRE, chunkBytes, batchRows, coding, allocator);
      assertThat(read(body, table, Form.WIRE, coding, allocator)).isEqualTo(table.rows());
      assertThat(allocator.getAllocatedMemory()).isZero();
    }
  }

  @Property(tries = 100)
  void extendedFormComesBackToo(@ForAll("extendedTables") Tables.Table table) throws IOException {
    try (BufferAllocator allocator = new RootAllocator()) {
      byte[] body = write(table, Form.EXTENDED, 65_536, 4, ContentCoding.NONE, allocator);
      assertThat(read(body, table, Form.EXTENDED, ContentCoding.NONE, allocator))
          .isEqualTo(table.rows());
    }
  }

  @Property(tries = 100)
  void batchesThatWereReadCanBeWrittenOn(@ForAll("wireTables") Tables.Table table)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator()) {
      byte[] body = write(table, Form.WIRE, 65_536, 4, ContentCoding.NONE, allocator);
      ByteArrayOutputStream copy = new ByteArrayOutputStream();
      try (ArrowBatchReader reader =
              new ArrowBatchReader(
                  new ByteArrayInputStream(body),
                  ArrowMapping.schema(table.columns(), Form.WIRE),
                  allocator);
          ArrowBatchWriter writer = new ArrowBatchWriter(copy)) {
        while (reader.loadNextBatch()) {
          writer.write(reader.root());
        }
        writer.finish();
      }
      assertThat(read(copy.toByteArray(), table, Form.WIRE, ContentCoding.NONE, allocator))
          .isEqualTo(table.rows());
    }
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void extremesOfEveryTypeComeBack(@ForAll("extremes") Tables.Table table) throws IOException {
    try (BufferAllocator allocator = new RootAllocator()) {
      for (Form form : Form.values()) {
        byte[] body = write(table, form, 65_536, 4, ContentCoding.NONE, allocator);
        assertThat(read(body, table, form, ContentCoding.NONE, allocator)).isEqualTo(table.rows());
      }
    }
  }

  @Example
  void valuesOfEightMegabytesComeBack() throws IOException {
    List<Column> columns = List.of(Column.of("s", "string"), Column.of("a", "array<binary>"));
    String whole = "61".repeat(8_388_608);
    Tables.Table table =
        new Tables.Table(
            columns, List.of(List.of(whole, List.of(whole, "")), List.of("", List.of())));
    try (BufferAllocator allocator = new RootAllocator()) {
      byte[] body = write(table, Form.WIRE, 65_536, 1, ContentCoding.NONE, allocator);
      assertThat(read(body, table, Form.WIRE, ContentCoding.NONE, allocator))
          .isEqualTo(table.rows());
    }
  }

  @Provide
  Arbitrary<Tables.Table> extremes() {
    return Arbitraries.of(ExtremeValues.tables());
  }

  @Provide
  Arbitrary<Tables.Table> wireTables() {
    return Tables.tables(Form.WIRE);
  }

  @Provide
  Arbitrary<Tables.Table> extendedTables() {
    return Tables.tables(Form.EXTENDED);
  }

  private static byte[] write(
      Tables.Table table,
      Form form,
      int chunkBytes,
      int batchRows,
      ContentCoding coding,
      BufferAllocator allocator)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowBatchWriter writer = new ArrowBatchWriter(coding.encode(out), chunkBytes, false)) {
      for (List<List<Object>> rows : split(table.rows(), batchRows)) {
        try (VectorSchemaRoot root = TableValues.batch(table.columns(), rows, form, allocator)) {
          writer.write(root);
        }
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private static List<List<Object>> read(
      byte[] body, Tables.Table table, Form form, ContentCoding coding, BufferAllocator allocator)
      throws IOException {
    try (ArrowBatchReader reader =
        new ArrowBatchReader(
            coding.decode(new ByteArrayInputStream(body)),
            ArrowMapping.schema(table.columns(), form),
            allocator)) {
      return TableValues.readAll(reader, table.columns());
    }
  }

  private static List<List<List<Object>>> split(List<List<Object>> rows, int size) {
    List<List<List<Object>>> parts = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += size) {
      parts.add(rows.subList(from, Math.min(rows.size(), from + size)));
    }
    return parts;
  }
}
