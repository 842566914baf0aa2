package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
  @Test
  void takesSettingsOutAndKeepsTheirRawValues() throws Exception {
    Script script =
        MaxComputeSql.parseScript(
            "set odps.sql.timezone = Asia/Shanghai ;\nSET a=it's ? -- \"raw\" ;SeT b=;"
                + " select 1; set c=x");
    assertThat(script.settings())
        .containsExactly(
            entry("odps.sql.timezone", "Asia/Shanghai"),
            entry("a", "it's ? -- \"raw\""),
            entry("b", ""),
            entry("c", "x"));
    assertThat(script.statements()).hasSize(1);
  }

  @Test
  void theLastOfTwoSettingsCounts() throws Exception {
    assertThat(MaxComputeSql.parseScript("set a=1;set a=2;").settings())
        .containsOnly(entry("a", "2"));
  }

  @Test
  void splitsStatementsOutsideOfStringsAndComments() throws Exception {
    Script script =
        MaxComputeSql.parseScript(
            ";; select ';' as `a;b` -- ; not here\n; /* ; */ drop table x;\n\nselect \";\" ; ");
    assertThat(script.statements()).hasSize(3);
    assertThat(script.statements().get(1)).isInstanceOf(Statement.DropTable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", ";", "-- only a comment", "/* and\nanother */ ;;"})
  void nothingIsNoStatement(String sql) throws Exception {
    assertThat(MaxComputeSql.parseScript(sql)).isEqualTo(new Script(java.util.Map.of(), List.of()));
  }

  @Test
  void placesInLaterStatementsCountFromTheStartOfTheText() {
    SqlSyntaxException e =
        org.junit.jupiter.api.Assertions.assertThrows(
            SqlSyntaxException.class,
            () -> MaxComputeSql.parseScript("set a=\nb;\nselect 1;\r\n  select from t"));
    assertThat(e.line()).isEqualTo(4);
    assertThat(e.column()).isEqualTo(10);
  }
}
