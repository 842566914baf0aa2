package io.tunnel.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class LeadingSettingsTest {
  @Test
  void settingsBeforeTheStatementAreTakenOff() {
    LeadingSettings found =
        LeadingSettings.of("-- c\nSET odps.a=true; set b.c = x y ;/* z */\nSELECT ';' ;");
    assertThat(found.settings()).containsExactly(entry("odps.a", "true"), entry("b.c", "x y"));
    assertThat(found.body()).isEqualTo("SELECT ';' ;");
  }

  @Test
  void aStatementWithoutSettingsStaysAsItIs() {
    String sql = "/*+ hint */ UPDATE t SET a=1;";
    assertThat(LeadingSettings.of(sql)).isEqualTo(new LeadingSettings(java.util.Map.of(), sql));
  }

  @Test
  void theKindOfAStatementIsKnownOrLeftToTheService() throws SQLException {
    assertThat(SqlText.of("select 1").kind()).isEqualTo(SqlText.Kind.QUERY);
    assertThat(SqlText.of("show tables").kind()).isEqualTo(SqlText.Kind.TEXT);
    assertThat(SqlText.of("insert into t values (1)").kind()).isEqualTo(SqlText.Kind.CHANGE);
    assertThat(SqlText.of("from s insert into t select 1 insert into u select 2").kind())
        .isEqualTo(SqlText.Kind.CHANGE);
    assertThat(SqlText.of("drop table t").kind()).isEqualTo(SqlText.Kind.DEFINITION);
    assertThat(SqlText.of("set a=b").kind()).isEqualTo(SqlText.Kind.SETTINGS);
    assertThat(SqlText.of("grant something new").kind()).isEqualTo(SqlText.Kind.UNKNOWN);
  }
}
