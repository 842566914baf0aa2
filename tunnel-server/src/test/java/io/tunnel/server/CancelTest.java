package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements that wait for another one when they are cancelled. */
class CancelTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
    server.sql("CREATE TABLE t (id BIGINT) PARTITIONED BY (ds STRING)");
    server.sql("INSERT INTO t PARTITION (ds='a') VALUES (1)");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE t",
        "TRUNCATE TABLE t",
        "ALTER TABLE t DROP PARTITION (ds='a')",
        "ALTER TABLE t ADD PARTITION (ds='b')",
        "ALTER TABLE t SET COMMENT 'changed'",
        "INSERT OVERWRITE TABLE t PARTITION (ds='a') VALUES (2)"
      })
  @Tag("covers:cancel/waiting")
  @Tag("covers:task-status/cancelled")
  void aStatementThatIsCancelledWhileItWaitsIsNotExecuted(String sql) throws IOException {
    ReentrantLock lock = server.storage().catalog().lock("demo", "default", "t");
    lock.lock();
    try {
      String id = server.submit(sql);
      while (!lock.hasQueuedThreads()) {
        Thread.onSpinWait();
      }
      String terminate = "<Instance><Status>Terminated</Status></Instance>";
      server.send(
          "PUT", "/api/projects/demo/instances/" + id, terminate.getBytes(StandardCharsets.UTF_8));
      // It ends although the lock is never free.
      assertThat(server.await(id)).isEqualTo("Cancelled");
    } finally {
      lock.unlock();
    }
    assertThat(server.sql("SELECT * FROM t")).isEqualTo("\"id\",\"ds\"\n1,\"a\"\n");
    assertThat(server.sql("SHOW PARTITIONS t")).isEqualTo("ds=a\n");
    assertThat(server.sql("DESC t")).doesNotContain("changed");
  }
}
