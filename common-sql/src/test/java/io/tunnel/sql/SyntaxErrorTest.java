package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxErrorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          selec 1 | 1 | invalid token 'selec', expected a statement
          select * from | 14 | the statement ends too early
          select a b c from t | 12 | invalid token 'c'
          select 'abc | 8 | the string literal has no end
          select "abc' | 8 | the string literal has no end
          select `abc | 8 | the name in back-ticks has no end
          select `` from t | 8 | the name in back-ticks is empty
          select 1 /* abc | 10 | the comment has no end
          select 1abc | 8 | invalid token '1abc'
          select 1.5L | 8 | invalid token '1.5L'
          select # from t | 8 | invalid token '#'
          select 1 § 2 | 10 | invalid character '§'
          insert into t values (1,2),(3) | 28 | row 2 of VALUES has 1 values, but row 1 has 2
          insert into t values (1,2),(3,4),(5,6,7) | 34 | row 3 of VALUES has 3 values, but row 1 has 2
          insert into t values () | 23 | *
          insert into t values (date '2020-02-30') | 23 | invalid DATE literal '2020-02-30'
          insert into t (a) partition (p=1) (b) values (1) | 36 | *
          insert t values (1) | 8 | *
          insert into a.b.c.d values (1) | 13 | name a.b.c.d has more than three parts
          with x as (select 1) insert into t values (1) | 1 | WITH needs a SELECT after the INSERT
          create table t | 14 | CREATE TABLE needs columns, AS or LIKE
          create table t (a bigint, A string) | 27 | column a is defined twice
          create table t (a bigint) partitioned by (a string) | 51 | column a repeats as a partition column
          create table t (a bigint, primary key (b)) | 42 | column b of PRIMARY KEY is not defined
          create table t (a array<>) | 24 | invalid token '<>', expected <
          create table t (a map<string>) | 29 | invalid token '>', expected ( or ,
          create rule r | 8 | invalid token 'rule', expected TABLE, VIEW or SCHEMA
          create view v (a, b) select 1 | 22 | *
          alter table t add a bigint | 19 | invalid token 'a', expected PARTITION
          alter table t modify a bigint | 15 | invalid token 'modify', expected ADD, DROP, CHANGE, RENAME, SET, ENABLE, DISABLE, CHANGEOWNER, CLUSTERED BY or TOUCH
          alter rule r | 7 | invalid token 'rule', expected TABLE or VIEW
          show rules | 6 | invalid token 'rules', expected TABLES, VIEWS, PARTITIONS, SCHEMAS, PROJECTS, FUNCTIONS or CREATE TABLE
          merge into t using s on t.a = s.a | 34 | *
          merge into t using s on t.a = s.a when not matched then insert (a) values (1, 2) | 44 | INSERT has 1 columns, but 2 values
          drop table if t | 15 | invalid token 't', expected EXISTS
          explain drop table t | * | EXPLAIN takes a query or an INSERT
          set x | 1 | invalid token 'set', expected a statement
          (1 + 2) | 2 | *
          select 12345678901234567890123456789012345678901BD | 8 | decimal literal 12345678901234567890123456789012345678901BD has more than 38 digits
          select 1E38BD | 8 | decimal literal 1E38BD has more than 38 digits
          select 1E99999 | 8 | the exponent of '1E99999' is too large
          select 1, 1.5e-99999999999 | 11 | the exponent of '1.5e-99999999999' is too large
          insert into t values (1E999999999BD) | 23 | the exponent of '1E999999999' is too large
          """)
  void tellsPlaceAndReason(String sql, String column, String detail) {
    SqlSyntaxException e =
        assertThrows(SqlSyntaxException.class, () -> MaxComputeSql.parseScript(sql));
    assertThat(e.line()).isEqualTo(1);
    if (!column.equals("*")) {
      assertThat(e.column())
          .as("column of: %s", e.getMessage())
          .isEqualTo(Integer.parseInt(column));
    }
    assertThat(e).hasMessageStartingWith("Parse exception - ");
    if (!detail.equals("*")) {
      assertThat(e).hasMessage("Parse exception - " + detail);
    }
  }
}
