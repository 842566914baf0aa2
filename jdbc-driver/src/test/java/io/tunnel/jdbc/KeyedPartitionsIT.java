package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows with a primary key in partitions: each has a session of its own. */
class KeyedPartitionsIT {
  private static final String COLUMNS =
      "(id BIGINT, name STRING, PRIMARY KEY (id)) PARTITIONED BY (ds STRING, hh BIGINT)";

  private Connection connection;
  private String table;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
    table = LocalServer.table(connection, COLUMNS + DeltaTables.PARTIAL);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private int[] run(String sql, Object[]... entries) throws SQLException {
    return DeltaTables.batch(connection, sql.replace("$t", table), entries);
  }

  private List<String> all() throws SQLException {
    return DeltaTables.rows(connection, "SELECT * FROM " + table + " ORDER BY ds, hh, id");
  }

  private List<String> partitions() throws SQLException {
    return DeltaTables.rows(connection, "SHOW PARTITIONS " + table);
  }

  private static Object[] row(Object... values) {
    return values;
  }

  @Test
  void aKeyIsUniqueInItsPartition() throws SQLException {
    run(
        "UPSERT INTO $t VALUES (?, ?, ?, ?)",
        row(1, "a", "x", 1),
        row(1, "b", "y", 1),
        row(1, "c", "x", 2),
        row(1, "d", "x", 1));
    assertThat(all()).containsExactly("1|d|x|1", "1|c|x|2", "1|b|y|1");
    assertThat(
            run(
                "DELETE FROM $t WHERE hh = ? AND ds = ? AND id = ?",
                row(2, "x", 1),
                row(2, "y", 1),
                row("02", "x", 1)))
        .containsExactly(1, 0, 0);
    assertThat(run("UPDATE $t SET name = ? WHERE ds = 'y' AND hh = 1 AND id = ?", row("e", 1)))
        .containsExactly(1);
    assertThat(all()).containsExactly("1|d|x|1", "1|e|y|1");
  }

  @Test
  void thePartitionClauseTakesParametersAndConstants() throws SQLException {
    run("UPSERT INTO $t PARTITION (ds = ?, hh = 7) (name, id) VALUES (?, ?)", row("p", "a", 1));
    run("INSERT INTO $t PARTITION (ds = 'q', hh) VALUES (?, ?, ?)", row(2, "b", 8), row(3, "c", 9));
    assertThat(all()).containsExactly("1|a|p|7", "2|b|q|8", "3|c|q|9");
    assertThat(partitions()).containsExactlyInAnyOrder("ds=p/hh=7", "ds=q/hh=8", "ds=q/hh=9");
  }

  @Test
  void changesOfMissingPartitionsCreateNone() throws SQLException {
    assertThat(run("DELETE FROM $t WHERE ds = ? AND hh = ? AND id = ?", row("no", 1, 1)))
        .containsExactly(0);
    assertThat(run("UPDATE $t SET name = 'x' WHERE ds = ? AND hh = 1 AND id = ?", row("no", 1)))
        .containsExactly(0);
    assertThat(partitions()).isEmpty();
  }

  @Test
  void missingPartitionsAreCreatedOnlyIfTheConnectionSaysSo() throws SQLException {
    try (Connection strict = LocalServer.connect("?createPartitions=false")) {
      SqlFailure failure =
          SqlFailure.of(
              () ->
                  DeltaTables.batch(
                      strict,
                      "UPSERT INTO " + table + " VALUES (?, ?, ?, ?)",
                      row(1, "a", "new", 1)));
      assertThat(failure.state()).isEqualTo("42S02");
      assertThat(failure.message()).contains("ds=new,hh=1", "create the partition");
    }
    assertThat(partitions()).isEmpty();
  }

  @Test
  void manyPartitionsAreWrittenAndLookedUpTogether() throws SQLException {
    String days =
        LocalServer.table(
            connection,
            "(id BIGINT, name STRING, PRIMARY KEY (id)) PARTITIONED BY (day DATE)"
                + DeltaTables.PARTIAL);
    int partitions = 40;
    try (PreparedStatement upsert =
            connection.prepareStatement("UPSERT INTO " + days + " VALUES (?, ?, ?)");
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM " + days + " WHERE id = ? AND day = ?")) {
      for (int i = 0; i < 4000; i++) {
        upsert.setInt(1, i / partitions);
        upsert.setString(2, "r" + i);
        upsert.setObject(3, LocalDate.of(2026, 1, 1).plusDays(i % partitions));
        upsert.addBatch();
      }
      assertThat(upsert.executeBatch()).hasSize(4000).containsOnly(1);
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < 4000; i++) {
        // Every second row once, and a day and ids that are not there.
        int id = i % 4 == 1 ? 100 + i : i / partitions;
        delete.setInt(1, id);
        delete.setObject(
            2, LocalDate.of(2026, 1, 1).plusDays(i % partitions + (i % 4 == 3 ? 99 : 0)));
        delete.addBatch();
        expected.add(i % 2 == 0 ? 1 : 0);
      }
      assertThat(delete.executeBatch())
          .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    }
    assertThat(DeltaTables.rows(connection, "SELECT count(*), count(DISTINCT day) FROM " + days))
        .containsExactly("2000|20");
  }

  @Test
  void aTransactionKeepsTheOrderInEachPartition() throws SQLException {
    connection.setAutoCommit(false);
    run("UPSERT INTO $t VALUES (?, ?, ?, ?)", row(1, "a", "x", 1), row(1, "b", "y", 1));
    assertThat(
            run(
                "DELETE FROM $t WHERE id = ? AND ds = ? AND hh = ?",
                row(1, "x", 1),
                row(1, "z", 1)))
        .containsExactly(1, 0);
    assertThat(
            run(
                "UPDATE $t SET name = ? WHERE id = 1 AND ds = ? AND hh = 1",
                row("c", "x"),
                row("d", "y")))
        .containsExactly(0, 1);
    run("INSERT INTO $t VALUES (?, ?, ?, ?)", row(2, "n", "x", 1));
    connection.commit();
    assertThat(all()).containsExactly("2|n|x|1", "1|d|y|1");
  }
}
