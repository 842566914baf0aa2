package io.tunnel.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Any JDBC driver will do; DuckDB's needs no server. */
class ResultFormatTest {
  private static final String ROWS =
      """
      SELECT * FROM (VALUES
        (1::BIGINT, 'plain', 0.1::DOUBLE, 12.50::DECIMAL(9,2), true, DATE '2001-02-03'),
        (2, 'a "b", c' || chr(10) || 'd', 'NaN'::DOUBLE, -0.01, false, DATE '1582-10-04'),
        (NULL, '', NULL, NULL, NULL, NULL),
        (-3, NULL, 1e300, 0, NULL, NULL)) t(id, "text", d, m, b, day)
      """;

  @Test
  void csvQuotesWhatNeedsItAndTellsNullFromTheEmptyText() throws Exception {
    assertThat(printed(ResultFormat.CSV, ROWS))
        .isEqualTo(
            "id,text,d,m,b,day\n"
                + "1,plain,0.1,12.50,true,2001-02-03\n"
                + "2,\"a \"\"b\"\", c\nd\",NaN,-0.01,false,1582-10-04\n"
                + ",\"\",,,,\n"
                + "-3,,1.0E300,0.00,,\n");
  }

  @Test
  void jsonKeepsNumbersAndBooleansAndWritesOneObjectToALine() throws Exception {
    assertThat(printed(ResultFormat.JSON, ROWS))
        .isEqualTo(
            """
            [
            {"id":1,"text":"plain","d":0.1,"m":12.50,"b":true,"day":"2001-02-03"},
            {"id":2,"text":"a \\"b\\", c\\nd","d":"NaN","m":-0.01,"b":false,"day":"1582-10-04"},
            {"id":null,"text":"","d":null,"m":null,"b":null,"day":null},
            {"id":-3,"text":null,"d":1.0E300,"m":0.00,"b":null,"day":null}
            ]
            """);
    assertThat(printed(ResultFormat.JSON, ROWS + " WHERE false")).isEqualTo("[]\n");
  }

  @Test
  void tablePutsNumbersToTheRight() throws Exception {
    assertThat(
            printed(
                ResultFormat.TABLE, "SELECT 1::INTEGER AS n, 'x' AS s UNION ALL SELECT 22, NULL"))
        .isEqualTo("  n │ s\n────┼──────\n  1 │ x\n 22 │ NULL\n");
  }

  private static String printed(ResultFormat format, String sql) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      format.print(rows, Screen.plain(out, out));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
