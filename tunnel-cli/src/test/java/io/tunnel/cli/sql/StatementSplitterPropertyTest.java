package io.tunnel.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

class StatementSplitterPropertyTest {
  @Property
  void joinsBackToTheSameStatements(
      @ForAll @AlphaChars @StringLength(min = 1, max = 9) String first,
      @ForAll @StringLength(max = 9) String quoted) {
    String literal = "'" + quoted.replace("\\", "\\\\").replace("'", "''") + "'";
    String statement = first + " " + literal + " end";
    assertThat(StatementSplitter.split(statement + ";" + statement).all())
        .containsExactly(statement, statement);
  }
}
