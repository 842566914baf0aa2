package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.GoldenVector;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rows without a session (specification: regular tunnel, section 3.7). */
class PreviewTest {
  private static final TableName TABLE = new TableName("demo", "sch", "t");
  private static final GoldenVector VECTOR = GoldenVector.load("preview-body");

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

  @Test
  @Tag("covers:client-download/preview")
  void theVectorIsRead() throws Exception {
    service.answer(r -> FakeService.bytes(VECTOR.body(), Map.of()));
    PartitionSpec partition = PartitionSpec.parse("ds=x");
    try (BatchReader reader = client.preview(TABLE, partition, List.of(), 10, allocator)) {
      assertThat(reader.schema().getFields())
          .extracting(f -> f.getName())
          .containsExactly("id", "s", "ts");
      assertThat(TableValues.readAll(reader, VECTOR.columns())).isEqualTo(VECTOR.rows());
      assertThat(reader.rowsRead()).isEqualTo(2);
    }
    assertThat(service.lines())
        .containsExactly(
            "GET /projects/demo/schemas/sch/tables/t/preview?limit=10&partition=ds%3Dx");
    assertThat(service.request(0).getHeaders().get("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  @Tag("covers:client-download/preview")
  void nothingAtAllMeansNoRows() throws Exception {
    service.answer(r -> FakeService.bytes(new byte[0], Map.of()));
    try (BatchReader reader = client.preview(TABLE, null, List.of(), -1, allocator)) {
      assertThat(reader.loadNextBatch()).isFalse();
      assertThat(reader.schema().getFields()).isEmpty();
    }
  }

  @Test
  void bodiesThatAreCutOrDamagedAreNoRows() {
    for (int cut = 1; cut < VECTOR.body().length - 8; cut += 7) {
      byte[] part = Arrays.copyOf(VECTOR.body(), cut);
      service.answer(r -> FakeService.bytes(part, Map.of()));
      assertThatThrownBy(this::readAll).as("%s bytes", cut).isInstanceOf(IOException.class);
    }
    service.answer(r -> FakeService.bytes(new byte[] {1, 2, 3, 0, 5, 6, 7, 8}, Map.of()));
    assertThatThrownBy(this::readAll).isInstanceOf(MalformedBodyException.class);
  }

  private void readAll() throws IOException {
    try (BatchReader reader = client.preview(TABLE, null, List.of(), 5, allocator)) {
      while (reader.loadNextBatch()) {
        assertThat(reader.root().getRowCount()).isPositive();
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    for (int limit : new int[] {0, -2}) {
      assertThatThrownBy(() -> client.preview(TABLE, null, List.of(), limit, allocator))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("limit");
    }
    assertThat(service.requests()).isEmpty();
    service.answer(r -> FakeService.error(405, "MethodNotAllowed"));
    assertThatThrownBy(() -> client.preview(TABLE, null, List.of(), 1, allocator))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("MethodNotAllowed"));
  }
}
