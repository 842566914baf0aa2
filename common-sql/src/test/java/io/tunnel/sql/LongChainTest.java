package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chains of many operators, as programs write them. */
class LongChainTest {
  private DuckDbFixture database;

  @BeforeEach
  void open() throws SQLException {
    database = new DuckDbFixture();
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private static String chain(int count, String between, String term) {
    return IntStream.range(0, count)
        .mapToObj(i -> term.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(between));
  }

  @Test
  void hundredThousandAlternativesAreRead() throws Exception {
    String query = "select count(*) from values (7L), (99999L) t(a) where ";
    assertThat(translated(query + chain(100_000, " or ", "a = #"))).contains("99998", "99999");
    assertThat(translated(query + chain(100_000, " and ", "a <> #"))).contains("99998", "99999");
    assertThat(database.rows(query + chain(500, " or ", "a = #"))).isEqualTo("1");
  }

  @Test
  void aBetweenKeepsItsAnd() throws Exception {
    assertThat(
            database.rows(
                "select count(*) from values (7L), (299L), (300L) t(a) where "
                    + chain(300, " or ", "a between # and # and a <> 7")))
        .isEqualTo("1");
    assertThat(
            database.rows(
                "select count(*) from values (7L), (299L), (300L) t(a) where "
                    + chain(300, " and ", "not a between # and # - 1 and a >= 7")))
        .isEqualTo("3");
  }

  @Test
  void andBindsStrongerThanOr() throws Exception {
    assertThat(
            database.rows(
                "select count(*) from values (1L), (2L) t(a) where a = 2 or "
                    + chain(200, " and ", "a = 1")
                    + " or "
                    + chain(200, " and ", "a = #")))
        .isEqualTo("2");
  }

  @Test
  void sumsAndProductsKeepTheirOrder() throws Exception {
    assertThat(database.rows("select 1000 - " + chain(400, " - ", "1"))).isEqualTo("600");
    assertThat(database.rows("select " + chain(300, " + ", "2 * 3 - 5"))).isEqualTo("300");
    assertThat(database.rows("select 100 / 10 / 5 * 3 + " + chain(200, " + ", "0")))
        .isEqualTo("6.0");
  }

  @Test
  void longTextsAreJoined() throws Exception {
    assertThat(database.rows("select " + chain(500, " || ", "'#,'")))
        .isEqualTo(chain(500, "", "#,"));
    assertThat(translated("select " + chain(100_000, " || ", "'#,'"))).contains("99999,");
  }

  @Test
  void aSumThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> translated("select " + chain(100_000, " + ", "1")))
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> translated("select " + chain(100_000, " + ", "-1")))
        .hasMessageContaining("nested too deeply");
  }

  private String translated(String sql) throws Exception {
    return database.translator().query((Statement.Query) DuckDbFixture.only(sql));
  }
}
