package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several statements that write into tables with a primary key in one transaction. */
class KeyedTransactionIT {
  private static final String COLUMNS = "(id BIGINT, name STRING, n BIGINT, PRIMARY KEY (id))";

  private Connection connection;
  private Connection reader;
  private String table;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
    reader = LocalServer.connect();
    table = LocalServer.table(reader, COLUMNS + DeltaTables.PARTIAL);
    connection.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    reader.close();
  }

  private List<String> all() throws SQLException {
    return DeltaTables.rows(reader, "SELECT * FROM " + table + " ORDER BY id");
  }

  private int[] run(String sql, Object[]... entries) throws SQLException {
    return DeltaTables.batch(connection, sql.replace("$t", table), entries);
  }

  private static Object[] row(Object... values) {
    return values;
  }

  private void prepared() throws SQLException {
    run("UPSERT INTO $t VALUES (?, ?, ?)", row(1, "a", 1), row(2, "b", 2), row(3, "c", 3));
    connection.commit();
  }

  @Test
  void theLastOfSeveralStatementsWins() throws SQLException {
    prepared();
    run("UPSERT INTO $t VALUES (?, ?, ?)", row(1, "u", 10), row(4, "u", 40), row(5, "u", 50));
    assertThat(run("DELETE FROM $t WHERE id = ?", row(1), row(4), row(2), row(8)))
        .containsExactly(1, 1, 1, 0);
    assertThat(run("UPDATE $t SET n = ? WHERE id = ?", row(7, 1), row(8, 5), row(9, 3)))
        .containsExactly(0, 1, 1);
    run("INSERT INTO $t (id, name) VALUES (?, ?)", row(2, "again"));
    assertThat(run("UPDATE $t SET n = ? WHERE id = ?", row(11, 2))).containsExactly(1);
    assertThat(run("DELETE FROM $t WHERE id = ?", row(5), row(5))).containsExactly(1, 0);
    assertThat(all()).containsExactly("1|a|1", "2|b|2", "3|c|3");
    connection.commit();
    assertThat(all()).containsExactly("2|again|11", "3|c|9");
  }

  @Test
  void rollbackAndCloseLeaveNothing() throws SQLException {
    prepared();
    run("DELETE FROM $t WHERE id = ?", row(1));
    run("UPSERT INTO $t VALUES (?, 'x', 0)", row(9));
    connection.rollback();
    // What was rolled back is forgotten, in the counts, too.
    assertThat(run("DELETE FROM $t WHERE id = ?", row(1), row(9))).containsExactly(1, 0);
    connection.rollback();
    run("UPSERT INTO $t VALUES (?, 'x', 0)", row(9));
    connection.close();
    assertThat(all()).containsExactly("1|a|1", "2|b|2", "3|c|3");
  }

  @Test
  void tablesWithAndWithoutKeysBecomeVisibleTogether() throws SQLException {
    String plain = LocalServer.table(reader, "(id BIGINT)");
    run("UPSERT INTO $t VALUES (?, 'x', 0)", row(1));
    run("INSERT INTO " + plain + " VALUES (?)", row(5));
    run("DELETE FROM $t WHERE id = ?", row(1));
    run("INSERT INTO " + plain + " VALUES (?)", row(6));
    run("UPSERT INTO $t VALUES (?, 'y', 1)", row(2));
    assertThat(DeltaTables.rows(reader, "SELECT count(*) FROM " + plain)).containsExactly("0");
    connection.setAutoCommit(true);
    assertThat(all()).containsExactly("2|y|1");
    assertThat(DeltaTables.rows(reader, "SELECT id FROM " + plain + " ORDER BY id"))
        .containsExactly("5", "6");
  }

  @Test
  void whatCannotBeRolledBackIsRefusedWithTheReason() throws SQLException {
    prepared();
    SqlFailure failure = SqlFailure.of(() -> run("DELETE FROM $t WHERE name = ?", row("a")));
    assertThat(failure.state()).isEqualTo("0A000");
    assertThat(failure.message()).contains("name", "not part of the primary key", "auto-commit");
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + table + " SET n = n + 1 WHERE id = ?")) {
      update.setInt(1, 1);
      assertThat(SqlFailure.of(update::executeUpdate).message()).contains("n + 1");
    }
    connection.rollback();
    assertThat(all()).containsExactly("1|a|1", "2|b|2", "3|c|3");
  }

  @Test
  void aLargeBatchKeepsItsPlaceInTheOrder() throws SQLException {
    prepared();
    try (PreparedStatement large =
        connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'large', 0)")) {
      for (int i = 0; i < 100_000; i++) {
        large.setInt(1, i);
        large.addBatch();
      }
      SqlFailure early = SqlFailure.of(() -> run("DELETE FROM $t WHERE id = ?", row(3)));
      assertThat(early.state()).isEqualTo("24000");
      assertThat(early.message()).contains("execute it before");
    }
    connection.rollback();
    try (PreparedStatement large =
        connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'large', 0)")) {
      run("UPSERT INTO $t VALUES (?, 'small', 0)", row(1), row(2));
      for (int i = 2; i < 100_000; i++) {
        large.setInt(1, i);
        large.addBatch();
      }
      assertThat(large.executeBatch()).hasSize(99_998).containsOnly(1);
      assertThat(run("DELETE FROM $t WHERE id = ?", row(3), row(100_000))).containsExactly(1, 0);
    }
    connection.commit();
    assertThat(DeltaTables.rows(reader, "SELECT count(*), sum(id) FROM " + table))
        .containsExactly("99998|4999949997");
    assertThat(DeltaTables.rows(reader, "SELECT name FROM " + table + " WHERE id < 5 ORDER BY id"))
        .containsExactly("small", "large", "large");
  }

  @Test
  void aLargeBatchThatIsClearedOrNotExecutedFailsTheCommit() throws SQLException {
    for (boolean clear : new boolean[] {true, false}) {
      try (PreparedStatement large =
          connection.prepareStatement("UPSERT INTO " + table + " VALUES (?, 'large', 0)")) {
        run("UPSERT INTO $t VALUES (?, 'small', 0)", row(1));
        for (int i = 0; i < 100_000; i++) {
          large.setInt(1, i);
          large.addBatch();
        }
        if (clear) {
          large.clearBatch();
        }
        SqlFailure failure = SqlFailure.of(connection::commit);
        assertThat(failure.message()).contains("Nothing was committed", "rows");
        large.clearBatch();
        assertThat(all()).isEmpty();
        large.setInt(1, 5);
        large.addBatch();
        assertThat(large.executeBatch()).containsExactly(1);
        connection.rollback();
      }
    }
    run("UPSERT INTO $t VALUES (?, 'small', 0)", row(1));
    connection.commit();
    assertThat(all()).containsExactly("1|small|0");
  }

  /**
   * Random batches of all statements, some committed, some rolled back, against a map of rows. A
   * failure names the seed.
   */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,false", "4,false"})
  void randomHistoriesEndAsTheModelDoes(int seed, boolean transactions) throws SQLException {
    Random random = new Random(seed);
    connection.setAutoCommit(!transactions);
    Map<Integer, String> committed = new TreeMap<>();
    Map<Integer, String> model = new TreeMap<>();
    for (int step = 0; step < 60; step++) {
      List<Object[]> entries = new ArrayList<>();
      List<Integer> counts = new ArrayList<>();
      int kind = random.nextInt(4);
      int size = 1 + random.nextInt(12);
      for (int i = 0; i < size; i++) {
        int id = random.nextInt(25);
        String name = "s" + step + "e" + i;
        String old = model.get(id);
        boolean there = old != null;
        switch (kind) {
          case 0 -> {
            entries.add(row(id, name, step));
            model.put(id, name + "|" + step);
          }
          case 1 -> {
            entries.add(row(id));
            model.remove(id);
          }
          case 2 -> {
            entries.add(row(name, id));
            model.computeIfPresent(id, (key, row) -> name + row.substring(row.indexOf('|')));
          }
          default -> {
            entries.add(row(i, name, id));
            int number = i;
            model.computeIfPresent(id, (key, row) -> name + "|" + number);
          }
        }
        counts.add(kind == 0 || there ? 1 : 0);
      }
      String sql =
          switch (kind) {
            case 0 -> "UPSERT INTO $t VALUES (?, ?, ?)";
            case 1 -> "DELETE FROM $t WHERE id = ?";
            case 2 -> "UPDATE $t SET name = ? WHERE id = ?";
            default -> "UPDATE $t SET n = ?, name = ? WHERE id = ?";
          };
      assertThat(run(sql, entries.toArray(Object[][]::new)))
          .as("seed %d, step %d: %s", seed, step, sql)
          .containsExactly(counts.stream().mapToInt(Integer::intValue).toArray());
      if (transactions && random.nextInt(5) == 0) {
        if (random.nextBoolean()) {
          connection.commit();
          committed = new TreeMap<>(model);
        } else {
          connection.rollback();
          model = new TreeMap<>(committed);
        }
      } else if (!transactions) {
        committed = model;
      }
    }
    List<String> expected = new ArrayList<>();
    committed.forEach((id, row) -> expected.add(id + "|" + row));
    assertThat(all()).as("seed %d", seed).isEqualTo(expected);
  }
}
