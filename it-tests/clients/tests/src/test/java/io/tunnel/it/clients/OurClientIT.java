package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.ArrowCells;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.session.BlockWriter;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What of our library few callers use, against the local server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OurClientIT {
  private LocalTunnel server;
  private OurClient ours;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    ours = new OurClient(server.endpoint(), ContentCoding.NONE);
  }

  @AfterAll
  void stop() throws Exception {
    ours.close();
    server.close();
  }

  @Test
  @DisplayName("regular-tunnel 2.4: a block is not replaced by an older version of it")
  @Tag("covers:client-upload/block-version")
  void aBlockIsNotReplacedByAnOlderVersion() throws IOException {
    ours.sql("CREATE TABLE versions (id BIGINT, v STRING)");
    UploadSession session =
        ours.client()
            .createUpload(OurClient.table("versions"), new UploadOptions(null, false, false));
    write(session, 2, "second");
    assertThatThrownBy(() -> write(session, 1, "first"))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("StatusConflict"));
    write(session, 3, "third");
    session.commit(Set.of(0));
    assertThat(ours.download("versions", null)).isEqualTo(List.of(List.of("1", "third")));
  }

  private void write(UploadSession session, long version, String value) throws IOException {
    try (BlockWriter writer = session.openBlock(0, version, ours.allocator());
        VectorSchemaRoot batch = ours.batch(session, List.of(List.of("1", value)))) {
      writer.write(batch);
      writer.finish();
    }
  }

  @Test
  @DisplayName("regular-tunnel 3.4: rows that were replaced are refused unless they are wanted")
  @Tag("covers:client-download/replaced")
  void rowsThatWereReplacedAreRefusedUnlessTheyAreWanted() throws IOException {
    ours.sql("CREATE TABLE replaced (id BIGINT, v STRING)");
    ours.sql("INSERT INTO replaced VALUES (1, 'old')");
    DownloadSession session = ours.client().createDownload(OurClient.table("replaced"), null);
    ours.sql("INSERT OVERWRITE TABLE replaced VALUES (1, 'new')");
    assertThatThrownBy(() -> ours.read(session))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("TableModified"));
    assertThat(ours.read(session.ignoringChanges())).isEqualTo(List.of(List.of("1", "old")));
    assertThat(ours.download("replaced", null)).isEqualTo(List.of(List.of("1", "new")));
  }

  @Test
  @DisplayName("regular-tunnel 3.7: a preview has data columns, then partition columns")
  @Tag("covers:client-download/preview")
  void aPreviewHasDataColumnsThenPartitionColumns() throws IOException {
    ours.sql("CREATE TABLE looked (id BIGINT, v STRING) PARTITIONED BY (ds STRING)");
    ours.sql("INSERT INTO looked PARTITION (ds='a') VALUES (1, 'x'), (2, 'y')");
    ours.sql("INSERT INTO looked PARTITION (ds='b') VALUES (3, 'z')");
    assertThat(preview(PartitionSpec.parse("ds=b"), List.of(), -1))
        .isEqualTo(List.of(List.of("3", "z", "b")));
    assertThat(preview(null, List.of("ds", "id"), 2))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row).hasSize(2));
  }

  private List<List<@Nullable Object>> preview(
      @Nullable PartitionSpec partition, List<String> columns, int limit) throws IOException {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    try (BatchReader reader =
        ours.client()
            .preview(OurClient.table("looked"), partition, columns, limit, ours.allocator())) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.root().getRowCount(); row++) {
          List<@Nullable Object> cells = new ArrayList<>();
          for (FieldVector vector : reader.root().getFieldVectors()) {
            cells.add(ArrowCells.read(vector, row));
          }
          rows.add(cells);
        }
      }
    }
    return rows;
  }
}
