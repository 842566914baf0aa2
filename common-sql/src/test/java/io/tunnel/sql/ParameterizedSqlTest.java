package io.tunnel.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterizedSqlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          select ? | 1
          select '?', "?", `?` from t | 0
          select 1 -- ? | 0
          select /* ? ' */ ? /* " ? */ | 1
          select 'it\\'s ?', "a\\"?", ? | 1
          set a='?; select ? | 1
          set a=?; insert into t values (?,?) ; set b=? | 2
          insert into t partition (p=?) (a) values (?),(?) | 3
          select a?b | 1
          """)
  void placeholdersComeFromTheLexerOnly(String sql, int count) throws Exception {
    ParameterizedSql parameterized = ParameterizedSql.of(sql);
    assertThat(parameterized.parameterCount()).isEqualTo(count);
    String rendered = parameterized.render(Collections.nCopies(count, "?"));
    assertThat(rendered.replace(" ", "")).isEqualTo(sql.replace(" ", ""));
  }

  @Test
  void renderedValuesAreNeverReadAgain() throws Exception {
    ParameterizedSql sql = ParameterizedSql.of("select ?, -?, x=? -- ?");
    assertThat(sql.render(List.of("'?'", "-1", "'a''?'")))
        .isEqualTo("select  '?' , - -1 , x= 'a''?'  -- ?");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sql.render(List.of("1")))
        .withMessageContaining("3 parameters, but got 1");
  }
}
