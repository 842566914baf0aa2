package io.tunnel.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatementSplitterTest {
  @Test
  void cutsAtSemicolonsOutsideOfQuotesAndComments() {
    assertThat(
            StatementSplitter.split(
                    """
                    select 'a;b', "c;""d", `e;f`; -- not; here
                    /* nor; here */ select 'it''s;', 'x\\';y';
                    """)
                .complete())
        .containsExactly(
            "select 'a;b', \"c;\"\"d\", `e;f`",
            "-- not; here\n/* nor; here */ select 'it''s;', 'x\\';y'");
  }

  @Test
  void leavesOutEmptyStatementsAndCommentsAlone() {
    assertThat(StatementSplitter.split(";; -- nothing\n ; /* nothing */").all()).isEmpty();
  }

  @Test
  void keepsWhatStandsBehindTheLastSemicolon() {
    StatementSplitter.Statements statements = StatementSplitter.split("select 1;\n select 2 ");
    assertThat(statements.complete()).containsExactly("select 1");
    assertThat(statements.rest()).isEqualTo("select 2");
    assertThat(statements.all()).containsExactly("select 1", "select 2");
  }

  @Test
  void seesThatAQuoteOrCommentIsStillOpen() {
    assertThat(StatementSplitter.split("select 'a;").open()).isTrue();
    assertThat(StatementSplitter.split("select 1; /* a;").open()).isTrue();
    assertThat(StatementSplitter.split("select `a;").open()).isTrue();
    assertThat(StatementSplitter.split("select 'a\\").open()).isTrue();
    assertThat(StatementSplitter.split("select 'a'; -- '").open()).isFalse();
  }
}
