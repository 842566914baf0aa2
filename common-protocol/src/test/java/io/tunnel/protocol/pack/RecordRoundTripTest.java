package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.ExtremeValues;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.arrow.Tables;
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

/** What is written is read again, for every table, both forms, every batch size and coding. */
class RecordRoundTripTest {
  @Property(tries = 300)
  void rowsComeBackInWireForm(
      @ForAll("wireTables") Tables.Table table,
      @ForAll @IntRange(min = 1, max = 15) int batchRows,
      @ForAll ContentCoding coding)
      throws IOException {
    assertComesBack(table, Form.WIRE, batchRows, coding);
  }

  @Property(tries = 300)
  void rowsComeBackInExtendedForm(
      @ForAll("extendedTables") Tables.Table table,
      @ForAll @IntRange(min = 1, max = 15) int batchRows)
      throws IOException {
    assertComesBack(table, Form.EXTENDED, batchRows, ContentCoding.NONE);
  }

  @Property(tries = 300)
  void bytesAreThoseOfTheSpecification(@ForAll("wireTables") Tables.Table table)
      throws IOException {
    assertWritten(table, Form.WIRE);
  }

  @Property(tries = 300)
  void bytesAreThoseOfTheSpecificationInExtendedFormToo(
      @ForAll("extendedTables") Tables.Table table) throws IOException {
    assertWritten(table, Form.EXTENDED);
  }

  private static void assertWritten(Tables.Table table, Form form) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        RecordWriter writer = new RecordWriter(out, table.columns());
        VectorSchemaRoot root = TableValues.batch(table.columns(), table.rows(), form, allocator)) {
      writer.write(root);
      writer.finish();
    }
    assertThat(out.toByteArray())
        .isEqualTo(ReferenceRecordEncoder.encode(table.columns(), table.rows()));
  }

  @Property(generation = GenerationMode.EXHAUSTIVE)
  void extremesOfEveryTypeComeBack(@ForAll("extremes") Tables.Table table) throws IOException {
    for (Form form : Form.values()) {
      assertComesBack(table, form, 4, ContentCoding.NONE);
      assertWritten(table, form);
    }
  }

  @Example
  void valuesLongerThanAnyBufferComeBack() throws IOException {
    List<Column> columns = List.of(Column.of("s", "string"), Column.of("a", "array<binary>"));
    List<List<Object>> rows = new ArrayList<>();
    for (int length : new int[] {1023, 1024, 1025, 65_535, 65_536, 65_537, 200_000, 8_388_608}) {
      rows.add(List.of("61".repeat(length), List.of("62".repeat(length), "", "63")));
    }
    assertComesBack(new Tables.Table(columns, rows), Form.WIRE, 3, ContentCoding.NONE);
  }

  @Example
  void columnsBeyondTheFirstHundredsComeBack() throws IOException {
    List<Column> columns = new ArrayList<>();
    List<Object> row = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      columns.add(Column.of("c" + i, "bigint"));
      row.add(i % 7 == 0 ? null : (Object) (long) i);
    }
    assertComesBack(
        new Tables.Table(columns, List.of(row, row)), Form.WIRE, 10, ContentCoding.NONE);
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

  private static void assertComesBack(
      Tables.Table table, Form form, int batchRows, ContentCoding coding) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator()) {
      try (RecordWriter writer = new RecordWriter(coding.encode(out), table.columns());
          VectorSchemaRoot root =
              TableValues.batch(table.columns(), table.rows(), form, allocator)) {
        writer.write(root);
        writer.write(root);
        writer.finish();
      }
      List<List<Object>> twice = new ArrayList<>(table.rows());
      twice.addAll(table.rows());
      try (RecordReader reader =
          new RecordReader(
              coding.decode(new ByteArrayInputStream(out.toByteArray())),
              table.columns(),
              form,
              allocator,
              batchRows)) {
        assertThat(TableValues.readAll(reader, table.columns())).isEqualTo(twice);
      }
      assertThat(allocator.getAllocatedMemory()).isZero();
    }
  }
}
