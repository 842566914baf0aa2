package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first rows of a table without a session (specification: regular tunnel, section 3.7). */
class PreviewTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE p (id BIGINT, at TIMESTAMP, v STRING) PARTITIONED BY (ds STRING)");
    server.sql(
        "INSERT INTO p PARTITION (ds='a') VALUES"
            + " (1, TIMESTAMP '1969-12-31 23:59:59.999999999', '中'), (2, NULL, NULL)");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (3, NULL, 'x')");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private record Rows(Schema schema, List<String> rows) {
    List<String> names() {
      return schema.getFields().stream().map(f -> f.getName()).toList();
    }
  }

  private Rows preview(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", "/projects/demo/" + path, null);
    assertThat(response.statusCode()).as(TestServer.text(response)).isEqualTo(200);
    ByteArrayInputStream bytes = new ByteArrayInputStream(response.body());
    ReadChannel in =
        new ReadChannel(Channels.newChannel(bytes)) {
          @Override
          public long readFully(ArrowBuf buffer, long length) throws IOException {
            byte[] copy = new byte[(int) length];
            readFully(ByteBuffer.wrap(copy));
            buffer.writeBytes(copy);
            return length;
          }
        };
    Schema schema = MessageSerializer.deserializeSchema(in);
    List<String> rows = new ArrayList<>();
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, server.allocator)) {
      VectorLoader loader = new VectorLoader(root);
      while (MessageSerializer.deserializeMessageBatch(in, server.allocator)
          instanceof ArrowRecordBatch batch) {
        try (batch) {
          loader.load(batch);
        }
        for (int row = 0; row < root.getRowCount(); row++) {
          List<String> cells = new ArrayList<>();
          for (FieldVector vector : root.getFieldVectors()) {
            cells.add(String.valueOf(vector.getObject(row)));
          }
          rows.add(String.join("|", cells));
        }
      }
    }
    assertThat(bytes.available()).as("bytes behind the end of the stream").isZero();
    return new Rows(schema, rows);
  }

  private String code(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", "/projects/demo/" + path, null);
    return response.statusCode()
        + " "
        + TestServer.JSON.readTree(response.body()).path("Code").asText();
  }

  @Test
  @Tag("covers:preview/normal")
  @Tag("covers:preview/extended-types")
  @Tag("covers:preview/partition")
  void dataColumnsComeFirstAndTimestampsAreStructs() throws IOException {
    Rows stream = preview("tables/p/preview?limit=-1&partition=ds%3D'a'");
    assertThat(stream.names()).containsExactly("id", "at", "v", "ds");
    assertThat(stream.schema().findField("at").getChildren())
        .extracting(f -> f.getName() + " " + f.getType())
        .containsExactly("sec Int(64, true)", "nano Int(32, true)");
    assertThat(stream.rows())
        .containsExactly("1|{\"sec\":-1,\"nano\":999999999}|中|a", "2|null|null|a");
  }

  @Test
  @Tag("covers:preview/whole-table")
  void withoutAPartitionAllRowsAreShown() throws IOException {
    assertThat(preview("tables/p/preview?columns=id").rows())
        .containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  @Tag("covers:preview/columns")
  void namedColumnsComeInTheOrderOfTheTable() throws IOException {
    Rows stream = preview("tables/p/preview?partition=ds%3Db&columns=ds%2Cv%2CID");
    assertThat(stream.names()).containsExactly("id", "v", "ds");
    assertThat(stream.rows()).containsExactly("3|x|b");
  }

  @Test
  @Tag("covers:preview/limit")
  @Tag("covers:preview/wrong-limit")
  void theLimitCountsAndTenThousandRowsAreTheMost() throws IOException {
    server.sql("CREATE TABLE n (id BIGINT)");
    server.sql("INSERT INTO n VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)");
    for (int i = 0; i < 4; i++) {
      server.sql("INSERT INTO n SELECT a.id FROM n a CROSS JOIN (SELECT * FROM n LIMIT 10) b");
    }
    assertThat(preview("tables/n/preview?limit=7").rows()).hasSize(7);
    assertThat(preview("tables/n/preview?limit=0").rows()).isEmpty();
    for (String limit : List.of("", "?limit=-1", "?limit=20000")) {
      assertThat(preview("tables/n/preview" + limit).rows()).as(limit).hasSize(10_000);
    }
    assertThat(code("tables/n/preview?limit=many")).isEqualTo("400 InvalidParameter");
  }

  @Test
  @Tag("covers:preview/empty")
  void anEmptyTableHasASchemaAndAnEnd() throws IOException {
    server.sql("CREATE TABLE e (id BIGINT, m MAP<STRING, BIGINT>)");
    Rows stream = preview("tables/e/preview");
    assertThat(stream.names()).containsExactly("id", "m");
    assertThat(stream.rows()).isEmpty();
  }

  @Test
  @Tag("covers:preview/schema-path")
  void tablesOfOtherSchemasAreShown() throws IOException {
    server.sql("CREATE SCHEMA demo.s1");
    server.sql("CREATE TABLE demo.s1.p (id BIGINT)");
    server.sql("INSERT INTO demo.s1.p VALUES (42)");
    assertThat(preview("schemas/s1/tables/p/preview?limit=10").rows()).containsExactly("42");
  }

  @Test
  @Tag("covers:preview/view")
  @Tag("covers:preview/missing-table")
  @Tag("covers:preview/missing-partition")
  @Tag("covers:preview/unknown-column")
  void whatCannotBeShownIsNamed() throws IOException {
    server.sql("CREATE VIEW v AS SELECT id FROM p");
    assertThat(code("tables/v/preview")).isEqualTo("405 MethodNotAllowed");
    assertThat(code("tables/nope/preview")).isEqualTo("404 NoSuchTable");
    assertThat(code("tables/p/preview?partition=ds%3Dz")).isEqualTo("404 NoSuchPartition");
    assertThat(code("tables/p/preview?columns=nope")).isEqualTo("400 InvalidColumnSpec");
  }

  @Test
  void nothingIsLeftOfAPreview() throws IOException {
    preview("tables/p/preview");
    try (Stream<Path> files = Files.list(server.storage().folder().temporary())) {
      assertThat(files).isEmpty();
    }
  }
}
