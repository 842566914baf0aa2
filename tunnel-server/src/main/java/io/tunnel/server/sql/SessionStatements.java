package io.tunnel.server.sql;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The statements of an interactive session (specification: control plane, section 4.8), each of
 * which is an instance of its own. They are numbered from 0; the oldest are forgotten. Thread safe.
 */
final class SessionStatements {
  private final int kept;
  private final Deque<Instance> latest = new ArrayDeque<>();
  private int count;
  private Instant lastUse;

  /**
   * No statements.
   *
   * @param kept how many are remembered
   */
  SessionStatements(int kept, Instant now) {
    this.kept = kept;
    this.lastUse = now;
  }

  /** Takes a statement; returns its number. */
  synchronized int add(Instance statement, Instant now) {
    lastUse = now;
    latest.addLast(statement);
    if (latest.size() > kept) {
      latest.removeFirst();
    }
    return count++;
  }

  /** Finds a statement by its number. */
  synchronized Optional<Instance> find(int number) {
    int first = count - latest.size();
    return latest.stream()
        .skip(Math.max(0, number - first))
        .findFirst()
        .filter(i -> number >= first);
  }

  synchronized Instant lastUse() {
    return lastUse;
  }

  /** The statements that have not ended. */
  synchronized List<Instance> running() {
    return latest.stream().filter(i -> !i.status().isFinal()).toList();
  }
}
