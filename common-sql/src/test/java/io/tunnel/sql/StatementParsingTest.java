package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementParsingTest {
  private static ObjectName name(String... parts) {
    return new ObjectName(List.of(parts));
  }

  private static Value literal(Object value) {
    return new Value.Literal(value);
  }

  private static PartitionItem item(String name, Object value) {
    return new PartitionItem(name, literal(value));
  }

  @Test
  void readsEveryClauseOfCreateTable() throws Exception {
    Statement.CreateTable table =
        (Statement.CreateTable)
            DuckDbFixture.only(
                """
                CREATE TABLE IF NOT EXISTS Proj.`My Schema`.T (
                  `Id` BIGINT NOT NULL COMMENT 'the key',
                  value STRING DEFAULT 'it''s',
                  comment varchar(20) NULL,
                  n decimal ( 10 , 2 ) not null default -1,
                  `order` map<string, struct<A:int,`b c`:array<decimal(5)>>> comment "nested",
                  PRIMARY KEY (ID)
                ) COMMENT 'a table'
                PARTITIONED BY (pt STRING COMMENT 'day', region STRING)
                TBLPROPERTIES ("transactional"="true", 'write.bucket.num' = '16')
                LIFECYCLE 7;
                """);
    assertThat(table.table()).isEqualTo(name("proj", "my schema", "t"));
    assertThat(table.ifNotExists()).isTrue();
    assertThat(table.columns())
        .containsExactly(
            new ColumnDefinition("id", "BIGINT", false, null, "the key"),
            new ColumnDefinition(
                "value", "STRING", true, table.columns().get(1).defaultValue(), null),
            new ColumnDefinition("comment", "VARCHAR(20)", true, null, null),
            new ColumnDefinition("n", "DECIMAL(10,2)", false, literal(-1L), null),
            new ColumnDefinition(
                "order",
                "MAP<STRING,STRUCT<a:INT,`b c`:ARRAY<DECIMAL(5)>>>",
                true,
                null,
                "nested"));
    assertThat(table.partitionColumns())
        .containsExactly(
            new ColumnDefinition("pt", "STRING", true, null, "day"),
            new ColumnDefinition("region", "STRING", true, null, null));
    assertThat(table.primaryKey()).containsExactly("id");
    assertThat(table.comment()).isEqualTo("a table");
    assertThat(table.properties())
        .containsExactly(entry("transactional", "true"), entry("write.bucket.num", "16"));
    assertThat(table.lifecycle()).isEqualTo(7);
    assertThat(table.asQuery()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TINYINT",
        "SMALLINT",
        "INT",
        "BIGINT",
        "FLOAT",
        "DOUBLE",
        "DECIMAL",
        "DECIMAL(38,18)",
        "STRING",
        "VARCHAR(65535)",
        "CHAR(255)",
        "BINARY",
        "BOOLEAN",
        "DATE",
        "DATETIME",
        "TIMESTAMP",
        "TIMESTAMP_NTZ",
        "JSON",
        "ARRAY<BIGINT>",
        "ARRAY<ARRAY<STRING>>",
        "MAP<BIGINT,DATETIME>",
        "STRUCT<a:BIGINT>",
        "STRUCT<a:ARRAY<MAP<STRING,STRUCT<b:DATE,c:CHAR(1)>>>,d:TIMESTAMP>"
      })
  void keepsEveryTypeInMaxComputesTextForm(String type) throws Exception {
    Statement.CreateTable table =
        (Statement.CreateTable)
            DuckDbFixture.only(
                "create table t (a " + type.toLowerCase(java.util.Locale.ROOT) + ", b string)");
    assertThat(table.columns().get(0).type()).isEqualTo(type);
    assertThat(DuckDbTypes.duckDbType(type)).isNotEmpty();
  }

  @Test
  void readsCreateTableFromAQueryAndLikeAnother() throws Exception {
    Statement.CreateTable as =
        (Statement.CreateTable)
            DuckDbFixture.only("create table t lifecycle 3 as select 1 a from u");
    assertThat(as.asQuery()).isNotNull();
    assertThat(as.lifecycle()).isEqualTo(3);
    Statement.CreateTable like =
        (Statement.CreateTable) DuckDbFixture.only("create table if not exists t like p.u");
    assertThat(like.like()).isEqualTo(name("p", "u"));
  }

  @Test
  void readsPartitionStatements() throws Exception {
    assertThat(
            DuckDbFixture.only(
                "alter table t add if not exists partition (A='x', b=1) partition (a='y',b=2)"))
        .isEqualTo(
            new Statement.AddPartition(
                name("t"),
                true,
                List.of(
                    List.of(item("a", "x"), item("b", 1L)),
                    List.of(item("a", "y"), item("b", 2L)))));
    assertThat(
            DuckDbFixture.only(
                "ALTER TABLE p.t DROP IF EXISTS PARTITION(a='x'), PARTITION(a='y');"))
        .isEqualTo(
            new Statement.DropPartition(
                name("p", "t"),
                true,
                List.of(List.of(item("a", "x")), List.of(item("a", "y"))),
                List.of()));
    assertThat(DuckDbFixture.only("truncate table t partition (a='x')"))
        .isEqualTo(new Statement.TruncateTable(name("t"), List.of(List.of(item("a", "x")))));
    assertThat(DuckDbFixture.only("alter table t add partition (a=?)"))
        .isEqualTo(
            new Statement.AddPartition(
                name("t"),
                false,
                List.of(List.of(new PartitionItem("a", new Value.Parameter(0))))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          drop table t | DropTable[table=t, ifExists=false]
          DROP TABLE IF EXISTS p.s.`T` PURGE; | DropTable[table=p.s.t, ifExists=true]
          truncate table t | TruncateTable[table=t, partitions=[]]
          create schema if not exists p.s | CreateSchema[schema=p.s, ifNotExists=true]
          drop schema s | DropSchema[schema=s, ifExists=false]
          show tables | ShowTables[in=null, like=null]
          show tables in p.s like 'a*' | ShowTables[in=p.s, like=a*]
          show tables from p | ShowTables[in=p, like=null]
          show partitions t partition (a='x') | ShowPartitions[table=t, partition=[PartitionItem[name=a, value=Literal[value=x]]]]
          show partitions t | ShowPartitions[table=t, partition=[]]
          show schemas in p | ShowSchemas[in=p]
          show schemas | ShowSchemas[in=null]
          show create table p.t | ShowCreateTable[table=p.t]
          desc t | DescribeTable[table=t, extended=false, partition=[]]
          describe extended t | DescribeTable[table=t, extended=true, partition=[]]
          desc extended p.t partition (a='x') | DescribeTable[table=p.t, extended=true, partition=[PartitionItem[name=a, value=Literal[value=x]]]]
          desc extended | DescribeTable[table=extended, extended=false, partition=[]]
          desc extended.t | DescribeTable[table=extended.t, extended=false, partition=[]]
          desc table t | DescribeTable[table=t, extended=false, partition=[]]
          """)
  void readsSmallStatements(String sql, String statement) throws Exception {
    assertThat(DuckDbFixture.only(sql)).hasToString(statement);
  }

  @Test
  void explainHasTheStatementInside() throws Exception {
    Statement.Explain explain =
        (Statement.Explain) DuckDbFixture.only("explain select * from t where a = ?");
    assertThat(explain.statement()).isInstanceOf(Statement.Query.class);
    assertThat(explain.parameterCount()).isEqualTo(1);
  }

  @Test
  void readsUpdateAndDelete() throws Exception {
    Statement.Update update =
        (Statement.Update)
            DuckDbFixture.only("update p.t x set x.A = ?, b = upper(?), c = -1 where x.id = ?");
    assertThat(update.target()).isEqualTo(name("p", "t"));
    assertThat(update.alias()).isEqualTo("x");
    assertThat(update.assignments()).hasSize(3);
    assertThat(update.assignments().get(0))
        .isEqualTo(new Statement.Assignment("a", new Value.Parameter(0)));
    Value.Expression upper = (Value.Expression) update.assignments().get(1).value();
    assertThat(upper.sqlText()).isEqualTo("upper(?)");
    assertThat(upper.parameters()).containsExactly(1);
    assertThat(update.assignments().get(2).value()).isEqualTo(literal(-1L));
    assertThat(update.where()).isNotNull();
    assertThat(update.where().sqlText()).isEqualTo("x.id = ?");
    assertThat(update.where().parameters()).containsExactly(2);
    assertThat(update.parameterCount()).isEqualTo(3);

    Statement.Delete delete = (Statement.Delete) DuckDbFixture.only("delete from t where a > ? ;");
    assertThat(delete.where().sqlText()).isEqualTo("a > ?");
    assertThat(((Statement.Delete) DuckDbFixture.only("delete from t")).where()).isNull();
  }

  @Test
  void anUpsertIsReadAsAnInsert() throws Exception {
    String body = "into table p.t partition (ds = ?) (a, `B`) values (?, 'x'), (2, ?)";
    assertThat(DuckDbFixture.only("upsert " + body + ";"))
        .isEqualTo(new Statement.Upsert((Statement.Insert) DuckDbFixture.only("insert " + body)));
    assertThat(DuckDbFixture.only("UPSERT INTO t VALUES (?, ?)").parameterCount()).isEqualTo(2);
    assertThat(((Statement.Upsert) DuckDbFixture.only("upsert into t select 1")).rows().source())
        .isInstanceOf(InsertSource.SelectSource.class);
    // It stays a name everywhere else.
    assertThat(DuckDbFixture.only("select upsert from upsert")).isInstanceOf(Statement.Query.class);
  }

  private static List<ColumnEquals> equalities(String condition) throws Exception {
    Statement.Delete delete =
        (Statement.Delete) DuckDbFixture.only("delete from t x where " + condition);
    return ColumnEquals.allOf(delete.where(), "x");
  }

  @Test
  void tellsTheColumnsThatAConditionFixes() throws Exception {
    assertThat(equalities("a = ? and (X.B = 'y' and (? = `c`)) and d = -5 and e = null"))
        .containsExactly(
            new ColumnEquals("a", new Value.Parameter(0)),
            new ColumnEquals("b", literal("y")),
            new ColumnEquals("c", new Value.Parameter(1)),
            new ColumnEquals("d", literal(-5L)),
            new ColumnEquals("e", literal(null)));
    String chain = "a = 1" + " and a = ?".repeat(5000);
    assertThat(equalities(chain))
        .hasSize(5001)
        .endsWith(new ColumnEquals("a", new Value.Parameter(4999)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = ? or b = ?", "a = b", "? = ?", "a > ?", "a = ? and not b = ?", "a in (?)",
        "a is null", "y.a = ?", "p.x.a = ?", "a = ? + 1", "a = upper(?)", "a <=> ?",
        "a = (select 1)", "cast(a as string) = ?"
      })
  void otherConditionsFixNothing(String condition) throws Exception {
    assertThat(equalities(condition)).isNull();
  }

  @Test
  void readsConstantsOfEveryType() throws Exception {
    Statement.Insert insert =
        (Statement.Insert)
            DuckDbFixture.only(
                "insert into t values (1, -2, +3, 4L, -5L, 6S, -7Y, 8BD, 1.50, -1.50, 1.5BD, 1e3,"
                    + " -2.5E-1, 'a', \"b\", true, FALSE, null, DATE '2020-01-02',"
                    + " DATETIME '2020-01-02 03:04:05', TIMESTAMP '2020-01-02 03:04:05.123456789',"
                    + " TIMESTAMP_NTZ '0001-01-01 00:00:00', 99999999999999999999,"
                    + " -9223372036854775808, (5))");
    assertThat(((InsertSource.Values) insert.source()).rows().get(0))
        .extracting(value -> ((Value.Literal) value).value())
        .containsExactly(
            1L,
            -2L,
            3L,
            4L,
            -5L,
            6L,
            -7L,
            new BigDecimal("8"),
            new BigDecimal("1.50"),
            new BigDecimal("-1.50"),
            new BigDecimal("1.5"),
            1000.0,
            -0.25,
            "a",
            "b",
            true,
            false,
            null,
            LocalDate.of(2020, 1, 2),
            LocalDateTime.of(2020, 1, 2, 3, 4, 5),
            LocalDateTime.of(2020, 1, 2, 3, 4, 5, 123456789),
            LocalDateTime.of(1, 1, 1, 0, 0),
            new BigDecimal("99999999999999999999"),
            Long.MIN_VALUE,
            5L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into table t partition (p='x', q) (a, b) values (?, 'c')",
        "INSERT INTO `t` (`A`, B) PARTITION (P = \"x\", Q) VALUES (?, 'c');",
        "insert /* a ? */ into t -- ? values\n partition(p='x',q)(a,b)values(?,'c')"
      })
  void insertsOfAllOrdersAndQuotesAreTheSame(String sql) throws Exception {
    assertThat(DuckDbFixture.only(sql))
        .isEqualTo(
            new Statement.Insert(
                name("t"),
                false,
                List.of(item("p", "x"), new PartitionItem("q", null)),
                List.of("a", "b"),
                new InsertSource.Values(List.of(List.of(new Value.Parameter(0), literal("c")))),
                1));
  }

  @Test
  void numbersParametersInTheOrderOfTheText() throws Exception {
    Statement.Insert insert =
        (Statement.Insert)
            DuckDbFixture.only(
                "insert overwrite table t partition (p=?) values (?, concat(?, '?', ?)), (?, ?)");
    assertThat(insert.overwrite()).isTrue();
    assertThat(insert.partition()).containsExactly(new PartitionItem("p", new Value.Parameter(0)));
    List<List<Value>> rows = ((InsertSource.Values) insert.source()).rows();
    assertThat(rows.get(0).get(0)).isEqualTo(new Value.Parameter(1));
    Value.Expression concat = (Value.Expression) rows.get(0).get(1);
    assertThat(concat.sqlText()).isEqualTo("concat(?, '?', ?)");
    assertThat(concat.parameters()).containsExactly(2, 3);
    assertThat(rows.get(1)).containsExactly(new Value.Parameter(4), new Value.Parameter(5));
    assertThat(insert.parameterCount()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into t select * from u where a = ?",
        "insert into t (select a from u where a = ?)",
        "insert into t partition (p='x') (a) select a from u where a = ? order by a limit 3",
        "with w as (select ? a) insert into table t partition (p) select a, 'x' from w",
        "insert overwrite table t with w as (select ? a) select a from w",
        "insert into t select a from u union all select b from v where b = ?"
      })
  void readsInsertsFromQueries(String sql) throws Exception {
    Statement.Insert insert = (Statement.Insert) DuckDbFixture.only(sql);
    assertThat(insert.source()).isInstanceOf(InsertSource.SelectSource.class);
    assertThat(insert.parameterCount()).isEqualTo(1);
  }
}
