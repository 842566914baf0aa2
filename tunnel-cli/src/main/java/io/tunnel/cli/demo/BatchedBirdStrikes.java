package io.tunnel.cli.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;

/** Writes the bird strikes with plain JDBC batches, as an application would. */
final class BatchedBirdStrikes {
  static final String CODE =
      """
      insert = connection.prepareStatement("INSERT INTO bird_strikes VALUES (?, ?, ...)");
      insert.setObject(4, LocalDate.parse("1990-01-08")); ... insert.addBatch();
      insert.executeBatch();
      connection.commit();
      """;

  private static final String INSERT =
      "INSERT INTO bird_strikes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  private static final int BATCH_ROWS = 2500;

  /** What was done. */
  record Written(int batches, long rows, Duration time) {}

  private BatchedBirdStrikes() {}

  /** Adds all rows in one transaction. The connection is in auto-commit before and after. */
  static Written write(Path csv, Connection connection) throws IOException, SQLException {
    long start = System.nanoTime();
    long rows = 0;
    int batches = 0;
    connection.setAutoCommit(false);
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(csv);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      boolean header = true;
      int pending = 0;
      for (CsvRecord strike : reader) {
        if (header) {
          header = false;
          continue;
        }
        set(insert, strike);
        insert.addBatch();
        pending++;
        if (pending == BATCH_ROWS) {
          rows += insert.executeBatch().length;
          batches++;
          pending = 0;
        }
      }
      if (pending > 0) {
        rows += insert.executeBatch().length;
        batches++;
      }
      connection.commit();
    } catch (IOException | SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
    return new Written(batches, rows, Duration.ofNanos(System.nanoTime() - start));
  }

  private static void set(PreparedStatement insert, CsvRecord strike) throws SQLException {
    for (int i = 0; i < 10; i++) {
      if (i == 3) {
        insert.setObject(i + 1, LocalDate.parse(strike.getField(i)));
      } else {
        insert.setString(i + 1, strike.getField(i));
      }
    }
    for (int i = 10; i < 13; i++) {
      insert.setBigDecimal(i + 1, new BigDecimal(strike.getField(i)));
    }
    String knots = strike.getField(13);
    if (knots.isEmpty()) {
      insert.setNull(14, Types.INTEGER);
    } else {
      insert.setInt(14, Integer.parseInt(knots));
    }
  }
}
