package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The longest value that the service takes (specification: regular tunnel, sections 2.3 and 2.8).
 */
class FieldLimitTest {
  private static final int EIGHT_MEGABYTES = 8_388_608;

  private final RootAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingIsLeft() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  private VectorSchemaRoot batch(String type, Object... values) {
    List<Column> columns = List.of(Column.of("id", "bigint"), Column.of("c", type));
    List<List<Object>> rows = Arrays.stream(values).map(v -> Arrays.asList(7L, v)).toList();
    return TableValues.batch(columns, rows, ArrowMapping.Form.WIRE, allocator);
  }

  @Test
  void eightMegabytesAreTakenAndOneByteMoreIsNot() {
    try (VectorSchemaRoot batch = batch("string", "61", null, "62")) {
      VarCharVector text = (VarCharVector) batch.getVector("c");
      text.setSafe(1, new byte[EIGHT_MEGABYTES]);
      text.setSafe(2, new byte[EIGHT_MEGABYTES]);
      batch.setRowCount(3);
      new FieldLimit(EIGHT_MEGABYTES).check(batch);
      text.setSafe(2, new byte[EIGHT_MEGABYTES + 1]);
      batch.setRowCount(3);
      assertThatThrownBy(() -> new FieldLimit(EIGHT_MEGABYTES).check(batch))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Column c, row 3 of the batch: a value of 8388609 bytes is longer than the 8388608"
                  + " bytes that the service takes");
    }
  }

  @ParameterizedTest
  @CsvSource({"string", "binary", "json", "varchar(10)", "char(10)"})
  void everyTypeOfTextAndBytesIsChecked(String type) {
    try (VectorSchemaRoot batch = batch(type, "6162", "61626364", null)) {
      assertThatCode(() -> new FieldLimit(4).check(batch)).doesNotThrowAnyException();
      assertThatThrownBy(() -> new FieldLimit(3).check(batch))
          .hasMessageContaining("Column c, row 2 of the batch: a value of 4 bytes");
    }
  }

  @Test
  void valuesInsideOthersAreCheckedAndNullsAreNot() {
    List<Object> array = Arrays.asList("61", null, "61626364");
    try (VectorSchemaRoot batch = batch("array<string>", array, null, List.of())) {
      assertTooLong(batch);
    }
    try (VectorSchemaRoot batch =
        batch("map<string,binary>", List.of(Arrays.asList("61", "61626364")), List.of())) {
      assertTooLong(batch);
    }
    try (VectorSchemaRoot batch =
        batch("struct<a:bigint,b:array<string>>", Arrays.asList(1L, array), null)) {
      assertTooLong(batch);
    }
  }

  private static void assertTooLong(VectorSchemaRoot batch) {
    assertThatCode(() -> new FieldLimit(4).check(batch)).doesNotThrowAnyException();
    assertThatThrownBy(() -> new FieldLimit(3).check(batch))
        .hasMessage(
            "Column c: a value of 4 bytes is longer than the 3 bytes that the service takes");
  }

  @Test
  void batchWithoutRowsOrTextsPasses() {
    try (VectorSchemaRoot empty = batch("string");
        VectorSchemaRoot numbers = batch("array<bigint>", List.of(1L))) {
      new FieldLimit(0).check(empty);
      new FieldLimit(0).check(numbers);
    }
  }
}
