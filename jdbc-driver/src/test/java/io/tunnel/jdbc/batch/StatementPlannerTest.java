package io.tunnel.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tunnel.jdbc.batch.BatchPlan.KeyedAction;
import io.tunnel.jdbc.batch.BatchPlan.KeyedWrite;
import io.tunnel.jdbc.batch.BatchPlan.PlainSql;
import io.tunnel.jdbc.batch.BatchPlan.TunnelInsert;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.sql.MaxComputeSql;
import io.tunnel.sql.Statement;
import io.tunnel.sql.Value;
import java.net.URI;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How statements travel that change rows of a table with a primary key. */
class StatementPlannerTest {
  private static final TableSchema TABLE =
      TableSchema.of(
          Column.of("a", "bigint"),
          Column.of("name", "string"),
          Column.of("b", "string"),
          Column.of("price", "decimal(12,2)"));
  private static final TableSchema PARTITIONED =
      new TableSchema(
          List.of(Column.of("id", "bigint"), Column.of("name", "string")),
          List.of(Column.of("ds", "string"), Column.of("hh", "bigint")));

  private final BufferAllocator allocator = new RootAllocator();
  private TunnelClient client;

  @BeforeEach
  void open() {
    client =
        TunnelClient.open(TunnelConfig.builder(URI.create("http://127.0.0.1:1/api"), "p").build());
  }

  @AfterEach
  void close() {
    client.close();
    allocator.close();
  }

  private TableTarget target(TableSchema schema, String... key) {
    return new TableTarget(
        client,
        new TableName("p", null, "t"),
        schema,
        List.of(key),
        allocator,
        new ValueConverter(ZoneOffset.UTC),
        new TableTarget.WriteOptions(true, true),
        new TableTarget.SqlSettings(Map.of(), ZoneOffset.UTC));
  }

  private static BatchPlan plan(String sql, TableTarget target) throws Exception {
    Statement statement = MaxComputeSql.parseScript(sql).statements().get(0);
    String unfit = StatementPlanner.unfitForTunnel(statement);
    return unfit == null ? StatementPlanner.plan(statement, target) : new PlainSql(unfit);
  }

  private BatchPlan plan(String sql) throws Exception {
    return plan(sql, target(TABLE, "a", "b"));
  }

