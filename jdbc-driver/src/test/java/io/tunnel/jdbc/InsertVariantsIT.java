package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INSERTs of unusual shape: names, widths, NULLs of every setter, partitions. */
class InsertVariantsIT {
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private List<String> row(String query) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        found.add(rows.getString(i));
      }
      assertThat(rows.next()).isFalse();
    }
    return found;
  }

  @Test
  void namesTravelAsTheyWereWrittenWhateverTheyLookLike() throws SQLException {
    List<String> names =
        List.of("select", "a b", "x.y", "it's", "q?", "--c", "中文", "per%cent", "semi;colon", "_1");
    String quoted = String.join(", ", names.stream().map(name -> "`" + name + "`").toList());
    String table =
        LocalServer.table(
            connection,
            "(" + String.join(", ", names.stream().map(n -> "`" + n + "` STRING").toList()) + ")");
    List<String> reversed = new ArrayList<>(names);
    Collections.reverse(reversed);
    String sql =
        "INSERT INTO `"
            + table
            + "` ("
            + String.join(", ", reversed.stream().map(name -> "`" + name + "`").toList())
            + ") VALUES ("
            + String.join(", ", Collections.nCopies(names.size(), "?"))
            + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < reversed.size(); i++) {
        insert.setString(i + 1, "value of " + reversed.get(i));
      }
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
    }
    assertThat(row("SELECT " + quoted + " FROM " + table))
        .isEqualTo(names.stream().map(name -> "value of " + name).toList());
  }

  @Test
  void thousandColumnsTravelLikeTen() throws SQLException {
    int width = 1000;
    String table =
        LocalServer.table(
            connection,
            "("
                + String.join(
                    ", ", IntStream.range(0, width).mapToObj(i -> "c" + i + " BIGINT").toList())
                + ")");
    String marks = String.join(", ", Collections.nCopies(width, "?"));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
      for (int row = 0; row < 700; row++) {
        for (int i = 0; i < width; i++) {
          insert.setLong(i + 1, (long) row * i);
        }
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(700).containsOnly(1);
    }
    assertThat(row("SELECT count(*), sum(c0), sum(c1), sum(c999) FROM " + table))
        .containsExactly("700", "0", "244650", "244405350");
  }

  /** A setter with a null. */
  private interface NullSetter {
    void set(PreparedStatement insert, int index) throws SQLException;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySetterTakesNullOnBothPaths(boolean asBatch) throws SQLException {
    List<NullSetter> setters =
        List.of(
            (insert, i) -> insert.setNull(i, Types.BIGINT),
            (insert, i) -> insert.setNull(i, Types.VARCHAR, "STRING"),
            (insert, i) -> insert.setObject(i, null),
            (insert, i) -> insert.setObject(i, null, Types.INTEGER),
            (insert, i) -> insert.setObject(i, null, Types.DECIMAL, 2),
            (insert, i) -> insert.setObject(i, null, java.sql.JDBCType.DATE),
            (insert, i) -> insert.setString(i, null),
            (insert, i) -> insert.setNString(i, null),
            (insert, i) -> insert.setBigDecimal(i, null),
            (insert, i) -> insert.setBytes(i, null),
            (insert, i) -> insert.setDate(i, null),
            (insert, i) -> insert.setDate(i, null, null),
            (insert, i) -> insert.setTime(i, null),
            (insert, i) -> insert.setTimestamp(i, null),
            (insert, i) -> insert.setTimestamp(i, null, null),
            (insert, i) -> insert.setArray(i, null),
            (insert, i) -> insert.setURL(i, null),
            (insert, i) -> insert.setCharacterStream(i, (Reader) null),
            (insert, i) -> insert.setBinaryStream(i, (InputStream) null),
            (insert, i) -> insert.setAsciiStream(i, (InputStream) null));
    List<String> types =
        List.of(
            "BIGINT", "STRING", "DECIMAL(5,2)", "DATE", "TIMESTAMP", "BOOLEAN", "DOUBLE", "BINARY");
    String table =
        LocalServer.table(
            connection,
            "(id BIGINT, "
                + String.join(
                    ", ",
                    IntStream.range(0, types.size())
                        .mapToObj(i -> "c" + i + " " + types.get(i))
                        .toList())
                + ")");
    String marks = String.join(", ", Collections.nCopies(types.size() + 1, "?"));
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (" + marks + ")")) {
      for (NullSetter setter : setters) {
        insert.setBigDecimal(1, BigDecimal.ONE);
        for (int i = 0; i < types.size(); i++) {
          setter.set(insert, i + 2);
        }
        if (asBatch) {
          insert.addBatch();
        } else {
          assertThat(insert.executeUpdate()).isEqualTo(1);
        }
      }
      insert.executeBatch();
    }
    assertThat(row("SELECT count(id), " + counts(types.size()) + " FROM " + table))
        .isEqualTo(
            IntStream.rangeClosed(0, types.size())
                .mapToObj(i -> i == 0 ? String.valueOf(setters.size()) : "0")
                .toList());
  }

  private static String counts(int columns) {
    return String.join(
        ", ", IntStream.range(0, columns).mapToObj(i -> "count(c" + i + ")").toList());
  }

  @Test
  void missingPartitionsAreAnErrorIfTheyAreNotToBeMade() throws SQLException {
    String table = LocalServer.table(connection, "(id BIGINT) PARTITIONED BY (ds STRING)");
    try (Connection strict = LocalServer.connect("?createPartitions=false");
        PreparedStatement insert =
            strict.prepareStatement("INSERT INTO " + table + " PARTITION (ds = ?) VALUES (?)")) {
      insert.setString(1, "absent");
      insert.setLong(2, 1);
      insert.addBatch();
      SqlFailure failure = SqlFailure.of(insert::executeBatch);
      assertThat(failure.type()).isEqualTo(BatchUpdateException.class);
      assertThat(failure.state()).isEqualTo("42S02");
      assertThat(failure.message()).contains("absent");
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate("ALTER TABLE " + table + " ADD PARTITION (ds='absent')");
      }
      insert.addBatch();
      assertThat(insert.executeBatch()).containsExactly(1);
    }
    assertThat(row("SELECT id, ds FROM " + table)).containsExactly("1", "absent");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closingFromAnotherThreadEndsTheFillingAndFreesAllMemory(boolean autoCommit)
      throws Exception {
    String table = LocalServer.table(connection, "(id BIGINT, name STRING, l ARRAY<STRING>)");
    for (int round = 0; round < 40; round++) {
      Connection own = LocalServer.connect();
      own.setAutoCommit(autoCommit);
      PreparedStatement insert = own.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)");
      CountDownLatch filling = new CountDownLatch(1 + round * 700);
      FutureTask<SqlFailure> filler =
          new FutureTask<>(() -> SqlFailure.of(() -> fillForever(insert, filling)));
      new Thread(filler, "filler").start();
      filling.await();
      // Fails if memory is left.
      if (round % 2 == 0) {
        insert.close();
      }
      own.close();
      assertThat(filler.get().message()).isNotEmpty();
    }
    assertThat(row("SELECT count(*) FROM " + table)).containsExactly("0");
  }

  private static void fillForever(PreparedStatement insert, CountDownLatch filling)
      throws SQLException {
    List<String> list = List.of("a", "b");
    for (int i = 0; i >= 0; i++) {
      insert.setInt(1, i);
      insert.setString(2, "a name that has some length " + i);
      insert.setObject(3, list);
      insert.addBatch();
      filling.countDown();
    }
  }

  @Test
  void applicationsQuoteTextsAndNamesByTheDriver() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String text = "it's a \\ \"text\"\n";
      assertThat(
              row(
                  "SELECT "
                      + statement.enquoteLiteral(text)
                      + " AS "
                      + statement.enquoteIdentifier("o`dd name", false)))
          .containsExactly(text);
      assertThat(statement.enquoteIdentifier("plain_1", false)).isEqualTo("plain_1");
      assertThat(statement.enquoteIdentifier("plain_1", true)).isEqualTo("`plain_1`");
      assertThat(statement.enquoteIdentifier("select", false)).isEqualTo("`select`");
      assertThat(statement.isSimpleIdentifier("a b")).isFalse();
      assertThat(SqlFailure.of(() -> statement.enquoteIdentifier("", true)).state())
          .isEqualTo("HY024");
    }
  }
}
