package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.session.FakeUpserts.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.RecordedRequest;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionedUpsertTest {
  private static final TableName TABLE = new TableName("demo", null, "t");

  private final RootAllocator allocator = new RootAllocator();
  private final FakeUpserts upserts = new FakeUpserts(3);
  private FakeService service;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    service.answer(upserts);
    client = service.client();
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    client.close();
    service.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
    ClientThreads.assertEnded();
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("tunnel-rows-"));
    }
  }

  private PartitionedUpsert open(PartitionedUpsertOptions options) {
    return client.upsertPartitions(TABLE, options, UnaryOperator.identity());
  }

  /** Sizes so small that every batch overflows them. */
  private static PartitionedUpsertOptions small(boolean fileCached) {
    return PartitionedUpsertOptions.defaults()
        .withFileCached(fileCached)
        .withFileSizes(5_000, 8_000)
        .withFileWriters(3)
        .withCommitThreads(4)
        .withWriter(
            UpsertWriterOptions.defaults().withBufferSize(20_000).withBucketBufferSize(1_000));
  }

  private static PartitionSpec partition(int number) {
    return PartitionSpec.parse("ds=" + number);
  }

  private static List<Object> row(long id, String text) {
    return Arrays.asList(id, HexFormat.of().formatHex(text.getBytes()), 7L);
  }

  private VectorSchemaRoot batch(List<List<Object>> rows) {
    return TableValues.batch(FakeUpserts.SCHEMA.columns(), rows, Form.WIRE, allocator);
  }

  /** One row into each of so many partitions. */
  private void writeOneRowEach(PartitionedUpsert upsert, int partitions) throws IOException {
    for (int i = 0; i < partitions; i++) {
      try (VectorSchemaRoot batch = batch(List.of(row(i, "x")))) {
        upsert.write(partition(i), batch, UpsertOperation.UPSERT);
      }
    }
  }

  private List<RecordedRequest> requests(String method) {
    return service.requests().stream().filter(r -> r.getMethod().equals(method)).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsReadIsWhatWasWrittenLast(boolean fileCached) throws Exception {
    int partitions = 20;
    List<PartitionSpec> specs =
        IntStream.range(0, partitions).mapToObj(PartitionedUpsertTest::partition).toList();
    Map<String, List<Object>> model = new HashMap<>();
    Random random = new Random(11);
    try (PartitionedUpsert upsert = open(small(fileCached))) {
      for (int number = 0; number < 30; number++) {
        int rows = 1 + random.nextInt(200);
        List<List<Object>> values = new ArrayList<>();
        byte[] operations = new byte[rows];
        int[] partitionOfRow = new int[rows];
        for (int i = 0; i < rows; i++) {
          List<Object> row = row(random.nextInt(60), "text " + random.nextInt());
          values.add(row);
          operations[i] = (byte) (random.nextInt(4) == 0 ? 'D' : 'U');
          // Most rows go to few partitions, so that these are sent before the flush.
          partitionOfRow[i] = random.nextInt(1 + random.nextInt(partitions));
          String key = specs.get(partitionOfRow[i]) + "/" + row.get(0);
          if (operations[i] == 'D') {
            model.remove(key);
          } else {
            model.put(key, row);
          }
        }
        try (VectorSchemaRoot batch = batch(values)) {
          upsert.write(specs, partitionOfRow, batch, operations);
        }
        assertThat(upsert.bufferedBytes()).isLessThanOrEqualTo(fileCached ? 5_000 : 20_000);
        if (number == 15) {
          upsert.flush();
          assertThat(upsert.bufferedBytes()).isZero();
        }
      }
      assertThat(upserts.table()).isEmpty();
      upsert.commit();
      assertThat(upserts.table()).isEqualTo(model);
      // One session for each partition, each committed once.
      assertThat(upserts.sessionIds()).hasSameSizeAs(upsert.partitions());
      assertThat(requests("POST")).hasSize(2 * upsert.partitions().size());
      assertThatThrownBy(() -> writeOneRowEach(upsert, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the upsert is COMMITTED");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void batchesOfOtherColumnsKeepTheirPlaceInTheOrder(boolean fileCached) throws Exception {
    List<PartitionSpec> specs = List.of(partition(0), partition(1));
    List<Column> key = FakeUpserts.SCHEMA.columns().subList(0, 1);
    try (PartitionedUpsert upsert = open(small(fileCached));
        VectorSchemaRoot whole = batch(List.of(row(1, "a"), row(2, "b"), row(1, "c")));
        VectorSchemaRoot keys =
            TableValues.batch(key, List.of(List.of(1L), List.of(2L)), Form.WIRE, allocator)) {
      upsert.write(
          UnaryOperator.identity(), specs, new int[] {0, 1, 1}, whole, UpsertOperation.UPSERT);
      upsert.write(
          layout -> layout.bringing(List.of("id")),
          specs,
          new int[] {0, -1},
          keys,
          UpsertOperation.DELETE);
      upsert.write(
          layout -> layout.bringing(List.of("id")),
          specs,
          new int[] {-1, 1},
          keys,
          UpsertOperation.DELETE);
      upsert.write(
          UnaryOperator.identity(), specs, new int[] {-1, 0, -1}, whole, UpsertOperation.UPSERT);
      // Nothing but rows that are not written begins no session.
      upsert.write(
          UnaryOperator.identity(),
          List.of(partition(5)),
          new int[] {-1, -1, -1},
          whole,
          UpsertOperation.UPSERT);
      assertThat(upsert.isCommitted(partition(0))).isFalse();
      upsert.commit();
      assertThat(upsert.partitions()).containsExactly(partition(0), partition(1));
      assertThat(upsert.isCommitted(partition(0))).isTrue();
      assertThat(upsert.isCommitted(partition(5))).isFalse();
    }
    assertThat(upserts.table()).isEqualTo(Map.of("ds=0/2", row(2, "b"), "ds=1/1", row(1, "c")));
  }

  @Test
  void partitionThatIsMissingCanBeCreatedAndBegunAgain() throws Exception {
    upserts.faults(r -> r.getMethod().equals("POST") ? error(404, "NoSuchPartition") : null);
    try (PartitionedUpsert upsert = open(small(false))) {
      assertThatThrownBy(() -> upsert.begin(partition(1)))
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("NoSuchPartition"));
      assertThat(upsert.partitions()).isEmpty();
      upserts.faults(r -> null);
      assertThat(upsert.begin(partition(1)).columns()).isEqualTo(FakeUpserts.SCHEMA.columns());
      upsert.begin(partition(1));
      upsert.commit();
    }
    assertThat(upserts.sessionIds()).hasSize(1);
  }

  @Test
  void rowsThatFitIntoMemoryNeedNoFile() throws Exception {
    try (PartitionedUpsert upsert =
        open(PartitionedUpsertOptions.defaults().withFileCached(true))) {
      writeOneRowEach(upsert, 10);
      // Only the first session is needed to know the columns.
      assertThat(requests("POST")).hasSize(1);
      assertThat(requests("PUT")).isEmpty();
      upsert.commit();
    }
    assertThat(upserts.table()).hasSize(10);
  }

  @Test
  void partitionWithMuchInTheFileIsSentBeforeTheFlush() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    upserts.faults(
        r -> {
          if (r.getMethod().equals("PUT")) {
            assertThat(parameter(r, "partition")).isEqualTo("ds=1");
            sent.countDown();
          }
          return null;
        });
    try (PartitionedUpsert upsert = open(small(true))) {
      writeOneRowEach(upsert, 1);
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        rows.add(row(i, "text " + i));
      }
      try (VectorSchemaRoot batch = batch(rows)) {
        upsert.write(partition(1), batch, UpsertOperation.UPSERT);
      }
      assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
      upserts.faults(r -> null);
      upsert.commit();
    }
    assertThat(upserts.table()).hasSize(301);
  }

  @Test
  void memoryDoesNotGrowWithTheNumberOfPartitions() throws Exception {
    int batches = 20;
    for (int partitions : new int[] {1, 50, 300}) {
      List<PartitionSpec> specs =
          IntStream.range(0, partitions).mapToObj(PartitionedUpsertTest::partition).toList();
      long most = 0;
      try (PartitionedUpsert upsert =
          open(
              PartitionedUpsertOptions.defaults()
                  .withFileCached(true)
                  .withFileSizes(20_000, 1 << 20))) {
        for (int number = 0; number < batches; number++) {
          List<List<Object>> values = new ArrayList<>();
          int[] partitionOfRow = new int[300];
          byte[] operations = new byte[300];
          Arrays.fill(operations, UpsertOperation.UPSERT.code());
          for (int i = 0; i < 300; i++) {
            values.add(row(number * 300L + i, "text " + i));
            partitionOfRow[i] = i % partitions;
          }
          try (VectorSchemaRoot batch = batch(values)) {
            upsert.write(specs, partitionOfRow, batch, operations);
          }
          most = Math.max(most, upsert.bufferedBytes());
        }
        assertThat(requests("PUT")).isEmpty();
        assertThat(most).isLessThan(20_000);
        upsert.commit();
      }
      assertThat(upserts.table()).hasSize(batches * 300);
      upserts.clear();
      service.requests().clear();
    }
  }

  @Test
  void partitionsAreCommittedAtOnceUpToTheLimit() throws Exception {
    CountDownLatch four = new CountDownLatch(4);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    upserts.faults(
        r -> {
          if (r.getMethod().equals("POST") && parameter(r, "upsertid") != null) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            four.countDown();
            try {
              assertThat(four.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            running.decrementAndGet();
          }
          return null;
        });
    try (PartitionedUpsert upsert =
        open(PartitionedUpsertOptions.defaults().withCommitThreads(4))) {
      writeOneRowEach(upsert, 12);
      upsert.commit();
    }
    assertThat(most).hasValue(4);
    assertThat(upserts.table()).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void commitThatFailsInPartGoesOnWithTheRest(boolean fileCached) throws Exception {
    upserts.faults(
        r ->
            r.getMethod().equals("POST")
                    && parameter(r, "upsertid") != null
                    && parameter(r, "partition").equals("ds=3")
                ? error(403, "NoPermission")
                : null);
    try (PartitionedUpsert upsert = open(small(fileCached))) {
      writeOneRowEach(upsert, 6);
      assertThatThrownBy(upsert::commit)
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("NoPermission"))
          .hasMessageContaining("demo.t, partition ds=3")
          .hasMessageContaining("of 6 partitions 5 are committed, commit again for the others");
      assertThat(upserts.table()).hasSize(5);
      int puts = requests("PUT").size();
      upserts.faults(r -> null);
      service.requests().clear();
      upsert.commit();
      assertThat(requests("PUT")).isEmpty();
      assertThat(puts).isEqualTo(6);
      assertThat(requests("POST")).hasSize(1);
      assertThat(upserts.table()).hasSize(6);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void missingPartitionIsNamed(boolean fileCached) throws Exception {
    upserts.faults(
        r ->
            r.getMethod().equals("POST") && parameter(r, "partition").equals("ds=2")
                ? error(404, "NoSuchPartition")
                : null);
    try (PartitionedUpsert upsert = open(small(fileCached))) {
      assertThatThrownBy(
              () -> {
                writeOneRowEach(upsert, 4);
                upsert.flush();
              })
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("demo.t, partition ds=2")
          .hasMessageContaining("create the partition");
      upsert.abort();
    }
    assertThat(upserts.table()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void abortGivesAllSessionsUp(boolean fileCached) throws Exception {
    try (PartitionedUpsert upsert = open(small(fileCached))) {
      writeOneRowEach(upsert, 5);
      upsert.flush();
      upsert.abort();
    }
    assertThat(requests("DELETE")).hasSize(5);
    assertThat(upserts.table()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusedRowsFailTheFlush(boolean fileCached) throws Exception {
    upserts.faults(
        r ->
            r.getMethod().equals("PUT") && parameter(r, "partition").equals("ds=1")
                ? error(400, "InvalidArgument")
                : null);
    try (PartitionedUpsert upsert = open(small(fileCached))) {
      writeOneRowEach(upsert, 3);
      assertThatThrownBy(upsert::flush)
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("Writing bucket ")
          .hasMessageContaining("partition ds=1 failed");
      assertThatThrownBy(upsert::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("FAILED");
    }
    assertThat(upserts.table()).isEmpty();
  }

  @Test
  void rowsRefusedBeforeTheFlushFailIt() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    upserts.faults(
        r -> {
          if (r.getMethod().equals("PUT") && parameter(r, "partition").equals("ds=1")) {
            refused.countDown();
            return error(400, "InvalidArgument");
          }
          return null;
        });
    try (PartitionedUpsert upsert = open(small(true))) {
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        rows.add(row(i, "text " + i));
      }
      try (VectorSchemaRoot batch = batch(rows)) {
        upsert.write(partition(1), batch, UpsertOperation.UPSERT);
      }
      assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
      writeOneRowEach(upsert, 3);
      assertThatThrownBy(upsert::flush)
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("partition ds=1 failed");
    }
    assertThat(upserts.table()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rowsThatAreNotCommittedAreGone(boolean fileCached) throws Exception {
    PartitionedUpsert upsert = open(small(fileCached));
    for (int i = 0; i < 20; i++) {
      writeOneRowEach(upsert, 20);
    }
    upsert.close();
    upsert.close();
    assertThat(upserts.table()).isEmpty();
  }

  @Test
  void tableThatChangesMeanwhileIsRefused() throws Exception {
    try (PartitionedUpsert upsert = open(small(false))) {
      writeOneRowEach(upsert, 1);
      upserts.faults(
          r ->
              r.getMethod().equals("POST")
                  ? FakeService.json(
                      200,
                      FakeUpserts.sessionText("up9", "normal", 3).replace("\"int\"", "\"bigint\""))
                  : null);
      try (VectorSchemaRoot batch = batch(List.of(row(1, "x")))) {
        assertThatThrownBy(() -> upsert.write(partition(5), batch, UpsertOperation.UPSERT))
            .isInstanceOfSatisfying(
                TunnelException.class, e -> assertThat(e.code()).isEqualTo("TableModified"))
            .hasMessageContaining("partition ds=5");
      }
      upserts.faults(r -> null);
    }
  }

  @Test
  void batchWithANullKeyIsRefusedAsAWhole() throws Exception {
    try (PartitionedUpsert upsert = open(small(true))) {
      try (VectorSchemaRoot batch = batch(List.of(row(1, "a"), Arrays.asList(null, "62", 7L)))) {
        assertThatThrownBy(() -> upsert.write(partition(1), batch, UpsertOperation.UPSERT))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("Column id, row 2 of the batch");
      }
      writeOneRowEach(upsert, 2);
      upsert.commit();
    }
    assertThat(upserts.table()).hasSize(2);
  }

  @Test
  void numbersOfThreadsAreLimited() {
    PartitionedUpsertOptions options = PartitionedUpsertOptions.defaults();
    assertThat(options.commitThreads()).isEqualTo(16);
    assertThat(options.fileWriters()).isEqualTo(16);
    assertThatThrownBy(() -> options.withCommitThreads(33))
        .hasMessageContaining("upsert.commit.thread-num")
        .hasMessageContaining("allowed are 1 to 32");
    assertThatThrownBy(() -> options.withFileWriters(0))
        .hasMessageContaining("sink.file-cached.writer.num");
    assertThatThrownBy(() -> options.withFileSizes(0, 1)).hasMessageContaining("must be positive");
  }
}
