package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.server.auth.Right;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rights in some projects, over every kind of statement. */
class StatementRightsTest extends AccountsWithRights {
  static final String DENIED = "Failed ODPS-0130013:[1,1] Authorization exception";

  private static void assertDenied(String end, Right right, String account, String object) {
    assertThat(end)
        .startsWith(DENIED)
        .contains("'" + right.word() + "' on {acs:odps:*:" + object)
        .contains("the account ALIYUN$" + account + " has ")
        .doesNotContain("4711");
  }

  @Test
  @Tag("covers:submit/no-right")
  void aStatementNeedsItsRightAndIsRefusedBeforeItDoesAnything() throws IOException {
    List<Map.Entry<Right, List<String>>> statements =
        List.of(
            Map.entry(
                Right.READ,
                List.of(
                    "SELECT * FROM t",
                    "SELECT max_pt('p')",
                    "SHOW TABLES",
                    "SHOW VIEWS",
                    "SHOW SCHEMAS",
                    "SHOW PARTITIONS p",
                    "SHOW CREATE TABLE t",
                    "SHOW FUNCTIONS",
                    "DESC t",
                    "DESC SCHEMA `default`",
                    "WHOAMI",
                    "EXPLAIN SELECT * FROM t")),
            Map.entry(
                Right.WRITE,
                List.of(
                    "INSERT INTO t VALUES (1, 'a')",
                    "INSERT OVERWRITE TABLE t SELECT 1, 'b'",
                    "EXPLAIN INSERT INTO t SELECT * FROM t",
                    "UPDATE t SET name = 'c' WHERE id = 1",
                    "MERGE INTO t USING (SELECT 2 AS id) s ON t.id = s.id"
                        + " WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'd')",
                    "DELETE FROM t WHERE id = 2",
                    "ALTER TABLE p ADD PARTITION (ds = '1')",
                    "ALTER TABLE p DROP PARTITION (ds = '1')",
                    "TRUNCATE TABLE t")),
            Map.entry(
                Right.ADMIN,
                List.of(
                    "CREATE TABLE n (id BIGINT)",
                    "CREATE TABLE n2 LIKE t",
                    "CREATE TABLE n3 AS SELECT * FROM p",
                    "ALTER TABLE n ADD COLUMNS (more STRING)",
                    "ALTER TABLE n2 RENAME TO n4",
                    "ALTER TABLE n SET COMMENT 'x'",
                    "CREATE VIEW n5 AS SELECT * FROM t",
                    "DROP VIEW n5",
                    "DROP TABLE n",
                    "CREATE SCHEMA s1",
                    "CREATE TABLE demo.s1.n (id BIGINT)",
                    "DROP TABLE demo.s1.n",
                    "DROP SCHEMA s1")));
    Map<Right, SignedCalls> withRight =
        Map.of(Right.READ, reader, Right.WRITE, writer, Right.ADMIN, admin);
    Map<Right, SignedCalls> without = Map.of(Right.WRITE, reader, Right.ADMIN, writer);
    for (Map.Entry<Right, List<String>> entry : statements) {
      Right right = entry.getKey();
      for (String sql : entry.getValue()) {
        SignedCalls refused = without.get(right);
        if (refused != null) {
          String before = state();
          assertDenied(refused.run("demo", sql), right, refused.accessId(), "projects/demo");
          assertThat(state()).as(sql).isEqualTo(before);
        }
        assertThat(withRight.get(right).run("demo", sql)).as(sql).startsWith("Success");
      }
    }
  }