  /** Action, columns with their values, partition values, and the columns updated alone. */
  private static String text(BatchPlan plan) {
    KeyedWrite write = (KeyedWrite) plan;
    List<String> tuples = new ArrayList<>();
    for (BatchPlan.Tuple tuple : write.tuples()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < tuple.values().size(); i++) {
        values.add(write.schema().columns().get(i).name() + "=" + source(tuple.values().get(i)));
      }
      tuple.partition().forEach(value -> values.add("/" + source(value)));
      tuples.add(String.join(" ", values));
    }
    return write.action() + " " + String.join("; ", tuples) + " " + write.updated();
  }

  private static String source(Value value) {
    return value instanceof Value.Parameter parameter
        ? "?" + parameter.index()
        : String.valueOf(((Value.Literal) value).value());
  }

  private static String state(SQLException e) {
    return e.getSQLState() + " " + e.getMessage();
  }

  private String refused(String sql, TableTarget target) {
    return state(catchThrowableOfType(SQLException.class, () -> plan(sql, target)));
  }

  @Test
  void upsertsAndInsertsReplaceWholeRows() throws Exception {
    assertThat(text(plan("UPSERT INTO t (b, a) VALUES (?, 5), ('x', ?)")))
        .isEqualTo("REPLACE a=5 name=null b=?0 price=null; a=?1 name=null b=x price=null []");
    assertThat(text(plan("upsert into table `T` values (?, ?, ?, ?);")))
        .isEqualTo("REPLACE a=?0 name=?1 b=?2 price=?3 []");
    assertThat(text(plan("INSERT INTO t VALUES (?, ?, ?, 1.5)")))
        .isEqualTo("REPLACE a=?0 name=?1 b=?2 price=1.5 []");
    assertThat(plan("INSERT INTO t VALUES (?, ?, ?, ?)", target(TABLE)))
        .isInstanceOf(TunnelInsert.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM t WHERE a = ? AND b = ?",
        "DELETE FROM t WHERE ? = A AND t.b = ?",
        "delete from `t` x where (x.`a` = ?) and (? = x.b)",
      })
  void deletesTakeTheKeyInAnyForm(String sql) throws Exception {
    assertThat(text(plan(sql))).isEqualTo("DELETE a=?0 b=?1 []");
  }

  @Test
  void keysComeInAnyOrderAndAsConstants() throws Exception {
    assertThat(text(plan("DELETE FROM t WHERE b = ? AND a = ?"))).isEqualTo("DELETE a=?1 b=?0 []");
    assertThat(text(plan("DELETE FROM t WHERE b = 'x' AND a = -7")))
        .isEqualTo("DELETE a=-7 b=x []");
    assertThat(text(plan("UPDATE t SET price = ? WHERE b = ? AND a = ?")))
        .isEqualTo("UPDATE a=?2 b=?1 price=?0 [price]");
    assertThat(text(plan("UPDATE t x SET x.price = 1, name = NULL WHERE x.b = ? AND x.a = 3")))
        .isEqualTo("UPDATE a=3 name=null b=?0 price=1 []");
  }

  @Test
  void anUpdateOfEveryColumnIsNoPartialUpdate() throws Exception {
    assertThat(((KeyedWrite) plan("UPDATE t SET name = ?, price = ? WHERE a = ? AND b = ?")))
        .satisfies(
            write -> {
              assertThat(write.action()).isEqualTo(KeyedAction.UPDATE);
              assertThat(write.updated()).isEmpty();
            });
    assertThat(((KeyedWrite) plan("UPDATE t SET price = ? WHERE a = ? AND b = ?")).updated())
        .containsExactly("price");
  }

  @Test
  void partitionColumnsComeFromEveryClause() throws Exception {
    TableTarget target = target(PARTITIONED, "id");
    assertThat(text(plan("UPSERT INTO t VALUES (?, ?, ?, ?)", target)))
        .isEqualTo("REPLACE id=?0 name=?1 /?2 /?3 []");
    assertThat(text(plan("UPSERT INTO t PARTITION (hh = ?, ds = 'x') VALUES (?, ?)", target)))
        .isEqualTo("REPLACE id=?1 name=?2 /x /?0 []");
    assertThat(text(plan("DELETE FROM t WHERE hh = ? AND id = ? AND ds = 'x'", target)))
        .isEqualTo("DELETE id=?1 /x /?0 []");
    assertThat(text(plan("UPDATE t SET name = ? WHERE ds = ? AND hh = 3 AND id = ?", target)))
        .isEqualTo("UPDATE id=?2 name=?0 /?1 /3 []");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM t | no WHERE",
        "DELETE FROM t WHERE a = ? | lacks the key column b",
        "DELETE FROM t WHERE a = ? OR b = ? | not of the form",
        "DELETE FROM t WHERE a = ? AND b > ? | not of the form",
        "DELETE FROM t WHERE a = ? AND b IN (?) | not of the form",
        "DELETE FROM t WHERE NOT (a = ? AND b = ?) | not of the form",
        "DELETE FROM t WHERE a = ? + 1 AND b = ? | not of the form",
        "DELETE FROM t WHERE u.a = ? AND b = ? | not of the form",
        "DELETE FROM t WHERE a = ? AND b = ? AND name = ? | not part of the primary key",
        "DELETE FROM t WHERE a = ? AND b = ? AND a = ? | compares a twice",
        "UPDATE t SET price = price + 1 WHERE a = ? AND b = ? | the expression price + 1",
        "UPDATE t SET price = ? WHERE name = ? | not part of the primary key",
        "UPDATE t SET price = ? | no WHERE",
        "UPDATE t SET price = u.p FROM u WHERE t.a = u.a | other tables",
        "INSERT INTO t SELECT * FROM u | query",
        "INSERT OVERWRITE TABLE t VALUES (1, 'n', 'b', 2) | OVERWRITE",
        "INSERT INTO t VALUES (abs(?), ?, ?, ?) | expression",
      })
  void everythingElseGoesAsSql(String sql, String reason) throws Exception {
    assertThat(plan(sql)).isInstanceOf(PlainSql.class);
    assertThat(((PlainSql) plan(sql)).reason()).contains(reason);
  }

  @Test
  void changesOfTablesWithoutAKeyGoAsSql() throws Exception {
    for (String sql :
        List.of("DELETE FROM t WHERE a = ?", "UPDATE t SET name = ? WHERE a = ? AND b = ?")) {
      assertThat(((PlainSql) plan(sql, target(TABLE))).reason()).contains("no primary key");
    }
    assertThat(((PlainSql) plan("DELETE FROM t WHERE id = ?", target(PARTITIONED, "id"))).reason())
        .contains("partition column ds");
  }

  @Test
  void whatCannotBeIsRefusedWithStateAndAdvice() {
    TableTarget keyed = target(TABLE, "a", "b");
    assertThat(refused("UPSERT INTO t VALUES (?, ?, ?, ?)", target(TABLE)))
        .startsWith("42000")
        .contains("no primary key", "INSERT INTO");
    assertThat(refused("UPSERT INTO t SELECT * FROM u", keyed))
        .startsWith("0A000")
        .contains("INSERT INTO");
    assertThat(refused("UPSERT INTO t VALUES (abs(?), ?, ?, ?)", keyed))
        .startsWith("0A000")
        .contains("abs(?)");
    assertThat(refused("UPDATE t SET b = ? WHERE a = ? AND b = ?", keyed))
        .startsWith("0A000")
        .contains("column b", "primary key", "delete the row");
    assertThat(refused("UPDATE t SET hh = 1 WHERE id = ?", target(PARTITIONED, "id")))
        .startsWith("0A000")
        .contains("column hh", "partition");
    assertThat(refused("UPDATE t SET x = ? WHERE a = ? AND b = ?", keyed))
        .startsWith("42703")
        .contains("column x", "a, name, b, price");
    assertThat(refused("UPDATE t SET name = ?, NAME = ? WHERE a = ? AND b = ?", keyed))
        .startsWith("42703")
        .contains("set twice");
    assertThat(refused("DELETE FROM t WHERE a = ? AND x = ?", keyed))
        .startsWith("42703")
        .contains("column x");
    assertThat(refused("UPSERT INTO t (a, name) VALUES (?, ?)", keyed))
        .startsWith("23502")
        .contains("column b");
    assertThat(refused("UPSERT INTO t VALUES (?, ?)", keyed)).startsWith("21S01");
  }

  @Test
  void anOmittedDefaultNeedsTheSqlEngineWhichHasNoUpsert() throws Exception {
    Column withDefault =
        new Column("n", io.tunnel.protocol.type.PrimitiveType.BIGINT, true, "", "7");
    TableTarget target = target(TableSchema.of(Column.of("a", "bigint"), withDefault), "a");
    assertThat(plan("INSERT INTO t (a) VALUES (?)", target)).isInstanceOf(PlainSql.class);
    assertThat(refused("UPSERT INTO t (a) VALUES (?)", target))
        .startsWith("0A000")
        .contains("column n", "default");
  }

  @Test
  void parametersHaveTheTypesOfTheirColumns() throws Exception {
    KeyedWrite update = (KeyedWrite) plan("UPDATE t SET price = ? WHERE b = ? AND a = ?");
    assertThat(update.parameterColumns(3))
        .extracting(column -> column.name() + " " + column.type() + " " + column.nullable())
        .containsExactly("price decimal(12,2) true", "b string false", "a bigint false");
  }
}
