package io.tunnel.it.clients.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The calls of the specification with everything that they can meet, as {@code matrix/cells.txt}
 * lists them.
 *
 * @param groups in the order of the list
 */
record SpecifiedCalls(List<Group> groups) {
  private static final String LIST = "/matrix/cells.txt";

  /** Calls under one heading. */
  record Group(String title, List<Call> calls) {}

  /**
   * A call.
   *
   * @param name the first part of the names of its cells
   * @param request method and path, or who sends it
   */
  record Call(String name, String title, String request, List<Cell> cells) {}

  /**
   * A state or a form that a call can meet.
   *
   * @param name what tests say that they cover: the name of the call, a slash and the state
   * @param sections of the specification, such as {@code regular-tunnel 2.4}
   * @param meaning what the specification asks for
   * @param reason why no test covers it; empty if one does, or none is given
   */
  record Cell(String name, String sections, String meaning, String reason) {
    String state() {
      return name.substring(name.indexOf('/') + 1);
    }
  }

  static SpecifiedCalls read() throws IOException {
    try (InputStream in = SpecifiedCalls.class.getResourceAsStream(LIST)) {
      return parse(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads a list.
   *
   * @throws IllegalArgumentException with the number of a line that cannot be read
   */
  static SpecifiedCalls parse(String text) {
    List<Group> groups = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.replaceFirst("^=+ ", "").split(" \\| ", -1);
      if (line.startsWith("= ") && parts.length == 1) {
        groups.add(new Group(parts[0], new ArrayList<>()));
        continue;
      }
      boolean hasReason = parts.length == 4 && !line.startsWith("=");
      if (parts.length != 3 && !hasReason || groups.isEmpty()) {
        throw unreadable(number, line);
      }
      List<Call> calls = groups.get(groups.size() - 1).calls();
      String name;
      if (line.startsWith("== ")) {
        name = parts[0];
        calls.add(new Call(name, parts[1], parts[2], new ArrayList<>()));
      } else if (calls.isEmpty()) {
        throw unreadable(number, line);
      } else {
        Call call = calls.get(calls.size() - 1);
        name = call.name() + "/" + parts[0];
        call.cells().add(new Cell(name, parts[1], parts[2], hasReason ? parts[3] : ""));
      }
      if (!name.matches("[a-z0-9-]+(/[a-z0-9-]+)?") || !names.add(name)) {
        throw unreadable(number, line);
      }
    }
    return new SpecifiedCalls(groups);
  }

  private static IllegalArgumentException unreadable(int number, String line) {
    return new IllegalArgumentException(
        "Line " + number + " is no group, no call and no cell, or names one again: " + line);
  }

  List<Cell> cells() {
    return groups.stream()
        .flatMap(group -> group.calls().stream())
        .flatMap(call -> call.cells().stream())
        .toList();
  }
}
