package io.tunnel.it.clients.matrix;

import io.tunnel.it.clients.matrix.SpecifiedCalls.Call;
import io.tunnel.it.clients.matrix.SpecifiedCalls.Cell;
import io.tunnel.it.clients.matrix.SpecifiedCalls.Group;
import io.tunnel.it.clients.matrix.TaggedTest.Client;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the matrix as a page of the documentation. */
final class MatrixPage {
  static final String NOT_DONE = "**not done**";

  private final SpecifiedCalls calls;
  private final List<TaggedTest> tests;
  private final StringBuilder page = new StringBuilder();

  private MatrixPage(SpecifiedCalls calls, List<TaggedTest> tests) {
    this.calls = calls;
    this.tests = tests;
  }

  static String of(SpecifiedCalls calls, List<TaggedTest> tests) {
    MatrixPage matrix = new MatrixPage(calls, tests);
    matrix.head();
    calls.groups().forEach(matrix::group);
    return matrix.page.toString();
  }

  private void head() {
    page.append(
        """
        # What is tested

        This page is made from the tests; do not change it by hand. It lists the calls of the
        protocol, what each can meet, and the tests that show that the local server (and, where one
        takes part, an official client) does what the specification asks for. A row that no test
        names is marked "not done", with the reason. Tests without a client behind their name send
        the requests themselves or use our own client.

        A test says that it covers a row by `@Tag("covers:CALL/STATE")`. New rows go into
        `it-tests/clients/tests/src/test/resources/matrix/cells.txt`; then write this page again:

            mvn -pl it-tests/clients/tests -am test -Dtest=MatrixTest \\
                -Dsurefire.failIfNoSpecifiedTests=false -Dtunnel.matrix.write=true

        | | rows | tested | with a running official client | not done |
        |---|---|---|---|---|
        """);
    for (Group group : calls.groups()) {
      List<Cell> cells = group.calls().stream().flatMap(call -> call.cells().stream()).toList();
      counts(group.title(), cells);
    }
    counts("all", calls.cells());
  }

  private void counts(String title, List<Cell> cells) {
    long tested = cells.stream().filter(cell -> !tests(cell).isEmpty()).count();
    long official =
        cells.stream()
            .filter(cell -> tests(cell).stream().anyMatch(MatrixPage::hasRunningClient))
            .count();
    page.append(
        String.format(
            "| %s | %d | %d | %d | %d |\n",
            title, cells.size(), tested, official, cells.size() - tested));
  }

  private static boolean hasRunningClient(TaggedTest test) {
    return test.clients().stream().anyMatch(client -> client != Client.RECORDED);
  }

  private List<TaggedTest> tests(Cell cell) {
    return tests.stream().filter(test -> test.covers().contains(cell.name())).toList();
  }

  private void group(Group group) {
    page.append(String.format("\n## %s\n", group.title()));
    group.calls().forEach(this::call);
  }

  private void call(Call call) {
    page.append(
        String.format(
            "\n### %s: %s\n\n`%s`\n\n| state | asked for | tests | section |\n|---|---|---|---|\n",
            call.name(), call.title(), call.request()));
    for (Cell cell : call.cells()) {
      List<TaggedTest> covering = tests(cell);
      page.append(
          String.format(
              "| %s | %s | %s | %s |\n",
              cell.state(),
              cell.meaning(),
              covering.isEmpty()
                  ? notDone(cell)
                  : covering.stream().map(MatrixPage::name).collect(Collectors.joining("<br>")),
              cell.sections()));
    }
  }

  private static String notDone(Cell cell) {
    return NOT_DONE + (cell.reason().isEmpty() ? "" : ": " + cell.reason());
  }

  private static String name(TaggedTest test) {
    String clients =
        test.clients().stream().map(Client::title).collect(Collectors.joining(", ", " (", ")"));
    return "`"
        + test.type()
        + "#"
        + test.method()
        + "` in "
        + test.module()
        + (test.clients().isEmpty() ? "" : clients);
  }
}
