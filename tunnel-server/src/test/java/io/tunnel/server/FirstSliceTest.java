package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FirstSliceTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));

  @Test
  @Tag("covers:upload-put/protobuf")
  @Tag("covers:upload-put/arrow")
  @Tag("covers:upload-commit/again")
  @Tag("covers:download-data/protobuf")
  @Tag("covers:download-data/arrow")
  @Tag("covers:instance-data/protobuf")
  @Tag("covers:instance-data/arrow")
  void rowsUploadedInBlocksComeBackThroughSelectAndDownload() throws IOException {
    try (TestServer server = TestServer.start()) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING);");
      String id = server.createUpload("t", "").path("UploadID").asText();
      for (int block = 0; block < 2; block++) {
        byte[] body;
        try (VectorSchemaRoot batch =
            VectorSchemaRoot.create(SCHEMA.arrowSchema(), server.allocator)) {
          batch.allocateNew();
          for (int row = 0; row < 3; row++) {
            ((BigIntVector) batch.getVector(0)).setSafe(row, block * 10 + row);
            if (row != 1) {
              ((VarCharVector) batch.getVector(1)).setSafe(row, ("n" + row).getBytes());
            }
          }
          batch.setRowCount(3);
          body = TestServer.body(SCHEMA.columns(), block == 0, ContentCoding.NONE, batch);
        }
        assertThat(
                server
                    .putBlock("t", id, block, body, block == 0, ContentCoding.NONE, "")
                    .statusCode())
            .isEqualTo(200);
      }
      JsonNode closed = server.commit("t", id, "");
      assertThat(closed.path("Status").asText()).isEqualTo("closed");
      assertThat(server.commit("t", id, "").path("Status").asText()).isEqualTo("closed");

      List<String> expected = List.of("0|n0", "1|null", "2|n2", "10|n0", "11|null", "12|n2");
      assertThat(server.download("t", true)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(server.download("t", false)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(server.select("SELECT * FROM t ORDER BY id", true)).isEqualTo(expected);
      assertThat(server.select("SELECT * FROM t ORDER BY id", false)).isEqualTo(expected);
      assertThat(server.sql("SELECT count(*) AS n, max(name) AS m FROM t"))
          .isEqualTo("\"n\",\"m\"\n6,\"n2\"\n");
    }
  }
}