  @Test
  void namesOfOtherProjectsNeedTheRightThere() throws IOException {
    String before = state();
    for (String sql :
        List.of(
            "SELECT * FROM other.hidden",
            "SELECT * FROM other.`default`.hidden",
            "SELECT * FROM `OTHER`.`hidden`",
            "SELECT h.id FROM t JOIN other.hidden h ON t.id = h.id",
            "SELECT * FROM t WHERE id IN (SELECT id FROM other.hidden)",
            "SELECT (SELECT max(id) FROM other.hidden) AS x FROM t",
            "SELECT * FROM t UNION ALL SELECT id, 'x' FROM other.hidden",
            "SELECT * FROM (SELECT id FROM other.hidden) AS x",
            "SELECT 1 FROM t GROUP BY id HAVING id > (SELECT max(id) FROM other.hidden)",
            "SELECT id FROM t ORDER BY (SELECT max(id) FROM other.hidden)",
            "WITH c AS (SELECT * FROM other.hidden) SELECT * FROM c",
            "EXPLAIN SELECT * FROM other.hidden",
            "INSERT INTO t SELECT id, 'x' FROM other.hidden",
            "INSERT INTO t VALUES ((SELECT max(id) FROM other.hidden), 'x')",
            "UPDATE t SET id = (SELECT max(id) FROM other.hidden)",
            "UPDATE t SET name = 'x' WHERE id IN (SELECT id FROM other.hidden)",
            "DELETE FROM t WHERE id IN (SELECT id FROM other.hidden)",
            "MERGE INTO t USING other.hidden s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "CREATE TABLE copy AS SELECT * FROM other.hidden",
            "CREATE TABLE copy LIKE other.hidden",
            "CREATE VIEW copy AS SELECT * FROM other.hidden",
            "SHOW CREATE TABLE other.hidden",
            "DESC other.hidden",
            "SELECT * FROM other.nothing")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/");
    }
    for (String sql : List.of("SELECT max_pt('other.days')", "SHOW PARTITIONS other.days")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/days}");
    }
    for (String sql :
        List.of("SHOW TABLES IN other", "SHOW SCHEMAS IN other", "SHOW TABLES IN nowhere")) {
      assertThat(admin.run("demo", sql)).as(sql).startsWith(DENIED);
    }
    for (SignedCalls account : List.of(admin, both)) {
      for (String sql :
          List.of(
              "INSERT INTO other.hidden VALUES (1)",
              "TRUNCATE TABLE other.hidden",
              "ALTER TABLE other.days DROP PARTITION (ds = 'secret')")) {
        assertDenied(
            account.run("demo", sql), Right.WRITE, account.accessId(), "projects/other/tables/");
      }
      for (String sql :
          List.of(
              "CREATE TABLE other.new (id BIGINT)",
              "DROP TABLE other.hidden",
              "DROP TABLE IF EXISTS other.hidden",
              "ALTER TABLE other.hidden RENAME TO taken",
              "CREATE VIEW other.new AS SELECT * FROM demo.t",
              "CREATE SCHEMA other.s1",
              "DROP SCHEMA other.`default`")) {
        assertDenied(account.run("demo", sql), Right.ADMIN, account.accessId(), "projects/other");
      }
    }
    assertThat(state()).isEqualTo(before);
    assertThat(both.run("demo", "INSERT INTO t SELECT id, 'x' FROM other.hidden"))
        .startsWith("Success");
    assertThat(both.run("demo", "SELECT id FROM t")).isEqualTo("Success \"id\"\n4711\n");
  }

  @Test
  void aViewGivesNoRightThatItsReaderDoesNotHave() throws IOException {
    for (String sql :
        List.of("SELECT * FROM v", "SELECT * FROM w", "INSERT INTO t SELECT *, 'x' FROM w")) {
      assertDenied(admin.run("demo", sql), Right.READ, "admin", "projects/other/tables/hidden}");
    }
    assertThat(both.run("demo", "SELECT * FROM w")).isEqualTo("Success \"id\"\n4711\n");
    for (String call : List.of("POST /tables/v?downloads", "GET /tables/v/preview")) {
      String[] parts = call.split(" ");
      HttpResponse<byte[]> answer = admin.tunnel(parts[0], "/projects/demo" + parts[1], null);
      assertThat(answer.statusCode()).as(call).isBetween(400, 499);
    }
    // A name of WITH hides the view of the same name.
    assertThat(admin.run("demo", "WITH v AS (SELECT 1 AS id) SELECT * FROM v"))
        .isEqualTo("Success \"id\"\n1\n");
  }

  @Test
  void ofAScriptNothingIsDoneWhenALaterStatementIsRefused() throws IOException {
    String before = state();
    assertDenied(
        writer.run("demo", "INSERT INTO t VALUES (9, 'x'); DROP TABLE t;"),
        Right.ADMIN,
        "writer",
        "projects/demo/tables/t}");
    assertDenied(
        admin.run("demo", "CREATE TABLE n (id BIGINT); INSERT INTO n SELECT * FROM v;"),
        Right.READ,
        "admin",
        "projects/other/tables/hidden}");
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void mergingSmallFilesIsWriting() throws IOException {
    for (SignedCalls account : List.of(reader, writer)) {
      String location =
          account
              .send("POST", "/projects/demo/instances", SignedCalls.job("Merge", "TableName", "p"))
              .headers()
              .firstValue("Location")
              .orElseThrow();
      String end = account.end("demo", location.substring(location.lastIndexOf('/') + 1));
      assertThat(end).startsWith(account == writer ? "Success" : DENIED);
    }
  }
}
