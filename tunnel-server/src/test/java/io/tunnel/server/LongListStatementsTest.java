package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queries with thousands of constants: what they select, and where their errors are. */
class LongListStatementsTest {
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true));
    server.sql("CREATE TABLE t (n BIGINT, s STRING, d DATE, p DECIMAL(38,0))");
    server.sql(
        "INSERT INTO t VALUES (1, 'it\\'s', DATE '2020-01-31', 1BD), (2, '', DATE '2020-02-01', 0BD),"
            + " (3, 'c', DATE '2020-02-02', 3BD), (4, NULL, NULL, NULL)");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static String list(IntFunction<String> constant) {
    return IntStream.range(0, 5000).mapToObj(constant).collect(Collectors.joining(", "));
  }

  private static List<String> selected(String where) throws IOException {
    String id = server.submit("SELECT n FROM t WHERE " + where + " ORDER BY n");
    String status = server.await(id);
    String result = server.result(id);
    assertThat(status).as(result).isEqualTo("Success");
    return result.lines().skip(1).toList();
  }

  @Test
  void constantsOfTheColumnsType() throws IOException {
    String odd = list(i -> 2 * i + 1 + "L");
    assertThat(selected("n IN (" + odd + ")")).containsExactly("1", "3");
    assertThat(selected("n NOT IN (" + odd + ")")).containsExactly("2", "4");
    assertThat(selected("n NOT IN (" + odd + ", NULL)")).isEmpty();
    String texts = list(i -> "'it\\'s" + "s".repeat(i % 50) + "'");
    assertThat(selected("s IN (" + texts + ")")).containsExactly("1");
    assertThat(selected("s NOT IN (" + texts + ")")).containsExactly("2", "3");
    assertThat(selected("n IN (" + odd + ") AND s IN (" + texts + ") OR n = 4"))
        .containsExactly("1", "4");
  }

  @Test
  void constantsThatAreConverted() throws IOException {
    String days = list(i -> "'2020-01-%02d'".formatted(1 + i % 31));
    assertThat(selected("d IN (" + days + ")")).containsExactly("1");
    assertThat(selected("d NOT IN (" + days + ")")).containsExactly("2", "3");
    assertThat(selected("n IN (" + list(i -> "'" + (i + 2) + "'") + ")"))
        .containsExactly("2", "3", "4");
    // Rounded to the places of the column, the first would be 0.
    assertThat(selected("p IN (0.4BD, " + list(i -> i + 3 + ".0BD") + ")")).containsExactly("3");
  }

  @Test
  void errorsNameTheirPlace() throws IOException {
    String odd = list(i -> String.valueOf(2 * i + 1));
    for (String where :
        List.of("n IN (" + odd + ") AND nope = 1", "nope IN (" + odd + ")", "nope NOT IN (1)")) {
      String id = server.submit("SELECT n\nFROM t\nWHERE " + where);
      assertThat(server.await(id)).isEqualTo("Failed");
      int column = "WHERE ".length() + where.indexOf("nope") + 1;
      assertThat(server.result(id))
          .startsWith("ODPS-0130071:[3," + column + "]")
          .contains("column nope cannot be resolved");
    }
  }
}
