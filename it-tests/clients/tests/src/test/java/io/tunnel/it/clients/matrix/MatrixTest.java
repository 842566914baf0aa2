package io.tunnel.it.clients.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.it.clients.matrix.SpecifiedCalls.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/matrix.md} is what the tests say. With {@code -Dtunnel.matrix.write=true} the page is
 * written again.
 */
class MatrixTest {
  private static final Path ROOT = Path.of("..", "..", "..").toAbsolutePath().normalize();
  private static final Path PAGE = ROOT.resolve("docs").resolve("matrix.md");

  @TempDir private Path folder;

  @Test
  void everyTagNamesARowOfTheMatrix() throws IOException {
    Set<String> unknown = new TreeSet<>(TaggedTests.below(ROOT).covered());
    unknown.removeAll(
        SpecifiedCalls.read().cells().stream().map(Cell::name).collect(Collectors.toSet()));
    assertThat(unknown).as("tags that cells.txt does not list").isEmpty();
  }

  @Test
  void tagsStandWhereTheyMeanSomething() throws IOException {
    assertThat(TaggedTests.below(ROOT).mistakes()).isEmpty();
  }

  @Test
  void everyRowHasATestOrAReason() throws IOException {
    Set<String> covered = TaggedTests.below(ROOT).covered();
    assertThat(SpecifiedCalls.read().cells())
        .allSatisfy(
            cell ->
                assertThat(cell.reason().isEmpty())
                    .as(cell.name())
                    .isEqualTo(covered.contains(cell.name())));
  }

  @Test
  void thePageIsWhatTheTestsSay() throws IOException {
    String page = MatrixPage.of(SpecifiedCalls.read(), TaggedTests.below(ROOT).tests());
    if (Boolean.getBoolean("tunnel.matrix.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/matrix.md; write it again with -Dtunnel.matrix.write=true")
        .isEqualTo(page);
  }

  @Test
  void mistakesAreFound() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("module/src/test/java"));
    Files.writeString(
        sources.resolve("OfficialIT.java"),
        """
        @Tag("covers:a/b")
        class OfficialIT {
          static final String NAME = "covers:a/c";
          @Test void without() {}
          @Test @Tag("client:nobody") void stranger() {}
          @Test @Tag("client:official-sdk") @DisplayName("no section") void unnamed() {}
          @Test @Tag("client:official-sdk") @DisplayName("regular-tunnel 2.4: kept")
          @Tag("covers:a/d") void right() {}
          @Tag("covers:a/b") void noTest() {}
        }
        """);
    Files.writeString(
        sources.resolve("Cases.java"),
        """
        class Cases {
          @Test @Tag("covers:a/b") void notRun() {}
          @Test @Tag(NAME) void notWrittenOut() {}
          @Test @Tag("slow") void another() {}
          @Test @Disabled @Tag("covers:a/b") @Tag("covers:a/b") void twiceAndDisabled() {}
        }
        """);
    TaggedTests read = TaggedTests.below(folder);
    assertThat(read.mistakes())
        .containsExactlyInAnyOrder(
            "Cases#notRun is in a class that no build runs; its name must end with Test or IT",
            "The Tag of Cases#notWrittenOut is no text that is written out",
            "Cases#another has a tag that is neither covers: nor client: slow",
            "Cases#twiceAndDisabled covers nothing while it is disabled",
            "Cases#twiceAndDisabled is in a class that no build runs; its name must end with Test"
                + " or IT",
            "Cases#twiceAndDisabled says twice that it covers the same",
            "OfficialIT is a class; only its tests can say what they cover",
            "OfficialIT#without does not say with which official client it runs",
            "OfficialIT#stranger names an unknown client: client:nobody",
            "OfficialIT#stranger does not say with which official client it runs",
            "OfficialIT#unnamed runs with an official client; its @DisplayName must begin with the"
                + " section, such as \"regular-tunnel 2.4: \"",
            "OfficialIT#noTest has tags and is no test");
    assertThat(read.tests())
        .filteredOn(test -> test.type().equals("OfficialIT"))
        .singleElement()
        .satisfies(
            test -> {
              assertThat(test.module()).isEqualTo("module");
              assertThat(test.method()).isEqualTo("right");
              assertThat(test.covers()).containsExactly("a/d");
            });
  }

  @Test
  void aRowWithoutATestIsNotDone() {
    SpecifiedCalls calls =
        SpecifiedCalls.parse("= G\n== a | A | GET a\nb | r 1 | one\nc | r 2 | two | later");
    TaggedTest test =
        new TaggedTest("m", "T", "t", List.of("a/b"), List.of(TaggedTest.Client.OFFICIAL_SDK));
    assertThat(MatrixPage.of(calls, List.of(test)).lines())
        .contains(
            "| all | 2 | 1 | 1 | 1 |",
            "| b | one | `T#t` in m (official SDK) | r 1 |",
            "| c | two | **not done**: later | r 2 |");
  }

  @Test
  void aListThatCannotBeReadIsRefusedByItsLine() {
    for (String list :
        new String[] {
          "= G\nx | y | z", "= G\n== a | A", "= G\n== a | A | r\nb | s | m\nb | s | m", "a | b | c"
        }) {
      assertThatThrownBy(() -> SpecifiedCalls.parse(list))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Line " + list.lines().count() + " ");
    }
  }
}
