package io.tunnel.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.Statement.Insert;
import io.tunnel.sql.Value;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InsertPlannerTest {
  private static final TableSchema PLAIN =
      TableSchema.of(Column.of("id", "bigint"), Column.of("name", "string"));
  private static final TableSchema PARTITIONED =
      new TableSchema(
          List.of(Column.of("id", "bigint").notNull(), Column.of("name", "string")),
          List.of(Column.of("ds", "string"), Column.of("hh", "bigint")));

  private static BatchPlan plan(String sql, TableSchema schema) throws Exception {
    return InsertPlanner.plan((Insert) MaxComputeSql.parseScript(sql).statements().get(0), schema);
  }

  private static String sources(BatchPlan plan) {
    StringBuilder text = new StringBuilder();
    for (BatchPlan.Tuple tuple : ((TunnelInsert) plan).tuples()) {
      tuple.values().forEach(value -> text.append(source(value)).append(' '));
      text.append("| ");
      tuple.partition().forEach(value -> text.append(source(value)).append(' '));
      text.append("; ");
    }
    return text.toString();
  }

  private static String source(Value value) {
    return value instanceof Value.Parameter parameter
        ? "?" + parameter.index()
        : String.valueOf(((Value.Literal) value).value());
  }

  @Test
  void valuesAreBroughtIntoTheOrderOfTheTable() throws Exception {
    assertThat(sources(plan("INSERT INTO t VALUES (?, ?)", PLAIN))).isEqualTo("?0 ?1 | ; ");
    assertThat(sources(plan("INSERT INTO t (NAME, `id`) VALUES (?, 5), ('x', ?)", PLAIN)))
        .isEqualTo("5 ?0 | ; ?1 x | ; ");
    assertThat(sources(plan("INSERT INTO t (name) VALUES (?)", PLAIN))).isEqualTo("null ?0 | ; ");
  }

  @Test
  void partitionsAreStaticDynamicOrParameters() throws Exception {
    assertThat(sources(plan("INSERT INTO t PARTITION (hh=?, ds='x') VALUES (?, ?)", PARTITIONED)))
        .isEqualTo("?1 ?2 | x ?0 ; ");
    assertThat(sources(plan("INSERT INTO t PARTITION (ds='x', hh) VALUES (?, ?, ?)", PARTITIONED)))
        .isEqualTo("?0 ?1 | x ?2 ; ");
    assertThat(
            sources(
                plan("INSERT INTO t PARTITION (ds, hh) (hh, id, ds) VALUES (?,?,?)", PARTITIONED)))
        .isEqualTo("?1 null | ?2 ?0 ; ");
    assertThat(sources(plan("INSERT INTO t VALUES (1, ?, 'a', 7)", PARTITIONED)))
        .isEqualTo("1 ?0 | a 7 ; ");
  }

  @Test
  void parametersHaveTheTypesOfTheirColumns() throws Exception {
    TunnelInsert plan =
        (TunnelInsert) plan("INSERT INTO t PARTITION (ds=?, hh=?) VALUES (?, 'x')", PARTITIONED);
    assertThat(plan.parameterColumns(3))
        .extracting(column -> column.name())
        .containsExactly("ds", "hh", "id");
  }

  @Test
  void whatNeedsTheSqlEngineGoesAsSql() throws Exception {
    TableSchema withDefault =
        TableSchema.of(
            Column.of("id", "bigint"),
            new Column("n", PLAIN.columns().get(1).type(), true, "", "'d'"));
    assertThat(plan("INSERT INTO t VALUES (?, upper(?))", PLAIN)).isInstanceOf(PlainSql.class);
    assertThat(plan("INSERT OVERWRITE TABLE t VALUES (?, ?)", PLAIN)).isInstanceOf(PlainSql.class);
    assertThat(plan("INSERT INTO t SELECT 1, 'x'", PLAIN)).isInstanceOf(PlainSql.class);
    assertThat(plan("INSERT INTO t (id) VALUES (?)", withDefault))
        .isInstanceOfSatisfying(
            PlainSql.class, plain -> assertThat(plain.reason()).contains("default value"));
  }

  @Test
  void mistakesNameTheirColumn() {
    checkRefused("INSERT INTO t (id, nam) VALUES (?, ?)", PLAIN, "42703", "nam", "id, name");
    checkRefused("INSERT INTO t (id, ID) VALUES (?, ?)", PLAIN, "42703", "twice");
    checkRefused("INSERT INTO t VALUES (?)", PLAIN, "21S01", "1 values where 2", "id, name");
    checkRefused("INSERT INTO t PARTITION (x=1) VALUES (?, ?)", PLAIN, "42703", "x", "none");
    checkRefused("INSERT INTO t PARTITION (ds='a') VALUES (?, ?)", PARTITIONED, "42703", "hh");
    checkRefused(
        "INSERT INTO t PARTITION (ds='a', ds='b') VALUES (?, ?)", PARTITIONED, "42703", "twice");
    checkRefused(
        "INSERT INTO t PARTITION (ds, hh) (id, ds) VALUES (?, ?)", PARTITIONED, "21S01", "hh");
    checkRefused(
        "INSERT INTO t PARTITION (ds='a', hh=1) (id, ds) VALUES (?, ?)",
        PARTITIONED,
        "42703",
        "ds");
    checkRefused(
        "INSERT INTO t PARTITION (ds='a', hh=1) (name) VALUES (?)", PARTITIONED, "23502", "id");
  }

  private static void checkRefused(String sql, TableSchema schema, String state, String... parts) {
    assertThatThrownBy(() -> plan(sql, schema))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(state);
              assertThat(e.getMessage()).contains(parts);
            });
  }
}
