package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  static final int CLIENTS = 8;
  private static final int ROUNDS = 6;

  @Test
  void manyClientsOnManyTablesDoNotDisturbEachOther() throws Exception {
    try (TestServer server = TestServer.start()) {
      together(
          client -> {
            for (int round = 0; round < ROUNDS; round++) {
              String table = "t" + client + "_" + round;
              server.sql("CREATE TABLE " + table + " (id BIGINT, name STRING)");
              upload(server, table, "", 1, 2, 3);
              server.sql("INSERT INTO " + table + " SELECT id + 10, name FROM " + table);
              assertThat(server.download(table, true)).hasSize(6);
              server.sql("DROP TABLE " + table);
            }
          });
      assertThat(server.sql("SHOW TABLES")).isEmpty();
    }
  }

  @Test
  void manyClientsOnOneTableTakeTurns() throws Exception {
    try (TestServer server = TestServer.start()) {
      server.sql("CREATE TABLE t (id BIGINT, name STRING) PARTITIONED BY (ds STRING)");
      together(
          client -> {
            for (int round = 0; round < ROUNDS; round++) {
              String partition = "&create_partition=true&partition=ds%3D" + (client % 3);
              upload(server, "t", partition, 1, 2);
              server.sql(
                  "INSERT INTO t PARTITION (ds='" + client % 2 + "') VALUES (" + round + ", 'x')");
            }
          });
      assertThat(server.sql("SELECT count(*) AS n FROM t"))
          .isEqualTo("\"n\"\n" + CLIENTS * ROUNDS * 3 + "\n");
    }
  }

  private static void upload(TestServer server, String table, String more, long... ids)
      throws IOException {
    String id = server.createUpload(table, more).path("UploadID").asText();
    byte[] body = UploadSessionTest.rows(server, "n", ids);
    assertThat(server.putBlock(table, id, 0, body, true, ContentCoding.NONE, more).statusCode())
        .isEqualTo(200);
    server.commit(table, id, more);
  }

  /** What each of the clients does. */
  interface Client {
    void run(int number) throws Exception;
  }

  /** Lets all clients run at the same time; the failure of one is that of the call. */
  static void together(Client client) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        futures.add(
            threads.submit(
                () -> {
                  client.run(number);
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
