package io.tunnel.protocol.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlNamesTest {
  private static final TableName TABLE = new TableName("p", null, "t");

  private static String add(String type, String value) {
    return SqlNames.addPartition(
        TABLE, List.of(Column.of("Ds", type)), new PartitionSpec(Map.of("ds", value)));
  }

  @Test
  void namesStandInBackTicks() {
    assertThat(SqlNames.of(TABLE)).isEqualTo("`p`.`t`");
    assertThat(SqlNames.of(new TableName("p", "s", "a`b"))).isEqualTo("`p`.`s`.`a``b`");
  }

  @Test
  void aPartitionIsNamedByTheTypesOfItsColumns() {
    List<Column> columns =
        List.of(Column.of("ds", "string"), Column.of("HH", "bigint"), Column.of("day", "date"));
    PartitionSpec partition = PartitionSpec.parse("day=2026-01-02,hh=07,ds=x");
    assertThat(SqlNames.conditions(columns, partition))
        .containsExactly("`ds` = 'x'", "`HH` = 7", "`day` = DATE '2026-01-02'");
    assertThatThrownBy(
            () -> SqlNames.conditions(columns, PartitionSpec.parse("ds=x,day=2026-01-02")))
        .hasMessage("Partition spec \"ds=x,day=2026-01-02\" lacks a value for HH");
  }

  @Test
  void whatStandsInNoXmlIsEscaped() {
    assertThat(add("string", "a\ud83d\ude00b")).endsWith("(`Ds` = 'a\ud83d\ude00b')");
    assertThat(add("string", "\ude00\ud83d\uffff")).endsWith("(`Ds` = '\\ude00\\ud83d\\uffff')");
  }

  @Test
  void noValueEndsItsLiteral() {
    assertThat(add("string", "it's"))
        .isEqualTo("ALTER TABLE `p`.`t` ADD IF NOT EXISTS PARTITION (`Ds` = 'it\\'s')");
    assertThat(add("varchar(9)", "\\'\n\u007f")).endsWith("(`Ds` = '\\\\\\'\\u000a\\u007f')");
    assertThatThrownBy(() -> add("bigint", "1) PARTITION (ds = 2"))
        .hasMessage("Partition column Ds (bigint): \"1) PARTITION (ds = 2\" is not a whole number");
  }
}
