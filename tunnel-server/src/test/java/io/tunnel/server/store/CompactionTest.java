package io.tunnel.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What many commits that replace rows leave in the database file. */
class CompactionTest {
  private static final int ROWS = 200_000;
  private static final int COMMITS = 60;
  private static final int NEVER = Integer.MAX_VALUE;

  @TempDir private Path directory;
  private Path file;
  private Database database;

  @BeforeEach
  void load() throws Exception {
    file = directory.resolve("d.duckdb");
    open(NEVER);
    // Random numbers, because others would hardly take room.
    database.execute(
        "CREATE TABLE t AS SELECT i AS k, random() AS v FROM range(" + ROWS + ") r(i)",
        "CHECKPOINT");
  }

  private void open(int compactAfter) throws SQLException {
    database = Database.open(file, directory, 512L << 20, 1L << 30, compactAfter);
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  private void replaceRows() throws SQLException {
    database.execute(
        "BEGIN",
        "DELETE FROM t",
        "INSERT INTO t SELECT i, random() FROM range(" + ROWS + ") r(i)",
        "COMMIT");
  }

  private long logBytes() throws Exception {
    Path log = directory.resolve("d.duckdb.wal");
    return Files.exists(log) ? Files.size(log) : 0;
  }

  @Test
  void aCheckpointIsDueAfterSoManyCommitsThatReplaceRows() throws Exception {
    database.execute("UPDATE t SET v = 0 WHERE k = 1");
    try (Compaction compaction = new Compaction(database, file, 3)) {
      for (int commit = 0; commit < 10; commit++) {
        compaction.committed(commit % 5 == 0);
      }
    }
    assertThat(logBytes()).as("two commits have replaced rows").isPositive();
    try (Compaction compaction = new Compaction(database, file, 3)) {
      for (int commit = 0; commit < 3; commit++) {
        compaction.committed(true);
      }
    }
    assertThat(logBytes()).isZero();
  }

  @Test
  @Timeout(60)
  void theDatabaseCompactsBehindItsCommits() throws Exception {
    database.close();
    open(3);
    database.execute("UPDATE t SET v = 0 WHERE k = 1");
    assertThat(logBytes()).isPositive();
    for (int commit = 0; commit < 3; commit++) {
      database.committed(true);
    }
    while (logBytes() > 0) {
      Thread.sleep(10);
    }
  }

  @Test
  void aLongLogIsAReasonToo() throws Exception {
    try (Compaction compaction = new Compaction(database, file, NEVER)) {
      while (logBytes() < 16 << 20) {
        // Fewer rows than a group has: they go to the log before they go to the file.
        database.execute("INSERT INTO t SELECT i, random() FROM range(50000) r(i)");
      }
      compaction.committed(false);
    }
    assertThat(logBytes()).isZero();
  }

  @Test
  void theFilesDoNotGrowWithTheNumberOfCommits() throws Exception {
    long loaded = bytes();
    for (int commit = 0; commit < COMMITS; commit += 4) {
      // Closed, so that the checkpoint has come to its end, however quick the commits are.
      try (Compaction compaction = new Compaction(database, file, 4)) {
        for (int i = 0; i < 4; i++) {
          replaceRows();
          compaction.committed(true);
        }
      }
    }
    assertThat(bytes()).as("bytes, %s after the load", loaded).isLessThan(10 * loaded);
  }

  /** So that the test above proves something. */
  @Test
  void withoutCompactionTheyDo() throws Exception {
    long loaded = bytes();
    for (int commit = 0; commit < COMMITS; commit++) {
      replaceRows();
    }
    assertThat(bytes()).as("bytes, %s after the load", loaded).isGreaterThan(50 * loaded);
  }

  private long bytes() throws Exception {
    return Files.size(file) + logBytes();
  }

  @Test
  void aReaderKeepsItsRows() throws Exception {
    try (Database.Lease reader = database.lease()) {
      Connection connection = reader.connection();
      connection.setAutoCommit(false);
      String before = sum(connection);
      try (Compaction compaction = new Compaction(database, file, 1)) {
        for (int commit = 0; commit < 3; commit++) {
          replaceRows();
          compaction.committed(true);
        }
      }
      assertThat(sum(connection)).isEqualTo(before);
      connection.commit();
      assertThat(sum(connection)).isNotEqualTo(before);
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  private static String sum(Connection connection) throws SQLException {
    // Decimals, because adding floating numbers in another order gives another sum.
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT sum(v::DECIMAL(18,9)) FROM t")) {
      row.next();
      return row.getString(1);
    }
  }
}
