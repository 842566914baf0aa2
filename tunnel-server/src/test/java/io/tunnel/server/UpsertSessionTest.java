package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.UpsertLayout;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Upsert, sections 2, 3, 6 and 10. */
class UpsertSessionTest {
  private static final String PARTIAL = ", \"acid.partial.fields.update.enable\"=\"true\"";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(now::get));
    create("t", "", 4, "");
  }

  private void create(String table, String partitions, int buckets, String properties)
      throws IOException {
    server.sql(
        "CREATE TABLE "
            + table
            + " (k BIGINT, v STRING, n BIGINT, PRIMARY KEY (k))"
            + partitions
            + " TBLPROPERTIES (\"transactional\"=\"true\", \"write.bucket.num\"=\""
            + buckets
            + "\""
            + properties
            + ")");
  }

  @AfterEach
  void stop() throws IOException {
    assertThat(server.storage().allocator().getAllocatedMemory()).isZero();
    server.close();
  }

  private UpsertCalls session(String table) throws IOException {
    return new UpsertCalls(server, table, "");
  }

  private List<String> rows(String table) throws IOException {
    return server.download(table, true).stream().sorted().toList();
  }

  private static String code(HttpResponse<byte[]> answer) throws IOException {
    return answer.statusCode()
        + " "
        + TestServer.JSON.readTree(answer.body()).path("Code").asText();
  }

  private static String message(HttpResponse<byte[]> answer) throws IOException {
    return TestServer.JSON.readTree(answer.body()).path("Message").asText();
  }

  @Test
  void theSessionTellsWhatClientsNeed() throws IOException {
    JsonNode session = server.json("POST", UpsertCalls.path("t") + "?slotnum=3&quotaName=q");
    assertThat(session.path("schema").path("columns").findValuesAsText("name"))
        .containsExactly("k", "v", "n");
    assertThat(session.path("schema").path("columns").get(0).path("nullable").asBoolean(true))
        .isFalse();
    assertThat(session.path("hash_key").toString()).isEqualTo("[\"k\"]");
    assertThat(session.path("hasher").asText()).isEqualTo("default");
    assertThat(session.path("slots").findValuesAsText("slot_id")).containsExactly("0", "1", "2");
    assertThat(session.path("slots").findValues("buckets").toString())
        .isEqualTo("[[0,3], [1], [2]]");
    assertThat(session.path("slots").findValuesAsText("worker_addr"))
        .containsOnly(server.endpoint().getAuthority());
    assertThat(session.path("status").asText()).isEqualTo("normal");
    assertThat(session.path("quota_name").asText()).isEqualTo("q");
    assertThat(session.path("enable_partial_update").asBoolean(true)).isFalse();
    JsonNode reloaded =
        server.json("GET", UpsertCalls.path("t") + "?upsertid=" + session.path("id").asText());
    assertThat(reloaded).isEqualTo(session);
    assertThat(
            server
                .json("POST", UpsertCalls.path("t") + "?slotnum=64")
                .path("slots")
                .findValuesAsText("slot_id"))
        .hasSize(4);
  }

  @Test
  void rowsAreInsertedUpdatedAndDeletedAtOnce() throws IOException {
    server.sql("INSERT INTO t VALUES (1, 'old', 1), (2, 'old', 2), (3, 'old', 3)");
    JsonNode before = server.createDownload("t", "");
    UpsertCalls session = session("t");
    session.write(0, "U 1 new 10", "D 2 ~ ~");
    session.write(3, "U 4 new ~", "D 5 ~ ~");
    assertThat(rows("t")).containsExactly("1|old|1", "2|old|2", "3|old|3");
    assertThat(session.status("POST")).isEqualTo("committed");
    assertThat(rows("t")).containsExactly("1|new|10", "3|old|3", "4|new|null");
    assertThat(server.rows("/projects/demo/tables/t", before, true, ContentCoding.NONE, ""))
        .containsExactlyInAnyOrder("1|old|1", "2|old|2", "3|old|3");
    assertThat(session.status("POST")).isEqualTo("committed");
    assertThat(session.status("GET")).isEqualTo("committed");
    assertThat(rows("t")).hasSize(3);
  }

  /** Whatever bucket a client chose, and whether a pack came once or twice. */
  @Test
  @Tag("covers:upsert-put/duplicates")
  void theLastOperationOfAKeyWins() throws IOException {
    server.sql("INSERT INTO t VALUES (1, 'old', 1)");
    UpsertCalls session = session("t");
    session.write(0, "U 1 a 1", "U 2 a 1", "D 1 ~ ~", "U 3 a 1", "U 3 b 2");
    session.write(1, "U 1 c 3", "D 2 ~ ~", "U 4 a 1");
    session.write(1, "U 1 c 3", "D 2 ~ ~", "U 4 a 1");
    session.write(2, "D 4 ignored 9", "D 5 ~ ~", "U 5 z 26");
    session.status("POST");
    assertThat(rows("t")).containsExactly("1|c|3", "3|b|2", "5|z|26");
  }

  @Test
  void aSessionWithoutRowsIsCommitted() throws IOException {
    UpsertCalls session = session("t");
    session.write(0);
    assertThat(session.status("POST")).isEqualTo("committed");
    assertThat(session("t").status("POST")).isEqualTo("committed");
    assertThat(rows("t")).isEmpty();
  }

  @Test
  void partialRowsOfAKeyAreMergedInOrder() throws IOException {
    create("p", "", 2, PARTIAL);
    server.sql("INSERT INTO p VALUES (1, 'old', 1), (2, 'old', 2), (3, 'old', 3), (4, 'old', 4)");
    UpsertCalls session = session("p");
    assertThat(session.session().path("enable_partial_update").asBoolean()).isTrue();
    UpsertLayout v = session.layout().updating(List.of("v"));
    UpsertLayout n = session.layout().updating(List.of("n"));
    session.write(v, 0, "U 1 first ~", "U 2 ~ ~", "U 5 fresh ~");
    session.write(n, 0, "U 1 ~ 10", "U 3 ~ 30");
    session.write(v, 0, "U 1 second ~");
    session.write(0, "D 3 ~ ~", "D 4 ~ ~", "U 6 whole 6");
    session.write(n, 1, "U 3 ~ 31", "U 6 ~ 60");
    session.status("POST");
    assertThat(rows("p"))
        .containsExactly("1|second|10", "2|null|2", "3|null|31", "5|fresh|null", "6|whole|60");
  }

  @Test
  void partialRowsNeedATableThatTakesThem() throws IOException {
    UpsertCalls session = session("t");
    UpsertLayout v = session.layout().updating(List.of("v"));
    HttpResponse<byte[]> answer =
        session.put(0, "", session.pack(v, ContentCoding.NONE, "U 1 a ~"));
    assertThat(code(answer)).isEqualTo("400 InvalidArgument");
    assertThat(message(answer)).contains("acid.partial.fields.update.enable");
  }

  @Test
  void aNotNullColumnIsHeldToItsRows() throws IOException {
    server.sql(
        "CREATE TABLE s (k BIGINT, v STRING NOT NULL, n BIGINT, PRIMARY KEY (k)) TBLPROPERTIES"
            + " (\"transactional\"=\"true\""
            + PARTIAL
            + ")");
    server.sql("INSERT INTO s VALUES (1, 'a', 1), (2, 'b', 2)");
    UpsertCalls session = session("s");
    HttpResponse<byte[]> answer =
        session.put(0, "", session.pack(session.layout(), ContentCoding.NONE, "U 1 ~ 5"));
    assertThat(code(answer)).isEqualTo("400 MalformedDataStream");
    assertThat(message(answer)).contains("Column v (string), row 1");
    UpsertLayout n = session.layout().updating(List.of("n"));
    session.write(0, "D 2 ~ ~");
    session.write(n, 0, "U 1 ~ 5");
    assertThat(session.status("POST")).isEqualTo("committed");
    assertThat(rows("s")).containsExactly("1|a|5");
    UpsertCalls fresh = session("s");
    fresh.write(n, 0, "U 3 ~ 5");
    HttpResponse<byte[]> refused = fresh.call("POST");
    assertThat(code(refused)).isEqualTo("400 InvalidArgument");
    assertThat(message(refused)).contains("Column v of table demo.s is NOT NULL");
    assertThat(rows("s")).containsExactly("1|a|5");
  }

  @Test
  void partitionsAreSeparate() throws IOException {
    create("p", " PARTITIONED BY (ds STRING)", 2, PARTIAL);
    server.sql("INSERT INTO p PARTITION (ds='a') VALUES (1, 'a', 1)");
    server.sql("INSERT INTO p PARTITION (ds='b') VALUES (1, 'b', 1)");
    String create = UpsertCalls.path("p") + "?slotnum=1";
    assertThat(code(server.send("POST", create, null))).isEqualTo("400 MissingPartitionSpec");
    assertThat(code(server.send("POST", create + "&partition=ds%3Dc", null)))
        .isEqualTo("404 NoSuchPartition");
    UpsertCalls session = new UpsertCalls(server, "p", "&partition=ds%3Da");
    session.write(0, "U 1 new 2", "U 2 new 3");
    assertThat(code(server.send("POST", UpsertCalls.path("p") + "?upsertid=" + session.id(), null)))
        .isEqualTo("400 InvalidResourceSpec");
    session.status("POST");
    UpsertCalls partial = new UpsertCalls(server, "p", "&partition=ds%3Db");
    partial.write(partial.layout().updating(List.of("n")), 0, "U 1 ~ 9", "U 2 ~ 9");
    partial.status("POST");
    assertThat(server.sql("SELECT ds, k, v, n FROM p ORDER BY ds, k"))
        .isEqualTo(
            "\"ds\",\"k\",\"v\",\"n\"\n\"a\",1,\"new\",2\n\"a\",2,\"new\",3\n"
                + "\"b\",1,\"b\",9\n\"b\",2,\\N,9\n");
  }

  @Test
  void anAbortedSessionChangesNothing() throws IOException {
    UpsertCalls session = session("t");
    session.write(0, "U 1 a 1");
    assertThat(session.call("DELETE").statusCode()).isEqualTo(200);
    assertThat(session.status("DELETE")).isEqualTo("aborted");
    assertThat(session.status("GET")).isEqualTo("aborted");
    assertThat(session.status("POST")).isEqualTo("aborted");
    byte[] pack = session.pack(session.layout(), ContentCoding.NONE, "U 1 a 1");
    assertThat(code(session.put(0, "", pack))).isEqualTo("404 UpsertSessionNotFound");
    assertThat(rows("t")).isEmpty();
    UpsertCalls committed = session("t");
    committed.status("POST");
    assertThat(code(committed.call("DELETE"))).isEqualTo("409 StatusConflict");
  }

  @Test
  @Tag("covers:upsert-reload/expired")
  void sessionsExpireByTheirLifeAndAreForgotten() throws IOException {
    UpsertCalls brief = new UpsertCalls(server, "t", "&lifecycle=1");
    UpsertCalls whole = session("t");
    UpsertCalls committed = session("t");
    committed.status("POST");
    brief.write(0, "U 1 a 1");
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(61)));
    assertThat(brief.status("POST")).isEqualTo("expired");
    byte[] pack = brief.pack(brief.layout(), ContentCoding.NONE, "U 1 a 1");
    assertThat(code(brief.put(0, "", pack))).isEqualTo("404 UpsertSessionNotFound");
    assertThat(whole.status("GET")).isEqualTo("normal");
    session("t");
    assertThat(brief.status("GET")).isEqualTo("expired");
    now.updateAndGet(time -> time.plus(Duration.ofHours(24)));
    assertThat(whole.status("GET")).isEqualTo("expired");
    assertThat(committed.status("GET")).isEqualTo("committed");
    now.updateAndGet(time -> time.plus(Duration.ofHours(24)));
    session("t");
    assertThat(code(committed.call("GET"))).isEqualTo("404 UpsertSessionNotFound");
    assertThat(code(brief.call("POST"))).isEqualTo("404 UpsertSessionNotFound");
    assertThat(rows("t")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesComeInEveryCoding(ContentCoding coding) throws IOException {
    UpsertCalls session = session("t");
    byte[] body = session.pack(session.layout(), coding, "U 1 a 1", "U 2 b 2");
    HttpResponse<byte[]> answer =
        coding == ContentCoding.NONE
            ? session.put(0, "&record_count=2", body)
            : session.put(
                0, "&record_count=2", body, "Content-Encoding", String.valueOf(coding.wireName()));
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    session.status("POST");
    assertThat(rows("t")).containsExactly("1|a|1", "2|b|2");
  }

  @Test
  @Tag("covers:upsert-put/broken")
  void brokenPacksNeverCount() throws IOException {
    UpsertCalls session = session("t");
    byte[] pack = session.pack(session.layout(), ContentCoding.NONE, "U 1 a 1", "U 2 b 2");
    byte[] damaged = pack.clone();
    damaged[5] ^= 1;
    byte[] twoTrailers = Arrays.copyOf(pack, pack.length + 10);
    System.arraycopy(
        session.pack(session.layout(), ContentCoding.NONE), 0, twoTrailers, pack.length, 10);
    assertThat(code(session.put(0, "&record_count=1", pack))).isEqualTo("400 MalformedDataStream");
    assertThat(code(session.put(0, "&record_count=0", twoTrailers)))
        .isEqualTo("400 MalformedDataStream");
    assertThat(code(session.put(0, "", Arrays.copyOf(pack, pack.length - 6))))
        .isEqualTo("400 MalformedDataStream");
    assertThat(code(session.put(0, "", damaged))).startsWith("400 ");
    assertThat(code(session.put(4, "", pack))).isEqualTo("400 InvalidParameter");
    assertThat(session.status("POST")).isEqualTo("committed");
    assertThat(rows("t")).isEmpty();
  }

  /** Bodies that the official SDK wrote. */
  @Test
  void theOfficialSdksOwnPacksAreRead() throws IOException {
    server.sql(
        "CREATE TABLE s (k STRING, v STRING, PRIMARY KEY (k)) TBLPROPERTIES"
            + " (\"transactional\"=\"true\")");
    UpsertCalls session = session("s");
    HttpResponse<byte[]> answer = session.put(0, "", TypesTest.vector("upsert/sequence.bin"));
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    session.status("POST");
    assertThat(rows("s")).containsExactly("k1|v3", "k2|null");
  }

  @Test
  void theOfficialSdksOwnPackOfEveryTypeIsRead() throws IOException {
    StringBuilder columns = new StringBuilder();
    for (JsonNode column :
        TestServer.JSON.readTree(TypesTest.vector("upsert/types.json")).path("columns")) {
      columns
          .append(column.path("name").asText())
          .append(' ')
          .append(column.path("type").asText())
          .append(", ");
    }
    server.sql(
        "CREATE TABLE s ("
            + columns
            + "PRIMARY KEY (id)) TBLPROPERTIES (\"transactional\"=\"true\")");
    UpsertCalls session = session("s");
    HttpResponse<byte[]> answer = session.put(0, "", TypesTest.vector("upsert/types.bin"));
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    session.status("POST");
    // The values of types.json; its points in time are of 2026-01-02T03:04:05Z.
    assertThat(
            server.sql(
                "SELECT id, c_tinyint, c_smallint, c_int, c_bigint, c_float, c_double, c_boolean,"
                    + " c_string, c_char, c_varchar, HEX(c_binary) AS b, c_decimal, c_decimal38,"
                    + " c_date, UNIX_TIMESTAMP(c_datetime) AS dt, CAST(c_timestamp_ntz AS STRING)"
                    + " AS n, c_json, c_array[0] AS a0, c_array[1] AS a1, c_array[2] AS a2,"
                    + " CONCAT_WS(',', c_array_s) AS s, c_map['k1'] AS k1, c_map['k2'] AS k2,"
                    + " c_struct.a AS sa, c_struct.b AS sb FROM s"))
        .endsWith(
            "\n1,-7,-300,-70000,-1234567890123,1.5,-2.25,true,\"h\u00e9llo\",\"ch\",\"vc\",\"0001FF\","
                + "-12.34,1.000000000000000001,\"2026-01-02\",1767323045,"
                + "\"2026-01-02 03:04:05.123456789\",\"{\"\"a\"\":1}\",1,\\N,-3,\"x,,y\",1,2,9,\"sb\"\n");
  }

  /** SQL and upload sessions keep the keys unique too. */
  @Test
  @Tag("covers:upload-create/delta-table")
  void whateverWritesATableKeepsItsKeysUnique() throws IOException {
    server.sql(
        "CREATE TABLE u (id BIGINT, name STRING, PRIMARY KEY (id)) TBLPROPERTIES"
            + " (\"transactional\"=\"true\")");
    for (String name : List.of("first", "second")) {
      String id = server.createUpload("u", "").path("UploadID").asText();
      byte[] block = UploadSessionTest.rows(server, name, 1, 2, 2);
      server.putBlock("u", id, 0, block, true, ContentCoding.NONE, "");
      server.commit("u", id, "");
      assertThat(rows("u")).containsExactly("1|" + name, "2|" + name);
    }
    String twice = server.createUpload("u", "").path("UploadID").asText();
    for (int block = 0; block < 2; block++) {
      byte[] rows = UploadSessionTest.rows(server, "again", 1, 2, 2, 3);
      server.putBlock("u", twice, block, rows, true, ContentCoding.NONE, "");
    }
    server.commit("u", twice, "");
    assertThat(rows("u")).containsExactly("1|again", "2|again", "3|again");
    UpsertCalls session = session("u");
    session.write(0, "U 2 third", "U 3 third");
    session.status("POST");
    server.sql("INSERT INTO u VALUES (3, 'fourth'), (4, 'fourth'), (4, 'fifth')");
    server.sql("UPDATE u SET name = 'sixth' WHERE id = 1");
    server.sql("MERGE INTO u USING (SELECT 2 AS id) s ON u.id = s.id WHEN MATCHED THEN DELETE");
    assertThat(rows("u")).containsExactly("1|sixth", "3|fourth", "4|fifth");
    UpsertCalls last = session("u");
    last.write(0, "U 2 seventh", "D 1 ~");
    last.status("POST");
    assertThat(rows("u")).containsExactly("2|seventh", "3|fourth", "4|fifth");
  }

  @Test
  void aTableWithoutAKeyOrOneThatChangesIsRefused() throws IOException {
    server.sql("CREATE TABLE plain (k BIGINT)");
    HttpResponse<byte[]> answer = server.send("POST", UpsertCalls.path("plain"), null);
    assertThat(code(answer)).isEqualTo("400 InvalidArgument");
    assertThat(message(answer)).contains("no primary key").contains("INSERT");
    UpsertCalls session = session("t");
    session.write(0, "U 1 a 1");
    server.sql("ALTER TABLE t ADD COLUMNS (m BIGINT)");
    assertThat(session.status("GET")).isEqualTo("critical");
    byte[] pack = session.pack(session.layout(), ContentCoding.NONE, "U 1 a 1");
    assertThat(code(session.put(0, "", pack))).isEqualTo("409 TableModified");
    assertThat(code(session.call("POST"))).isEqualTo("409 TableModified");
    server.sql("DROP TABLE t");
    assertThat(code(session.call("POST"))).isEqualTo("404 NoSuchTable");
    assertThat(
            server.failure(
                "CREATE TABLE b (k BIGINT, PRIMARY KEY (k)) TBLPROPERTIES"
                    + " (\"transactional\"=\"true\", \"write.bucket.num\"=\"4097\")"))
        .contains("write.bucket.num must be a number from 1 to 4096");
  }
}
