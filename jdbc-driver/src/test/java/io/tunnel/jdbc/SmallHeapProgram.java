package io.tunnel.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Objects;

/**
 * Runs in a JVM of its own with a small heap: writes and reads many times as much as the heap
 * holds. Prints the highest resident memory in MiB if the system tells it, else 0, and DONE.
 */
public final class SmallHeapProgram {
  private static final int ROWS = 150_000;
  private static final int TEXT = 2_000;

  private SmallHeapProgram() {}

  /** Arguments: URL, user, password, name of the table to make. */
  public static void main(String[] arguments) throws Exception {
    String table = arguments[3];
    try (Connection connection =
            DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE " + table + " (id BIGINT, text STRING)");
      String text = "0123456789".repeat(TEXT / 10);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
        for (int i = 0; i < ROWS; i++) {
          insert.setLong(1, i);
          insert.setString(2, text);
          insert.addBatch();
        }
        require(insert.executeBatch().length == ROWS, "counts");
      }
      for (int fetchSize : new int[] {0, 1000}) {
        statement.setFetchSize(fetchSize);
        long sum = 0;
        long characters = 0;
        try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
          while (rows.next()) {
            sum += rows.getLong(1);
            characters += Objects.requireNonNull(rows.getString(2)).length();
          }
        }
        require(sum == (long) ROWS * (ROWS - 1) / 2, "ids");
        require(characters == (long) ROWS * TEXT, "texts");
      }
    }
    System.out.println(highestMemory());
    System.out.println("DONE");
  }

  private static long highestMemory() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    }
    return 0;
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException(what);
    }
  }
}
