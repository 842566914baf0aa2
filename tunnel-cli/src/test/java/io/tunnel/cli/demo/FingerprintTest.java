package io.tunnel.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.cli.demo.Fingerprint.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final List<Kind> KINDS =
      List.of(Kind.INT, Kind.TEXT, Kind.DOUBLE, Kind.DECIMAL, Kind.DATE, Kind.WALL_CLOCK);
  private static final String ROWS =
      """
      SELECT * FROM (VALUES
        (1::INTEGER, 'a', 1.5::DOUBLE, 2.50::DECIMAL(9,2), DATE '2001-01-01', TIMESTAMP '2001-01-01 00:01:00'),
        (2, NULL, NULL, NULL, NULL, NULL),
        (NULL, '', 0.0::DOUBLE, 0.00::DECIMAL(9,2), DATE '1970-01-01', TIMESTAMP '1970-01-01')) t(a,b,c,d,e,f)
      """;

  @Test
  void dependsOnTheRowsAndNotOnTheirOrder() throws SQLException {
    assertThat(of(ROWS + " ORDER BY a")).isEqualTo(of(ROWS + " ORDER BY b DESC"));
    assertThat(of(ROWS).rows()).isEqualTo(3);
    assertThat(of(ROWS).bytes()).isEqualTo((4 + 1 + 8 + 16 + 4 + 8) + 4 + (8 + 16 + 4 + 8));
  }

  @Test
  void seesEveryChange() throws SQLException {
    Fingerprint original = of(ROWS);
    for (String[] change :
        new String[][] {
          {"(1:", "(3:"},
          {"'a'", "'b'"},
          {"1.5", "1.25"},
          {"2.50", "2.51"},
          {"2001-01-01'", "2001-01-02'"},
          {"00:01:00", "00:01:01"},
          {"(2, NULL", "(2, ''"},
          {"''", "NULL"},
          {"0.00", "NULL"}
        }) {
      String changed = ROWS.replace(change[0], change[1]);
      assertThat(changed).isNotEqualTo(ROWS);
      assertThat(of(changed)).isNotEqualTo(original);
    }
  }

  @Test
  void theInputFilesHoldWhatTheirDescriptionSays() throws SQLException {
    Path data = Path.of("data").toAbsolutePath();
    assertThat(DemoTable.FLIGHTS.ofInput(data).rows()).isEqualTo(800_000);
    assertThat(DemoTable.BIRD_STRIKES.ofInput(data).rows()).isEqualTo(10_000);
    assertThat(DemoTable.CITIES.ofInput(data).rows()).isEqualTo(171_075);
  }

  private static Fingerprint of(String sql) throws SQLException {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return Fingerprint.of(rows, KINDS);
    }
  }
}
