package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.server.auth.Right;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server with two projects, and accounts with rights in one, in the other, or in both. */
abstract class AccountsWithRights {
  TestServer server;
  SignedCalls root;
  SignedCalls reader;
  SignedCalls writer;
  SignedCalls admin;
  SignedCalls stranger;
  SignedCalls both;

  @BeforeEach
  void start() throws IOException {
    server =
        TestServer.start(
            LocalTunnelConfig.builder()
                .account("root", "s0")
                .account("reader", "s1", Map.of("demo", Right.READ))
                .account("writer", "s2", Map.of("Demo", Right.WRITE))
                .account("admin", "s3", Map.of("demo", Right.ADMIN))
                .account("stranger", "s4", Map.of("other", Right.ADMIN))
                .account("both", "s5", Map.of("demo", Right.ADMIN, "*", Right.READ))
                .project("other"));
    root = new SignedCalls(server, "root", "s0");
    reader = new SignedCalls(server, "reader", "s1");
    writer = new SignedCalls(server, "writer", "s2");
    admin = new SignedCalls(server, "admin", "s3");
    stranger = new SignedCalls(server, "stranger", "s4");
    both = new SignedCalls(server, "both", "s5");
    for (String sql :
        List.of(
            "CREATE TABLE t (id BIGINT, name STRING) TBLPROPERTIES ('transactional'='true')",
            "CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING)",
            "INSERT INTO p PARTITION (ds='0') VALUES (1)",
            "CREATE TABLE other.hidden (id BIGINT)",
            "INSERT INTO other.hidden VALUES (4711)",
            "CREATE TABLE other.days (id BIGINT) PARTITIONED BY (ds STRING)",
            "INSERT INTO other.days PARTITION (ds='secret') VALUES (1)",
            "CREATE VIEW v AS SELECT id FROM other.hidden",
            "CREATE VIEW w AS SELECT id FROM v")) {
      assertThat(root.run("demo", sql)).as(sql).startsWith("Success");
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** Everything that a statement could have changed. */
  String state() throws IOException {
    StringBuilder state = new StringBuilder();
    for (String sql :
        List.of(
            "SHOW TABLES",
            "SHOW SCHEMAS",
            "SHOW PARTITIONS p",
            "DESC t",
            "SELECT * FROM t ORDER BY id",
            "SELECT * FROM p ORDER BY ds, id",
            "SHOW TABLES IN other",
            "SELECT * FROM other.hidden ORDER BY id")) {
      state.append(root.run("demo", sql)).append('\n');
    }
    // The times of the last change say nothing about who may do what.
    return state.toString().replaceAll("(Time|TIME)[^\\n]*", "");
  }
}
