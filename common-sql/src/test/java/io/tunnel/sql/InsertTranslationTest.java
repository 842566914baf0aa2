package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InsertTranslationTest {
  private DuckDbFixture database;

  @BeforeEach
  void createTables() throws Exception {
    database = new DuckDbFixture();
    database.create(
        "create table t (id bigint not null, name string default 'none', price decimal(10,2),"
            + " at datetime) partitioned by (p string, q string)");
    database.create("create table u (a string)");
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void putsStaticAndDynamicPartitionsInTheirColumns() throws Exception {
    database.insert(
        "insert into t partition (p='x', q) values (1, 'a', 1.10, '2020-01-02 03:04:05', 'y')");
    database.insert("insert into t partition (q='z', p) (id, p) select 2, concat('p', 1)");
    assertThat(database.rows("select * from t order by id"))
        .isEqualTo("1,a,1.10,2020-01-02 03:04:05.0,x,y|2,none,null,null,p1,z");
  }

  @Test
  void runsExpressionsInValues() throws Exception {
    database.insert("insert into t partition (p='x', q='y') (id, name) values (1 + 1, upper('a'))");
    assertThat(database.rows("select id, name from t")).isEqualTo("2,A");
  }

  @Test
  void decimalsInValuesStayExact() throws Exception {
    database.insert("insert into t partition (p='x', q='y') (id, price) values (1, 12345678.91)");
    assertThat(database.rows("select price from t")).isEqualTo("12345678.91");
  }

  @Test
  void stringsOfAllKindsArriveUnchanged() throws Exception {
    String nasty = "a'b\"c\\d\n\t\0e`f;--g/*h*/中文😀$1?{0}";
    database.insert("insert into u values (" + SqlLiterals.literal(nasty) + ")");
    assertThat(database.rows("select a from u")).isEqualTo(nasty);
    assertThat(database.rows("select a from u where a = " + SqlLiterals.literal(nasty)))
        .isEqualTo(nasty);
    assertThat(database.rows("select " + SqlLiterals.literal(nasty))).isEqualTo(nasty);
  }

  @Test
  void namesOfAllKindsAreOnlyNames() throws Exception {
    database.create(
        "create table `x\"; drop table u; --` (`a\"b` string, `select` string, `c.d` string)");
    database.insert(
        "insert into `x\"; drop table u; --` (`a\"b`, `select`, `c.d`) values ('1', '2', '3')");
    assertThat(
            database.rows(
                "select z.`a\"b`, `select`, `c.d` as `{0}` from `x\"; drop table u; --` z"))
        .isEqualTo("1,2,3");
    assertThat(database.rows("select count(*) from u")).isEqualTo("0");
  }

  @Test
  void tellsTheColumnsThatGetValues() throws Exception {
    Statement.Insert insert =
        (Statement.Insert)
            DuckDbFixture.only("insert into t partition (p='x', q) (name, id) values (1, 2, 3)");
    ResolvedTable table =
        new ResolvedTable("t", List.of("id", "name", "price", "at"), List.of("p", "q"));
    assertThat(DuckDbTranslator.targetColumns(insert, table))
        .containsExactly("name", "id", "q", "p");
  }
}
