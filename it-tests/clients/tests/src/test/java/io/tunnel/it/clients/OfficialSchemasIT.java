package io.tunnel.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.driven.DrivenProgram;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.LocalTunnel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Tables of a three-tier project (section 1.3 of the regular tunnel): the official SDK and our
 * library, each reading what the other has written.
 */
@Tag("client:official-sdk")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfficialSchemasIT {
  private static final String SCHEMA = "sales";

  private LocalTunnel server;
  private DrivenProgram sdk;
  private OurClient ours;
  private int tables;

  @BeforeAll
  void start() throws Exception {
    server = LocalServer.inMemory();
    sdk = OfficialClients.sdk(server.endpoint());
    ours = new OurClient(server.endpoint(), ContentCoding.NONE);
    ours.sql("CREATE SCHEMA " + OfficialClients.PROJECT + "." + SCHEMA + ";");
  }

  @AfterAll
  void stop() throws Exception {
    ours.close();
    sdk.close();
    server.close();
  }

  /** Makes the table in the schema and one of the same name in the default schema. */
  private String create(String more) throws IOException {
    String table = "t" + tables++;
    for (String prefix : List.of(OfficialClients.PROJECT + "." + SCHEMA + ".", "")) {
      ours.sql("CREATE TABLE " + prefix + table + " (id BIGINT, v STRING)" + more + ";");
    }
    return table;
  }

  private static TableName inSchema(String table) {
    return new TableName(OfficialClients.PROJECT, SCHEMA, table);
  }

  private void uploadBySdk(
      String command, String table, @Nullable String partition, List<List<@Nullable Object>> rows)
      throws IOException {
    Map<String, Object> arguments = new HashMap<>(Map.of("table", table, "schema", SCHEMA));
    if (partition != null) {
      arguments.put("partition", partition);
    }
    String upload = String.valueOf(sdk.ask("createUpload", arguments).get("upload"));
    sdk.call(command, Map.of("upload", upload, "block", 0, "rows", rows, "batches", List.of(rows)));
    sdk.call("commit", Map.of("upload", upload, "blocks", List.of(0)));
  }

  private List<List<@Nullable Object>> readBySdk(
      String command, String table, Map<String, Object> more) throws IOException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("table", table);
    return Rows.of(sdk.ask(command, arguments));
  }

  @Test
  @DisplayName("regular-tunnel 1.3: the SDK writes into a schema and our library reads")
  @Tag("covers:upload-create/schema-path")
  @Tag("covers:upload-put/schema-path")
  @Tag("covers:upload-commit/schema-path")
  @Tag("covers:download-create/schema-path")
  @Tag("covers:download-data/schema-path")
  void theSdkWritesAndOurLibraryReads() throws Exception {
    String table = create("");
    uploadBySdk("writeRecords", table, null, rows(0, 3));
    uploadBySdk("writeArrow", table, null, rows(3, 5));
    assertThat(Rows.ordered(ours.read(ours.client().createDownload(inSchema(table), null))))
        .isEqualTo(rows(0, 5));
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThat(readBySdk(reader, table, Map.of("schema", SCHEMA)))
          .as(reader)
          .isEqualTo(rows(0, 5));
      assertThat(readBySdk(reader, table, Map.of())).as(reader).isEmpty();
    }
  }

  @Test
  @DisplayName("regular-tunnel 1.3: our library writes into a schema and the SDK reads")
  @Tag("covers:download-create/schema-path")
  @Tag("covers:download-data/schema-path")
  void ourLibraryWritesAndTheSdkReads() throws Exception {
    String table = create(" PARTITIONED BY (ds STRING)");
    PartitionSpec partition = PartitionSpec.parse("ds=a");
    TunnelClient client = ours.client();
    UploadSession session =
        client.createUpload(inSchema(table), new UploadOptions(partition, false, true));
    ours.writeBlock(session, 0, rows(0, 4));
    client.attachUpload(session.handle()).commit(Set.of(0));
    assertThat(client.catalog().partitions(inSchema(table))).containsExactly(partition);
    assertThat(client.catalog().partitions(OurClient.table(table))).isEmpty();
    for (String reader : List.of("readRecords", "readArrow")) {
      assertThat(readBySdk(reader, table, Map.of("schema", SCHEMA, "partition", "ds='a'")))
          .as(reader)
          .isEqualTo(rows(0, 4));
    }
    uploadBySdk("writeRecords", table, "ds='a'", rows(4, 6));
    assertThat(Rows.ordered(ours.read(client.createDownload(inSchema(table), partition))))
        .isEqualTo(rows(0, 6));
  }

  @Test
  @DisplayName("regular-tunnel 2.5: another process goes on with sessions of a schema")
  @Tag("covers:upload-reload/schema-path")
  @Tag("covers:download-reload/schema-path")
  @Tag("covers:download-reload/other-process")
  void anotherProcessGoesOnWithSessionsOfASchema() throws Exception {
    String table = create("");
    UploadSession session = ours.client().createUpload(inSchema(table), UploadOptions.append());
    ours.writeBlock(session, 0, rows(0, 2));
    sdk.call("attachUpload", Map.of("table", table, "schema", SCHEMA, "upload", session.id()));
    sdk.call("writeRecords", Map.of("upload", session.id(), "block", 1, "rows", rows(2, 3)));
    session.commit(Set.of(0, 1));
    String download =
        String.valueOf(sdk.call("createDownload", Map.of("table", table, "schema", SCHEMA)));
    try (DrivenProgram other = OfficialClients.sdk(server.endpoint())) {
      assertThat(
              Rows.of(
                  other.ask(
                      "readRecords",
                      Map.of("table", table, "schema", SCHEMA, "download", download))))
          .isEqualTo(rows(0, 3));
    }
  }

  @Test
  @DisplayName("regular-tunnel 7.2: a missing schema is named")
  @Tag("covers:upload-create/missing-schema")
  void aMissingSchemaIsNamed() {
    assertThatThrownBy(() -> sdk.call("createUpload", Map.of("table", "t", "schema", "nowhere")))
        .hasMessageContaining("NoSuchSchema")
        .hasMessageContaining("nowhere");
  }

  private static List<List<@Nullable Object>> rows(int from, int to) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(new ArrayList<>(List.of(String.valueOf(i), "v" + i)));
    }
    return rows;
  }
}
