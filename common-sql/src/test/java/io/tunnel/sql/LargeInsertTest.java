package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Literal bulk inserts are parsed in time linear to their text. */
class LargeInsertTest {
  private static String insert(int rows) {
    StringBuilder sql = new StringBuilder("INSERT INTO t VALUES ");
    for (int i = 0; i < rows; i++) {
      sql.append(i == 0 ? "(" : ", (")
          .append(i)
          .append(", 'name of ")
          .append(i)
          .append("', 1.25, NULL, TRUE, -5, 2e3, DATE '2020-01-01', upper('x'))");
    }
    return sql.toString();
  }

  private static long nanos(String sql) throws Exception {
    long start = System.nanoTime();
    Statement.Insert insert = (Statement.Insert) DuckDbFixture.only(sql);
    long time = System.nanoTime() - start;
    assertThat(((InsertSource.Values) insert.source()).rows()).isNotEmpty();
    return time;
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void timeGrowsWithTheTextAndNotFaster() throws Exception {
    String small = insert(2_500);
    String large = insert(25_000);
    long smallest = Long.MAX_VALUE;
    long largest = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      smallest = Math.min(smallest, nanos(small));
      largest = Math.min(largest, nanos(large));
    }
    // Ten times the text; quadratic time would be a hundred times as long.
    assertThat(largest).isLessThan(40 * smallest);
  }
}
