package io.tunnel.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.jdbc.batch.KeyStates.State;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyStatesTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void close() {
    allocator.close();
  }

  private VectorSchemaRoot root(Column... columns) {
    return VectorSchemaRoot.create(TableSchema.of(columns).arrowSchema(), allocator);
  }

  private static void text(VectorSchemaRoot root, int column, int row, String text) {
    ((VarCharVector) root.getVector(column)).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void remembersAsAMapOfTheSameKeysDoes() {
    Random random = new Random(41);
    Column[] columns = {Column.of("n", "bigint"), Column.of("s", "string")};
    Map<List<Object>, State> model = new HashMap<>();
    KeyStates states = new KeyStates();
    try (VectorSchemaRoot root = root(columns)) {
      KeyBytes key = new KeyBytes(root.getFieldVectors(), List.of(columns));
      for (int round = 0; round < 60_000; round++) {
        long number = random.nextInt(300) - 150;
        String text = "é".repeat(random.nextInt(3)) + (random.nextBoolean() ? "" : "\0");
        int partition = random.nextInt(4);
        ((BigIntVector) root.getVector(0)).setSafe(0, number);
        text(root, 1, 0, text);
        key.take(partition, 0);
        List<Object> same = List.of(partition, number, text);
        assertThat(states.get(key)).isEqualTo(model.getOrDefault(same, State.UNKNOWN));
        State state = random.nextBoolean() ? State.PRESENT : State.ABSENT;
        states.put(key, state);
        model.put(same, state);
      }
    }
    assertThat(model).hasSizeGreaterThan(5000);
    assertThat(states.isFull()).isFalse();
  }

  @Test
  void aFullTableForgetsEverything() {
    Column[] columns = {Column.of("n", "bigint")};
    KeyStates states = new KeyStates(50 * (1 + 4 + 4 + 8));
    try (VectorSchemaRoot root = root(columns)) {
      KeyBytes key = new KeyBytes(root.getFieldVectors(), List.of(columns));
      for (int i = 0; i < 50; i++) {
        ((BigIntVector) root.getVector(0)).setSafe(0, i);
        key.take(0, 0);
        states.put(key, State.PRESENT);
      }
      assertThat(states.isFull()).isFalse();
      states.put(key, State.ABSENT);
      assertThat(states.get(key)).isEqualTo(State.ABSENT);
      key.take(1, 0);
      states.put(key, State.PRESENT);
      assertThat(states.isFull()).isTrue();
      key.take(0, 0);
      states.put(key, State.PRESENT);
      assertThat(states.get(key)).isEqualTo(State.UNKNOWN);
    }
  }

  @Test
  void neighbouringTextsAreNotTakenTogether() {
    Column[] columns = {Column.of("a", "string"), Column.of("b", "string")};
    try (VectorSchemaRoot root = root(columns)) {
      text(root, 0, 0, "x");
      text(root, 1, 0, "yz");
      text(root, 0, 1, "xy");
      text(root, 1, 1, "z");
      KeyBytes key = new KeyBytes(root.getFieldVectors(), List.of(columns));
      KeyStates states = new KeyStates();
      key.take(0, 0);
      states.put(key, State.PRESENT);
      key.take(0, 1);
      assertThat(states.get(key)).isEqualTo(State.UNKNOWN);
    }
  }

  @Test
  void equalValuesAreOneKeyWhateverTheirBits() {
    Column[] columns = {Column.of("c", "char(5)"), Column.of("d", "double")};
    try (VectorSchemaRoot root = root(columns)) {
      Float8Vector doubles = (Float8Vector) root.getVector(1);
      text(root, 0, 0, "ab   ");
      doubles.setSafe(0, -0.0);
      text(root, 0, 1, "ab");
      doubles.setSafe(1, 0.0);
      text(root, 0, 2, " ab");
      doubles.setSafe(2, 0.0);
      KeyBytes key = new KeyBytes(root.getFieldVectors(), List.of(columns));
      KeyStates states = new KeyStates();
      key.take(0, 0);
      states.put(key, State.ABSENT);
      key.take(0, 1);
      assertThat(states.get(key)).isEqualTo(State.ABSENT);
      key.take(0, 2);
      assertThat(states.get(key)).isEqualTo(State.UNKNOWN);
    }
  }
}
