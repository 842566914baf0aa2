package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void nothingIsDeletedFromAMissingPartitionAlsoIfNobodyCounts() throws SQLException {
    run("UPSERT INTO $t VALUES (?, ?, ?, ?)", row(1, "a", "there", 1), row(2, "b", "there", 1));
    try (Connection uncounted = LocalServer.connect("?rowCounts=unknown")) {
      assertThat(
              DeltaTables.batch(
                  uncounted,
                  "DELETE FROM " + table + " WHERE ds = ? AND hh = ? AND id = ?",
                  row("no", 1, 1),
                  row("there", 1, 2),
                  row("no", 1, 2)))
          .containsExactly(
              Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO, Statement.SUCCESS_NO_INFO);
    }
    assertThat(all()).containsExactly("1|a|there|1");
    assertThat(partitions()).containsExactly("ds=there/hh=1");
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

  /** Random batches over several partitions and a key of two columns, against a map of rows. */
  @ParameterizedTest
  @ValueSource(ints = {11, 12})
  void randomHistoriesEndAsTheModelDoes(int seed) throws SQLException {
    String wide =
        LocalServer.table(
            connection,
            "(code STRING, v STRING, id BIGINT, w BIGINT, PRIMARY KEY (id, code))"
                + " PARTITIONED BY (ds STRING)"
                + DeltaTables.PARTIAL);
    Random random = new Random(seed);
    connection.setAutoCommit(false);
    Map<String, String> committed = new TreeMap<>();
    Map<String, String> model = new TreeMap<>();
    for (int step = 0; step < 40; step++) {
      List<Object[]> entries = new ArrayList<>();
      List<Integer> counts = new ArrayList<>();
      int kind = random.nextInt(3);
      int size = 1 + random.nextInt(30);
      for (int i = 0; i < size; i++) {
        String ds = "d" + random.nextInt(4);
        String code = "c" + random.nextInt(3);
        int id = random.nextInt(6);
        String value = "s" + step + "e" + i;
        String key = ds + "|" + code + "|" + id;
        counts.add(kind == 0 || model.containsKey(key) ? 1 : 0);
        if (kind == 0) {
          entries.add(row(code, value, id, step, ds));
          model.put(key, value + "|" + step);
        } else if (kind == 1) {
          entries.add(row(ds, id, code));
          model.remove(key);
        } else {
          entries.add(row(value, code, ds, id));
          model.computeIfPresent(key, (k, old) -> value + old.substring(old.indexOf('|')));
        }
      }
      String sql =
          switch (kind) {
            case 0 -> "UPSERT INTO " + wide + " VALUES (?, ?, ?, ?, ?)";
            case 1 -> "DELETE FROM " + wide + " WHERE ds = ? AND id = ? AND code = ?";
            default -> "UPDATE " + wide + " SET v = ? WHERE code = ? AND ds = ? AND id = ?";
          };
      assertThat(run(sql, entries.toArray(Object[][]::new)))
          .as("seed %d, step %d: %s", seed, step, sql)
          .containsExactly(counts.stream().mapToInt(Integer::intValue).toArray());
      if (random.nextInt(6) == 0) {
        if (random.nextBoolean()) {
          connection.commit();
          committed = new TreeMap<>(model);
        } else {
          connection.rollback();
          model = new TreeMap<>(committed);
        }
      }
    }
    connection.rollback();
    List<String> expected = new ArrayList<>();
    committed.forEach((key, row) -> expected.add(key + "|" + row));
    assertThat(committed).as("seed %d", seed).isNotEmpty();
    assertThat(
            DeltaTables.rows(
                connection, "SELECT ds, code, id, v, w FROM " + wide + " ORDER BY ds, code, id"))
        .as("seed %d", seed)
        .isEqualTo(expected);
  }
}
