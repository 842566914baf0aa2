package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.OurClient;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions of our JDBC driver on the wire: what is atomic must be one commit. */
class TransactionIT {
  private static final int BATCHES = 5;
  private static final int ROWS = 20_000;

  private LocalTunnel server;
  private CuttingProxy proxy;
  private Connection connection;

  @BeforeEach
  void start() throws Exception {
    server =
        LocalTunnel.start(
            LocalTunnelConfig.builder().project(OurClient.PROJECT).anonymous(true).build());
    proxy = new CuttingProxy(server.endpoint());
    connection =
        DriverManager.getConnection(
            "jdbc:tunnel:" + proxy.endpoint() + "?project=" + OurClient.PROJECT);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id BIGINT, v STRING)");
    }
    connection.setAutoCommit(false);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    proxy.close();
    server.close();
  }

  @Test
  void manyLargeBatchesOfOneTransactionAreOneCommit() throws Exception {
    writeBatches();
    assertThat(count()).isZero();
    connection.commit();
    assertThat(count()).isEqualTo((long) BATCHES * ROWS);
    assertThat(proxy.commitsSeen()).as("commit requests").isEqualTo(1);
  }

  @Test
  void aTransactionWhoseCommitAnswerIsLostIsThereOnce() throws Exception {
    writeBatches();
    proxy.loseCommitAnswers(1);
    connection.commit();
    assertThat(count()).isEqualTo((long) BATCHES * ROWS);
  }

  @Test
  void aTransactionThatIsRolledBackLeavesNothing() throws Exception {
    writeBatches();
    connection.rollback();
    assertThat(count()).isZero();
    assertThat(proxy.commitsSeen()).as("commit requests").isZero();
  }

  private void writeBatches() throws SQLException {
    String text = "a text of some length, so that a batch does not fit into one buffer ";
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (int batch = 0; batch < BATCHES; batch++) {
        for (int row = 0; row < ROWS; row++) {
          insert.setLong(1, (long) batch * ROWS + row);
          insert.setString(2, text + row);
          insert.addBatch();
        }
        assertThat(insert.executeBatch()).hasSize(ROWS).containsOnly(1);
      }
    }
  }

  private long count() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
