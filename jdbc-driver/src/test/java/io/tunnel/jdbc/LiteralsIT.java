package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No text can change the statement that it is a parameter of, on whichever path it travels. */
class LiteralsIT {
  private static final String[] PIECES = {
    "'",
    "''",
    "\"",
    "`",
    "\\",
    "\\'",
    "\\\\",
    "\n",
    "\r",
    "\t",
    "\u0000",
    "\u001a",
    "?",
    ":x",
    ";",
    "--",
    "/*",
    "*/",
    "#",
    "%",
    "_",
    "${x}",
    "$1",
    " or 1=1",
    "DROP TABLE t",
    "NULL",
    "\\u0027",
    "\\047",
    "x'",
    "😀",
    "é",
    "名",
    "\ufeff",
    "\u2028",
    "\uffff",
    "a",
    " ",
    ")",
    "(",
    "{",
    "}"
  };

  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = LocalServer.connect();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  /** Every piece alone and doubled, and mixtures of them; the same ones in every run. */
  private static List<String> texts() {
    List<String> texts = new ArrayList<>(List.of("", " "));
    for (String piece : PIECES) {
      texts.add(piece);
      texts.add(piece + piece);
    }
    Random random = new Random(20261127);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(8); n >= 0; n--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void anyTextIsAParameterOfAQuery() throws SQLException {
    List<String> texts = texts();
    String marks = String.join(", ", Collections.nCopies(texts.size(), "?"));
    try (PreparedStatement query = connection.prepareStatement("SELECT " + marks)) {
      for (int i = 0; i < texts.size(); i++) {
        query.setString(i + 1, texts.get(i));
      }
      try (ResultSet rows = query.executeQuery()) {
        assertThat(rows.next()).isTrue();
        for (int i = 0; i < texts.size(); i++) {
          assertThat(rows.getString(i + 1)).isEqualTo(texts.get(i));
        }
      }
    }
  }

  @Test
  void anyTextIsStoredBySingleInsertsAndByBatchesOfEitherKind() throws SQLException {
    List<String> texts = texts();
    String table = LocalServer.table(connection, "(way STRING, n BIGINT, t STRING)");
    try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)");
        // An expression needs the SQL engine, so this batch goes as SQL.
        PreparedStatement sql =
            connection.prepareStatement(
                "INSERT INTO " + table + " VALUES (concat(?, ''), ?, concat(?, ''))")) {
      for (int i = 0; i < texts.size(); i++) {
        bind(insert, "tunnel", i, texts.get(i));
        insert.addBatch();
      }
      insert.executeBatch();
      for (int i = 0; i < texts.size(); i += 5) {
        bind(insert, "single", i, texts.get(i));
        insert.executeUpdate();
        bind(sql, "sql", i, texts.get(i));
        sql.addBatch();
      }
      sql.executeBatch();
    }
    int count = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT way, n, t FROM " + table)) {
      while (rows.next()) {
        count++;
        assertThat(rows.getString(3)).as(rows.getString(1)).isEqualTo(texts.get(rows.getInt(2)));
      }
    }
    int fifth = (texts.size() + 4) / 5;
    assertThat(count).isEqualTo(texts.size() + 2 * fifth);
  }

  private static void bind(PreparedStatement insert, String way, int number, String text)
      throws SQLException {
    insert.setString(1, way);
    insert.setInt(2, number);
    insert.setString(3, text);
  }
}
