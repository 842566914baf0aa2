package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.bytes;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DownloadSessionTest {
  private static final TableName TABLE = new TableName("demo", null, "t");
  private static final int TOTAL = 20_000;
  private static final Pattern RANGE = Pattern.compile("rowrange=%28(\\d+)%2C(\\d+)%29");

  private final RootAllocator allocator = new RootAllocator();
  private FakeService service;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    client = service.client();
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  private static MockResponse session(String status, TableSchema schema, long rows) {
    return json(
        200,
        "{\"DownloadID\":\"d1\",\"Status\":\""
            + status
            + "\",\"RecordCount\":"
            + rows
            + ",\"Schema\":"
            + SchemaJson.write(schema)
            + "}");
  }

  private DownloadSession created(TableSchema schema, long rows) throws TunnelException {
    service.answer(r -> session("normal", schema, rows));
    DownloadSession session = client.createDownload(TABLE, null);
    service.requests().clear();
    return session;
  }

  /** The rows that the request asks for. */
  private byte[] rowsFor(RecordedRequest request, int countChange) {
    Matcher matcher = RANGE.matcher(request.getTarget());
    assertThat(matcher.find()).as(request.getTarget()).isTrue();
    long first = Long.parseLong(matcher.group(1));
    int left = Integer.parseInt(matcher.group(2)) + countChange;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArrowBatchWriter writer = ArrowBatchWriter.forAnswer(out)) {
      for (; left > 0; left -= 1000) {
        int count = Math.min(left, 1000);
        try (VectorSchemaRoot batch = Rows.batch(allocator, first, count)) {
          writer.write(batch);
        }
        first += count;
      }
      writer.finish();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static List<Long> readAll(BatchReader reader) throws IOException {
    List<Long> ids = new ArrayList<>();
    VectorSchemaRoot root = reader.root();
    while (reader.loadNextBatch()) {
      assertThat(reader.root()).isSameAs(root);
      BigIntVector id = (BigIntVector) root.getVector("id");
      VarCharVector text = (VarCharVector) root.getVector("s");
      for (int i = 0; i < root.getRowCount(); i++) {
        ids.add(id.get(i));
        if (i % 100 == 0) {
          assertThat(new String(text.get(i), StandardCharsets.UTF_8))
              .isEqualTo(Rows.text(id.get(i)));
        }
      }
    }
    assertThat(reader.rowsRead()).isEqualTo(ids.size());
    return ids;
  }

  private static List<Long> numbers(long first, long count) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  @Test
  void readsARangeAsArrow() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    assertThat(session.recordCount()).isEqualTo(TOTAL);
    assertThat(session.status()).isEqualTo(DownloadStatus.NORMAL);
    service.answer(r -> bytes(rowsFor(r, 0), Map.of()));
    try (BatchReader reader = session.read(10, 2500, List.of(), allocator)) {
      assertThat(readAll(reader)).isEqualTo(numbers(10, 2500));
      assertThat(reader.loadNextBatch()).isFalse();
    }
    assertThat(service.lines())
        .containsExactly(
            "GET /projects/demo/tables/t?data&downloadid=d1&rowrange=%2810%2C2500%29&arrow");
    assertThat(service.request(0).getHeaders().get("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void sessionOfAPartitionIsNamedInEveryRequest() throws Exception {
    service.answer(r -> session("normal", Rows.SCHEMA, 5));
    DownloadSession session =
        client.createDownload(new TableName("demo", "s", "t"), PartitionSpec.parse("ds=1"), true);
    service.answer(r -> bytes(rowsFor(r, 0), Map.of()));
    try (BatchReader reader = client.read(session.handle(), 0, 5, List.of("S", "id"), allocator)) {
      assertThat(readAll(reader)).hasSize(5);
    }
    assertThat(service.lines())
        .containsExactly(
            "POST /projects/demo/schemas/s/tables/t?partition=ds%3D1&downloads&asyncmode=true",
            "GET /projects/demo/schemas/s/tables/t?partition=ds%3D1&data&downloadid=d1"
                + "&rowrange=%280%2C5%29&arrow");
  }

  @Test
  void answerDecidesAboutTheCoding() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    try (TunnelClient compressed = service.client(b -> b.compression(ContentCoding.LZ4))) {
      DownloadSession attached;
      service.answer(r -> session("normal", Rows.SCHEMA, TOTAL));
      attached = compressed.attachDownload(session.handle());
      service.requests().clear();
      service.answer(
          r -> {
            Buffer body = new Buffer();
            try (OutputStream out = ContentCoding.ZSTD.encode(body.outputStream())) {
              out.write(rowsFor(r, 0));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
            return bytes(body.readByteArray(), Map.of("Content-Encoding", "zstd"));
          });
      try (BatchReader reader = attached.read(0, 1500, List.of(), allocator)) {
        assertThat(readAll(reader)).hasSize(1500);
      }
      assertThat(service.request(0).getHeaders().get("Accept-Encoding"))
          .isEqualTo("x-odps-lz4-frame");
    }
  }

  @Test
  void unknownCodingIsAClearError() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(new byte[10], Map.of("Content-Encoding", "rar")));
    assertThatThrownBy(() -> session.read(0, 1, List.of(), allocator))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("rar");
  }

  @Test
  @Tag("covers:client-download/column-order")
  void columnsAreAskedForInTableOrder() throws Exception {
    TableSchema schema =
        TableSchema.of(Column.of("id", "bigint"), Column.of("B", "int"), Column.of("s", "string"));
    DownloadSession session = created(schema, TOTAL);
    service.answer(r -> bytes(rowsFor(r, 0), Map.of()));
    try (BatchReader reader = session.read(0, 10, List.of("S", "ID", "s"), allocator)) {
      assertThat(reader.schema().getFields())
          .extracting(f -> f.getName())
          .containsExactly("id", "s");
      assertThat(readAll(reader)).hasSize(10);
    }
    assertThat(service.request(0).getTarget()).contains("columns=id%2Cs");
    assertThatThrownBy(() -> session.read(0, 10, List.of("nope"), allocator))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("InvalidColumnSpec"))
        .hasMessageContaining("demo.t has no data column named \"nope\"");
  }

  @Test
  void rangeOutsideTheTableIsRefusedHereAndAnEmptyOneIsReadHere() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, 10);
    for (long[] range : new long[][] {{-1, 1}, {0, 11}, {10, 1}, {0, -1}, {5, Long.MAX_VALUE}}) {
      assertThatThrownBy(() -> session.read(range[0], range[1], List.of(), allocator))
          .isInstanceOfSatisfying(
              TunnelException.class, e -> assertThat(e.code()).isEqualTo("InvalidRowRange"));
    }
    try (BatchReader reader = session.read(10, 0, List.of(), allocator)) {
      assertThat(reader.loadNextBatch()).isFalse();
      assertThat(reader.schema()).isEqualTo(Rows.SCHEMA.arrowSchema());
    }
    assertThat(service.requests()).isEmpty();
  }

  @Test
  @Tag("covers:client-download/cut")
  void cutConnectionIsFollowedByARequestForTheRestOnly() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(
        r -> {
          MockResponse.Builder builder =
              new MockResponse.Builder().body(new Buffer().write(rowsFor(r, 0)));
          if (service.requests().size() <= 2) {
            builder.onResponseBody(new SocketEffect.CloseSocket());
          }
          return builder.build();
        });
    try (BatchReader reader = session.read(0, TOTAL, List.of(), allocator)) {
      assertThat(readAll(reader)).isEqualTo(numbers(0, TOTAL));
    }
    assertThat(service.requests()).hasSize(3);
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 1L);
    Matcher third = RANGE.matcher(service.request(2).getTarget());
    assertThat(third.find()).isTrue();
    assertThat(Long.parseLong(third.group(1))).isBetween(10_000L, (long) TOTAL);
  }

  @Test
  void refusalsOfARangeAreRepeatedAfterThePolicy() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(
        r ->
            service.requests().size() < 3
                ? error(429, "SlotExceeded")
                : bytes(rowsFor(r, 0), Map.of()));
    try (BatchReader reader = session.read(0, 10, List.of(), allocator)) {
      assertThat(readAll(reader)).hasSize(10);
    }
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  @Tag("covers:client-download/cut")
  void fewerRowsThanAskedForAreAnError() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(r -> bytes(rowsFor(r, -1), Map.of("x-odps-request-id", "r7")));
    try (BatchReader reader = session.read(0, 3000, List.of(), allocator)) {
      assertThatThrownBy(() -> readAll(reader))
          .isInstanceOf(TunnelException.class)
          .hasMessageContaining("2999 rows instead of 3000")
          .hasMessageContaining("request id r7");
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void damagedBodyIsAskedForAgainButNotForEver() throws Exception {
    DownloadSession session = created(Rows.SCHEMA, TOTAL);
    service.answer(
        r -> {
          byte[] body = rowsFor(r, 0);
          body[body.length / 2] ^= 1;
          return bytes(body, Map.of());
        });
    try (BatchReader reader = session.read(0, 500, List.of(), allocator)) {
      assertThatThrownBy(() -> readAll(reader))
          .isInstanceOfSatisfying(
              TunnelException.class,
              e -> assertThat(e.code()).isIn("CorruptedDataStream", "MalformedDataStream"));
    }
    assertThat(service.requests()).hasSize(4);
  }

  @Test
  void asynchronousCreationIsPolledWithGrowingPauses() throws Exception {
    service.answer(
        r ->
            service.requests().size() < 7
                ? json(202, "{\"DownloadID\":\"d1\",\"Status\":\"initiating\"}")
                : session("normal", Rows.SCHEMA, 9));
    DownloadSession session = client.createDownload(TABLE, null, true);
    assertThat(session.recordCount()).isEqualTo(9);
    assertThat(service.time().waits().stream().map(d -> d.toMillis()))
        .containsExactly(500L, 1000L, 2000L, 4000L, 5000L, 5000L);
    assertThat(service.lines().get(1)).isEqualTo("GET /projects/demo/tables/t?downloadid=d1");
  }

  @Test
  void sessionThatCannotBeReadIsAnError() {
    service.answer(r -> session("expired", Rows.SCHEMA, 9));
    assertThatThrownBy(() -> client.createDownload(TABLE, null))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("expired");
  }

  @Test
  @Tag("covers:client-download/result")
  void resultOfATaskTravelsAsRecordsUnlessTheServiceOffersArrow() throws Exception {
    String document =
        "{\"DownloadID\":\"d1\",\"Status\":\"normal\",\"RecordCount\":3,\"Schema\":"
            + SchemaJson.write(Rows.SCHEMA)
            + "}";
    service.answer(r -> json(200, document));
    DownloadSession records = client.instanceResult("i1");
    service.answer(
        r -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try (RecordWriter writer = new RecordWriter(out, Rows.SCHEMA.columns());
              VectorSchemaRoot batch = Rows.batch(allocator, 0, 3)) {
            writer.write(batch);
            writer.finish();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
          return bytes(out.toByteArray(), Map.of());
        });
    try (BatchReader reader = records.read(0, 3, List.of(), allocator)) {
      assertThat(readAll(reader)).containsExactly(0L, 1L, 2L);
    }

    service.answer(r -> answer(201, Map.of("x-tunnel-arrow-results", "true"), document));
    DownloadSession arrow = client.instanceResult("i1");
    service.answer(r -> bytes(rowsFor(r, 0), Map.of()));
    try (BatchReader reader = arrow.read(0, 3, List.of(), allocator)) {
      assertThat(readAll(reader)).containsExactly(0L, 1L, 2L);
    }
    assertThat(service.lines())
        .containsExactly(
            "POST /projects/demo/instances/i1?downloads",
            "GET /projects/demo/instances/i1?data&downloadid=d1&rowrange=%280%2C3%29",
            "POST /projects/demo/instances/i1?downloads",
            "GET /projects/demo/instances/i1?data&downloadid=d1&rowrange=%280%2C3%29&arrow");
  }

  @Test
  void statementThatIsNoQueryHasNoRows() {
    service.answer(r -> error(400, "InstanceTypeNotSupported"));
    assertThatThrownBy(() -> client.instanceResult("i1"))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("InstanceTypeNotSupported"));
  }

  @Test
  @Tag("covers:client-download/contradictions")
  void typesOnWhichClientsDoNotAgreeTravelAsRecords() {
    assertThat(format("decimal", ArrowMapping.Form.WIRE)).isEqualTo(BodyFormat.RECORD);
    assertThat(format("decimal(38,18)", ArrowMapping.Form.EXTENDED)).isEqualTo(BodyFormat.ARROW);
    assertThat(format("interval_day_time", ArrowMapping.Form.WIRE)).isEqualTo(BodyFormat.RECORD);
    assertThat(format("array<struct<a:decimal>>", ArrowMapping.Form.WIRE))
        .isEqualTo(BodyFormat.RECORD);
    assertThat(format("map<string,timestamp>", ArrowMapping.Form.WIRE)).isEqualTo(BodyFormat.ARROW);
    assertThat(format("map<string,timestamp>", ArrowMapping.Form.EXTENDED))
        .isEqualTo(BodyFormat.RECORD);
    assertThat(format("datetime", ArrowMapping.Form.EXTENDED)).isEqualTo(BodyFormat.ARROW);
  }

  private static BodyFormat format(String type, ArrowMapping.Form form) {
    return BodyFormat.of(List.of(Column.of("a", "bigint"), Column.of("b", type)), form);
  }
}
