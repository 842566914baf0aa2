package io.tunnel.sql;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the text: it is understood or refused with one of our exceptions, nothing else. */
class AnyTextTest {
  private static final String[] WORDS = {
    "select",
    "from",
    "where",
    "group by",
    "order by",
    "having",
    "limit",
    "t",
    "a",
    "b",
    "`c`",
    "'x'",
    "\"y\"",
    "1",
    "2.5",
    "3L",
    "1.5BD",
    "1e3",
    "(",
    ")",
    ",",
    ".",
    "*",
    "+",
    "-",
    "/",
    "%",
    "=",
    "<",
    ">",
    "<>",
    "<=>",
    "and",
    "or",
    "not",
    "in",
    "like",
    "rlike",
    "between",
    "is",
    "null",
    "case",
    "when",
    "then",
    "else",
    "end",
    "cast",
    "as",
    "bigint",
    "array",
    "map",
    "<",
    ">",
    "[",
    "]",
    "insert into",
    "values",
    "partition",
    "?",
    ";",
    "with",
    "union all",
    "join",
    "left",
    "semi",
    "on",
    "over",
    "rows",
    "unbounded",
    "preceding",
    "current row",
    "interval",
    "day",
    "to",
    "year",
    "date '2020-01-01'",
    "timestamp_ntz '2020-01-01 00:00:00'",
    "date",
    "extract",
    "trim",
    "both",
    "div",
    "|",
    "||",
    "&",
    "^",
    "->",
    ":",
    "create table",
    "if not exists",
    "comment",
    "primary key",
    "lifecycle",
    "drop table",
    "alter table",
    "add",
    "show",
    "tables",
    "desc",
    "explain",
    "set",
    "update",
    "delete from",
    "distinct",
    "exists",
    "grouping sets",
    "rollup",
    "qualify",
    "window",
    "nulls first",
    "ignore nulls",
    "filter",
    "count(*)",
    "sum(a)",
    "if(a, b, c)",
    "/*+ x */",
    "-- y\n",
    "true",
    "table",
    "lateral",
    "natural",
    "using",
    "escape",
    "distribute by",
    "sort by"
  };

  @Provide
  Arbitrary<String> soups() {
    return Arbitraries.of(WORDS)
        .list()
        .ofMinSize(1)
        .ofMaxSize(14)
        .map(words -> String.join(" ", words));
  }

  @Provide
  Arbitrary<String> selects() {
    return Arbitraries.of(WORDS)
        .list()
        .ofMinSize(1)
        .ofMaxSize(7)
        .map(words -> "select " + String.join(" ", words) + " from t");
  }

  @Provide
  Arbitrary<String> noise() {
    return Arbitraries.strings().ofMaxLength(40);
  }

  @Property(tries = 2000)
  void wordsInAnyOrder(@ForAll("soups") String sql) {
    understandOrRefuse(sql);
  }

  @Property(tries = 3000)
  void expressionsOfAnyWords(@ForAll("selects") String sql) {
    understandOrRefuse(sql);
  }

  @Property(tries = 1000)
  void charactersInAnyOrder(@ForAll("noise") String sql) {
    understandOrRefuse(sql);
  }

  private static void understandOrRefuse(String sql) {
    ResolvedTable table = new ResolvedTable("t", List.of("a", "b", "c"), List.of());
    DuckDbTranslator translator = new DuckDbTranslator(name -> table, DuckDbFixture.ENVIRONMENT);
    try {
      for (Statement statement : MaxComputeSql.parseScript(sql).statements()) {
        if (statement instanceof Statement.Query query) {
          translator.query(query);
        } else if (statement instanceof Statement.Insert insert) {
          translator.insert(insert, table);
        }
      }
    } catch (SqlSyntaxException | SqlTranslationException e) {
      org.assertj.core.api.Assertions.assertThat(e.getMessage()).isNotBlank();
    }
  }
}
