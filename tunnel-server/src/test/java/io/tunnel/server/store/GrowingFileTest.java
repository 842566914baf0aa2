package io.tunnel.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PrimitiveType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch file that is read while it is written. */
class GrowingFileTest {
  private static final List<Column> COLUMNS = List.of(Column.of("id", PrimitiveType.BIGINT));

  private final BufferAllocator allocator = new RootAllocator();
  private DataFolder folder;
  private Path path;
  private BatchFileWriter writer;

  @BeforeEach
  void start() throws IOException {
    folder = DataFolder.open(null, Disk.MACHINE);
    path = folder.downloads().resolve("s1");
    writer = BatchFileWriter.inPlace(folder, path, COLUMNS, ArrowMapping.Form.WIRE);
  }

  @AfterEach
  void stop() throws IOException {
    writer.close();
    assertThat(folder.temporaryBytes()).isZero();
    folder.close();
    allocator.close();
  }

  private void write(long... values) throws IOException {
    try (VectorSchemaRoot root =
        VectorSchemaRoot.create(ArrowMapping.schema(COLUMNS, ArrowMapping.Form.WIRE), allocator)) {
      BigIntVector ids = (BigIntVector) root.getVector(0);
      for (int i = 0; i < values.length; i++) {
        ids.setSafe(i, values[i]);
      }
      root.setRowCount(values.length);
      writer.write(root);
    }
  }

  private List<Long> batch(BatchFile file, int number) throws IOException {
    List<Long> values = new ArrayList<>();
    try (ArrowBatchReader reader = file.read(number, allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      BigIntVector ids = (BigIntVector) reader.root().getVector(0);
      for (int i = 0; i < reader.root().getRowCount(); i++) {
        values.add(ids.get(i));
      }
    }
    return values;
  }

  @Test
  void whatIsWrittenCanBeReadAtOnce() throws Exception {
    BatchFile file = writer.growing(5);
    write(10, 11, 12);
    assertThat(file.rows()).isEqualTo(5);
    assertThat(file.batchOf(2)).isZero();
    assertThat(batch(file, 0)).containsExactly(10L, 11L, 12L);
    CompletableFuture<Integer> later = waiting(() -> file.batchOf(3));
    assertThat(later).isNotDone();
    write(13, 14);
    assertThat(later.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(batch(file, 1)).containsExactly(13L, 14L);
    writer.seal();
    writer.publish(path);
    assertThat(batch(BatchFile.open(path), 1)).containsExactly(13L, 14L);
  }

  @Test
  void readersOfAFileThatFailsAreToldAndItIsGone() throws Exception {
    BatchFile file = writer.growing(5);
    write(10, 11);
    CompletableFuture<Integer> row = waiting(() -> file.batchOf(4));
    CompletableFuture<Integer> batches =
        waiting(
            () -> {
              file.awaitBatches(2);
              return file.batches();
            });
    writer.fail(new IOException("the disk is full"));
    assertThatThrownBy(() -> row.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("the disk is full");
    assertThat(batches.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(file.failure()).hasMessage("the disk is full");
    writer.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void anUnfinishedFileIsNotTakenForAFinishedOne() throws Exception {
    write(10, 11);
    assertThat(Files.size(path)).isPositive();
    assertThatThrownBy(() -> BatchFile.open(path)).hasMessageContaining("unfinished");
  }

  private interface Reading {
    int read() throws IOException;
  }

  /** Begins a reading in a thread of its own and returns when that waits. */
  private static CompletableFuture<Integer> waiting(Reading reading) throws InterruptedException {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(reading.read());
              } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    thread.start();
    while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
      Thread.onSpinWait();
    }
    return result;
  }
}
