package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.pack.BucketHash;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.time.Duration;
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
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UpsertWriterTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final MockResponse LOST =
      new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();

  private final RootAllocator allocator = new RootAllocator();
  private FakeService service;
  private FakeUpserts upserts;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    client = service.client();
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    service.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
    ClientThreads.assertEnded();
  }

  private UpsertSession session(int buckets) throws TunnelException {
    upserts = new FakeUpserts(buckets);
    service.answer(upserts);
    return client.createUpsert(TABLE, UpsertOptions.defaults());
  }

  private static List<Object> row(long id, String text) {
    return Arrays.asList(id, HexFormat.of().formatHex(text.getBytes()), 7L);
  }

  private void write(UpsertWriter writer, byte[] operations, List<List<Object>> rows)
      throws IOException {
    try (VectorSchemaRoot batch =
        TableValues.batch(FakeUpserts.SCHEMA.columns(), rows, Form.WIRE, allocator)) {
      writer.write(batch, operations);
    }
  }

  private void upsert(UpsertWriter writer, List<List<Object>> rows) throws IOException {
    try (VectorSchemaRoot batch =
        TableValues.batch(FakeUpserts.SCHEMA.columns(), rows, Form.WIRE, allocator)) {
      writer.write(batch, UpsertOperation.UPSERT);
    }
  }

  private List<RecordedRequest> puts() {
    return service.requests().stream().filter(r -> r.getMethod().equals("PUT")).toList();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadIsWhatWasWrittenLast(ContentCoding coding) throws Exception {
    try (TunnelClient compressing = service.client(config -> config.compression(coding))) {
      upserts = new FakeUpserts(5);
      service.answer(upserts);
      UpsertSession session = compressing.createUpsert(TABLE, UpsertOptions.defaults());
      Map<String, List<Object>> model = new HashMap<>();
      Random random = new Random(7);
      UpsertWriterOptions small =
          UpsertWriterOptions.defaults().withBucketBufferSize(2_000).withBufferSize(8_000);
      long rows = 0;
      try (UpsertWriter writer = session.openWriter(session.layout(), small)) {
        for (int batch = 0; batch < 40; batch++) {
          List<List<Object>> values = new ArrayList<>();
          byte[] operations = new byte[50];
          for (int i = 0; i < 50; i++) {
            List<Object> row = row(random.nextInt(300), "text " + random.nextInt());
            operations[i] = (byte) (random.nextInt(4) == 0 ? 'D' : 'U');
            values.add(row);
            if (operations[i] == 'D') {
              model.remove("null/" + row.get(0));
            } else {
              model.put("null/" + row.get(0), row);
            }
          }
          write(writer, operations, values);
          rows += 50;
          // The buffer, and at most the batch that made it overflow.
          assertThat(writer.bufferedBytes()).isLessThanOrEqualTo(8_000);
          if (batch == 20) {
            writer.flush();
            assertThat(writer.bufferedBytes()).isZero();
          }
        }
        writer.flush();
        assertThat(writer.rows()).isEqualTo(rows);
      }
      assertThat(upserts.table()).isEmpty();
      session.commit();
      assertThat(upserts.table()).isEqualTo(model);
      // Every row lies in the bucket of its key.
      upserts
          .received(session.id())
          .forEach(
              (bucket, received) ->
                  assertThat(received)
                      .allSatisfy(
                          r ->
                              assertThat(
                                      BucketHash.bucket(
                                          BucketHash.DEFAULT.of64((Long) r.values().get(0)), 5))
                                  .isEqualTo(bucket)));
      assertThat(upserts.mostRunning()).isLessThanOrEqualTo(2);
      assertThat(puts())
          .allSatisfy(
              put ->
                  assertThat(put.getHeaders().get("Content-Length"))
                      .isEqualTo(Long.toString(put.getBodySize())));
    }
  }

  @Test
  void nothingIsSentBeforeABucketIsFullOrFlushed() throws Exception {
    UpsertSession session = session(4);
    try (UpsertWriter writer = session.openWriter()) {
      upsert(writer, List.of(row(1, "a"), row(2, "b")));
      assertThat(puts()).isEmpty();
      assertThat(writer.bufferedBytes()).isPositive();
      assertThatThrownBy(session::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has rows that are not sent: flush or close it first");
      writer.flush();
      int sent = puts().size();
      assertThat(sent).isBetween(1, 2);
      writer.flush();
      assertThat(puts()).hasSize(sent);
    }
    session.commit();
    assertThat(upserts.table()).hasSize(2);
  }

  @Test
  void bucketsThatFillEvenlyAreSentOneAfterTheOther() throws Exception {
    UpsertSession session = session(4);
    int kibibyte = 1024;
    UpsertWriterOptions options =
        UpsertWriterOptions.defaults().withBucketBufferSize(512 * kibibyte);
    String text = "x".repeat(4 * kibibyte);
    try (UpsertWriter writer = session.openWriter(session.layout(), options)) {
      for (int batch = 0; batch < 120; batch++) {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          rows.add(row(8 * batch + i, text));
        }
        upsert(writer, rows);
      }
      writer.flush();
    }
    session.commit();
    assertThat(upserts.table()).hasSize(960);
    for (int bucket = 0; bucket < 4; bucket++) {
      int number = bucket;
      List<Long> sizes =
          puts().stream()
              .filter(put -> FakeUpserts.bucket(put) == number)
              .map(RecordedRequest::getBodySize)
              .toList();
      // Memory grows in pieces of 64 KiB, and is looked at after the rows of a batch.
      assertThat(sizes.get(0))
          .isBetween((128L * (bucket + 1) - 64) * kibibyte, (128L * (bucket + 1) + 32) * kibibyte);
      assertThat(sizes.subList(1, sizes.size() - 1))
          .allSatisfy(size -> assertThat(size).isBetween(448L * kibibyte, 544L * kibibyte));
    }
  }

  @Test
  void sessionWithoutRowsIsCommittedWithoutARequestForRows() throws Exception {
    UpsertSession session = session(1);
    try (UpsertWriter writer = session.openWriter()) {
      upsert(writer, List.of());
      writer.flush();
    }
    session.commit();
    assertThat(puts()).isEmpty();
  }

  @Test
  void packWhoseAnswerIsLostIsSentAgainUnchanged() throws Exception {
    UpsertSession session = session(1);
    AtomicInteger number = new AtomicInteger();
    upserts.faults(
        request -> {
          if (request.getMethod().equals("PUT") && number.incrementAndGet() <= 2) {
            upserts.answer(request);
            return LOST;
          }
          return null;
        });
    try (UpsertWriter writer = session.openWriter()) {
      upsert(writer, List.of(row(1, "a"), row(2, "b")));
      writer.flush();
    }
    session.commit();
    assertThat(puts()).hasSize(3);
    assertThat(puts())
        .extracting(put -> put.getBody().hex())
        .containsOnly(puts().get(0).getBody().hex());
    assertThat(puts())
        .extracting(RecordedRequest::getTarget)
        .containsOnly(puts().get(0).getTarget());
    assertThat(upserts.table()).hasSize(2);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  void refusalNamesTablePartitionBucketAndRequest() throws Exception {
    upserts = new FakeUpserts(1);
    service.answer(upserts);
    UpsertSession session =
        client.createUpsert(
            TABLE, UpsertOptions.defaults().inPartition(PartitionSpec.parse("ds=1")));
    upserts.faults(r -> r.getMethod().equals("PUT") ? error(400, "InvalidArgument") : null);
    UpsertWriter writer = session.openWriter();
    upsert(writer, List.of(row(1, "a")));
    assertThatThrownBy(writer::flush)
        .isInstanceOf(TunnelException.class)
        .hasMessage(
            "Writing bucket 0 of upsert session up1 of demo.t, partition ds=1 failed: It is"
                + " InvalidArgument (code InvalidArgument, request id req-400)");
    assertThat(puts()).hasSize(1);
    assertThatThrownBy(writer::flush)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it is FAILED");
    // Half of the rows must not be committed by accident.
    assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
    session.abort();
    assertThat(upserts.table()).isEmpty();
  }

  @Test
  void sessionThatIsGoneSaysWhatToDo() throws Exception {
    UpsertSession session = session(1);
    upserts.faults(r -> r.getMethod().equals("PUT") ? error(404, "UpsertSessionNotFound") : null);
    try (UpsertWriter writer = session.openWriter()) {
      upsert(writer, List.of(row(1, "a")));
      assertThatThrownBy(writer::flush)
          .hasMessageContaining("write the rows again in a new session");
    }
  }

  @Test
  void slotThatIsNeverFreeSaysWhatToDo() throws Exception {
    try (TunnelClient hasty = service.client(c -> c.retryTimeout(Duration.ofSeconds(5)))) {
      upserts = new FakeUpserts(1);
      service.answer(upserts);
      UpsertSession session = hasty.createUpsert(TABLE, UpsertOptions.defaults());
      upserts.faults(
          r ->
              r.getMethod().equals("PUT")
                  ? json(
                      429,
                      "{\"Code\":\"SlotExceeded\",\"Message\":\"full\",\"HoldClientMillis\":500}")
                  : null);
      try (UpsertWriter writer = session.openWriter()) {
        upsert(writer, List.of(row(1, "a")));
        assertThatThrownBy(writer::flush)
            .hasMessageContaining("given up after 3 attempts")
            .hasMessageContaining("upsert.flush.concurrent");
      }
      assertThat(service.time().waits())
          .containsExactly(
              Duration.ofMillis(500),
              Duration.ofSeconds(1),
              Duration.ofMillis(500),
              Duration.ofSeconds(2),
              Duration.ofMillis(500));
    }
  }

  @Test
  void slotThatMovesMovesForAllItsBuckets() throws Exception {
    UpsertSession session = session(3);
    AtomicInteger number = new AtomicInteger();
    upserts.faults(
        r ->
            r.getMethod().equals("PUT") && number.incrementAndGet() == 1
                ? answer(308, Map.of("odps-tunnel-routed-server", "10.0.0.7:7"), "")
                : null);
    try (UpsertWriter writer =
        session.openWriter(
            session.layout(), UpsertWriterOptions.defaults().withFlushConcurrent(1))) {
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        rows.add(row(i, "x"));
      }
      upsert(writer, rows);
      writer.flush();
    }
    assertThat(puts())
        .extracting(put -> put.getHeaders().get("odps-tunnel-routed-server"))
        .containsExactly("10.0.0.1:9000", "10.0.0.7:7", "10.0.0.7:7", "10.0.0.7:7");
    session.commit();
    assertThat(upserts.table()).hasSize(60);
  }

  @Test
  void bucketsAreSentAtOnceUpToTheLimit() throws Exception {
    UpsertSession session = session(8);
    CountDownLatch two = new CountDownLatch(2);
    upserts.faults(
        r -> {
          if (r.getMethod().equals("PUT")) {
            two.countDown();
            try {
              assertThat(two.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return null;
        });
    try (UpsertWriter writer = session.openWriter()) {
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        rows.add(row(i, "x"));
      }
      upsert(writer, rows);
      writer.flush();
    }
    assertThat(puts()).hasSize(8);
    assertThat(upserts.mostRunning()).isEqualTo(2);
  }

  @Test
  void batchWithANullKeyIsRefusedAsAWhole() throws Exception {
    UpsertSession session = session(2);
    try (UpsertWriter writer = session.openWriter()) {
      assertThatThrownBy(() -> upsert(writer, List.of(row(1, "a"), Arrays.asList(null, "62", 7L))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Column id, row 2 of the batch: it is part of the primary key");
      upsert(writer, List.of(row(3, "c")));
      writer.flush();
    }
    session.commit();
    assertThat(upserts.table()).containsOnlyKeys("null/3");
  }

  @Test
  void partialUpdatesSendTheirColumnsOnly() throws Exception {
    UpsertSession session = session(1);
    try (UpsertWriter writer =
            session.openWriter(
                session.layout().bringing(List.of("n", "id")).updating(List.of("n")),
                UpsertWriterOptions.defaults());
        VectorSchemaRoot batch =
            TableValues.batch(
                List.of(FakeUpserts.SCHEMA.columns().get(2), FakeUpserts.SCHEMA.columns().get(0)),
                List.of(List.of(5L, 1L)),
                Form.WIRE,
                allocator)) {
      writer.write(batch, UpsertOperation.UPSERT);
      writer.flush();
    }
    assertThat(FakeUpserts.rows(puts().get(0)))
        .containsExactly(new FakeUpserts.Row(false, Arrays.asList(1L, null, 5L)));
  }

  @Test
  void writerThatIsClosedSendsNothingMore() throws Exception {
    UpsertSession session = session(2);
    UpsertWriter writer = session.openWriter();
    upsert(writer, List.of(row(1, "a")));
    writer.close();
    writer.close();
    assertThat(puts()).isEmpty();
    assertThatThrownBy(() -> upsert(writer, List.of(row(1, "a"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("it is CLOSED");
    session.commit();
    assertThat(upserts.table()).isEmpty();
  }

  @Test
  void sessionThatIsCommittedTakesNoRows() throws Exception {
    UpsertSession session = session(2);
    UpsertWriter writer = session.openWriter();
    session.commit();
    assertThatThrownBy(() -> upsert(writer, List.of(row(1, "a"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("takes no rows any more, it is COMMITTED");
  }

  @Test
  void writerClosedWhileRowsAreSentBreaksThemOff() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    UpsertSession session = session(1);
    upserts.faults(
        r -> {
          if (r.getMethod().equals("PUT")) {
            blocked.countDown();
            await(released);
          }
          return null;
        });
    UpsertWriter writer =
        session.openWriter(
            session.layout(), UpsertWriterOptions.defaults().withBucketBufferSize(1));
    upsert(writer, List.of(row(1, "a")));
    await(blocked);
    writer.close();
    released.countDown();
  }

  @Test
  void clientClosedWhileRowsAreSentFailsTheFlush() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    UpsertSession session = session(1);
    upserts.faults(
        r -> {
          if (r.getMethod().equals("PUT")) {
            blocked.countDown();
            await(released);
          }
          return null;
        });
    try (UpsertWriter writer =
        session.openWriter(
            session.layout(), UpsertWriterOptions.defaults().withBucketBufferSize(1))) {
      upsert(writer, List.of(row(1, "a")));
      await(blocked);
      client.close();
      released.countDown();
      assertThatThrownBy(writer::flush)
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("ClientClosed"));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
