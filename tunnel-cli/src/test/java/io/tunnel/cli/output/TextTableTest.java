package io.tunnel.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Screen screen = Screen.plain(out, out);

  @Test
  void alignsTextLeftNumbersRightAndShowsNull() {
    TextTable table = table();
    table.row("Aachen", "12");
    table.row(null, "1234567");
    table.row("", null);
    table.end();
    assertThat(lines())
        .containsExactly(
            " city   │    rows",
            "────────┼─────────",
            " Aachen │      12",
            " NULL   │ 1234567",
            "        │    NULL");
  }

  @Test
  void countsWideAndCombiningCharactersAsTheTerminalDoes() {
    TextTable table = table();
    table.row("東京都", "1");
    table.row("Ju\u0301lia", "2");
    table.row("abc", "3");
    table.end();
    assertThat(lines())
        .containsSubsequence(" 東京都 │    1", " Ju\u0301lia  │    2", " abc    │    3");
  }

  @Test
  void keepsControlCharactersFromBreakingTheTable() {
    TextTable table = table();
    table.row("a\nb\t\u001b[31m", "1");
    table.end();
    assertThat(lines()).contains(" a\\nb\\t\\u001b[31m │    1");
  }

  @Test
  void printsTheHeadingOfAnEmptyResult() {
    table().end();
    assertThat(lines()).containsExactly(" city │ rows", "──────┼──────");
  }

  @Test
  void printsTheHeadingAgainWhenALaterPageIsWider() {
    TextTable table = table();
    for (int i = 0; i < 1000; i++) {
      table.row("short", "1");
    }
    table.row("much longer than before", "1");
    table.end();
    assertThat(lines()).hasSize(2 + 1000 + 2 + 1).contains(" much longer than before │    1");
  }

  private TextTable table() {
    return new TextTable(
        screen, "", List.of(TextTable.Heading.left("city"), TextTable.Heading.right("rows")));
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
