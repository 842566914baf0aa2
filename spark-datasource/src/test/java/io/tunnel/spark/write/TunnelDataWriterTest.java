package io.tunnel.spark.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.JvmResources;
import io.tunnel.spark.row.RowBatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelDataWriterTest {
  private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");
  private static final GenericInternalRow ROW = new GenericInternalRow(new Object[] {1L});

  private Instant now = OPENED;
  private int asked;

  @AfterEach
  void nothingIsLeft() {
    assertThat(JvmResources.allocatedBytes()).isZero();
    assertThat(JvmResources.leases()).isZero();
  }

  /** Nobody listens at its endpoint, so a test that sent anything would fail. */
  private TunnelDataWriter writer() {
    TunnelDataWriter.Block block =
        new TunnelDataWriter.Block(
            Connection.of(Map.of("endpoint", "http://127.0.0.1:1/api", "project", "p"), Set.of()),
            new UploadHandle("p", null, "t", null, "s1", "http://127.0.0.1:1", "{}", 8_388_608),
            new SessionLife("s1", OPENED),
            0,
            TableSchema.of(Column.of("a", "bigint")),
            StructType.fromDDL("a bigint"),
            1 << 20);
    return TunnelDataWriter.open(block, partition -> asked++, () -> now);
  }

  @Test
  void aTaskWithoutRowsSendsNothing() throws IOException {
    try (TunnelDataWriter writer = writer()) {
      BlockCommitMessage message = (BlockCommitMessage) writer.commit();
      assertThat(message.written()).isFalse();
      assertThat(asked).isEqualTo(1);
    }
  }

  @Test
  void aSessionThatIsTooOldEndsTheTaskBeforeItAsksToCommit() throws IOException {
    try (TunnelDataWriter writer = writer()) {
      writer.write(ROW);
      now = OPENED.plus(Duration.ofHours(24));
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Upload session s1 is older than 24 hours");
      writer.abort();
    }
    assertThat(asked).isZero();
  }

  @Test
  void aSessionThatIsTooOldEndsTheTaskBetweenItsBatches() throws IOException {
    now = OPENED.plus(Duration.ofHours(25));
    try (TunnelDataWriter writer = writer()) {
      for (int i = 1; i < RowBatch.MAX_ROWS; i++) {
        writer.write(ROW);
      }
      assertThatThrownBy(() -> writer.write(ROW)).hasMessageContaining("24 hours");
    }
  }
}
