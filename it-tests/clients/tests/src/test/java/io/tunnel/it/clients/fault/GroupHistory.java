package io.tunnel.it.clients.fault;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What many writers have done to a table of groups, and whether a state of the table that somebody
 * has read is explained by it: by doing some of the changes one after the other, each of them
 * wholly, all that were done before the reading began among them, and none before another that had
 * ended before it began. Every change writes its own number into all rows of its groups, so that a
 * row tells who wrote it last.
 *
 * <p>Thread safe.
 */
final class GroupHistory {
  /** Rows of a whole group; their places are 0 to 7. */
  static final int ROWS = 8;

  /** The rows of a group that has been cut: its first ones. */
  static final int FEW = 3;

  /** What a change does to the rows of its groups, beside writing its number into them. */
  enum Shape {
    /** All rows are there. */
    WHOLE,
    /** Only the first rows are there. */
    CUT,
    /** As many as were there before. */
    KEPT,
    /** Only the first rows are left, and no number is written. */
    CUT_ONLY
  }

  /** What is known of a change. */
  private enum Outcome {
    OPEN,
    DONE,
    UNDONE
  }

  /** A change of some groups. */
  static final class Change {
    final long number;
    final String kind;
    final Set<Integer> groups;
    final Shape shape;
    private long begun = Long.MAX_VALUE;
    private long ended = Long.MAX_VALUE;
    private Outcome outcome = Outcome.OPEN;

    private Change(long number, String kind, Set<Integer> groups, Shape shape) {
      this.number = number;
      this.kind = kind;
      this.groups = groups;
      this.shape = shape;
    }

    @Override
    public String toString() {
      return kind + " " + number + " of " + groups + " [" + begun + ", " + ended + "] " + outcome;
    }
  }

  /**
   * A row that was read.
   *
   * @param group its group
   * @param place its place in the group
   * @param number the change that wrote it
   */
  record Row(int group, int place, long number) {}

  /** One group of a state: who wrote it, and how many rows it has. */
  private record Group(long number, int rows) {}

  private final Map<Long, Change> changes = new LinkedHashMap<>();
  private final Map<Integer, Group> base = new TreeMap<>();
  private long time;
  private long numbers;

  /** A history of groups that have all their rows, with the number 0. */
  GroupHistory(int groups) {
    for (int group = 0; group < groups; group++) {
      base.put(group, new Group(0, ROWS));
    }
  }

  /** The time now: every call has another, in their order. */
  synchronized long now() {
    return ++time;
  }

  /** A change that is being prepared. */
  synchronized Change prepare(String kind, Set<Integer> groups, Shape shape) {
    Change change = new Change(++numbers, kind, Set.copyOf(groups), shape);
    changes.put(change.number, change);
    return change;
  }

  /** From now on the change may happen. */
  synchronized void begins(Change change) {
    change.begun = now();
  }

  /** The change has happened. */
  synchronized void done(Change change) {
    change.ended = now();
    change.outcome = Outcome.DONE;
  }

  /** The change has not happened and never will. */
  synchronized void undone(Change change) {
    change.outcome = Outcome.UNDONE;
  }

  /**
   * Looks for what cannot be explained.
   *
   * @param before the time just before the state was fixed
   * @param after the time just after that
   * @return what is wrong; null if the state is explained
   */
  synchronized @Nullable String fault(List<Row> rows, long before, long after) {
    Map<Integer, Group> state = new TreeMap<>();
    String fault = collect(rows, state);
    Map<Integer, Change> last = new HashMap<>();
    for (Map.Entry<Integer, Group> entry : state.entrySet()) {
      if (fault == null && !entry.getValue().equals(base.get(entry.getKey()))) {
        fault = groupFault(entry.getKey(), entry.getValue(), before, after, last);
      }
    }
    return fault != null ? fault : orderFault(state, last, before);
  }

  /** Whole groups out of rows. */
  private @Nullable String collect(List<Row> rows, Map<Integer, Group> state) {
    Map<Integer, Map<Integer, Long>> groups = new TreeMap<>();
    for (Row row : rows) {
      if (groups.computeIfAbsent(row.group, g -> new TreeMap<>()).put(row.place, row.number)
          != null) {
        return "The row " + row + " is there twice";
      }
    }
    if (!groups.keySet().equals(base.keySet())) {
      return "There are rows of the groups " + groups.keySet() + " only";
    }
    for (Map.Entry<Integer, Map<Integer, Long>> group : groups.entrySet()) {
      Set<Long> writers = new HashSet<>(group.getValue().values());
      int count = group.getValue().size();
      boolean first = group.getValue().containsKey(0) && group.getValue().containsKey(count - 1);
      if (writers.size() != 1 || !first || (count != FEW && count != ROWS)) {
        return "The group " + group.getKey() + " is torn: " + group.getValue();
      }
      state.put(group.getKey(), new Group(writers.iterator().next(), count));
    }
    return null;
  }

  private @Nullable String groupFault(
      int group, Group found, long before, long after, Map<Integer, Change> last) {
    Group old = base.get(group);
    Change writer = changes.get(found.number);
    boolean isBase = old != null && old.number == found.number;
    if (!isBase) {
      if (writer == null || !writer.groups.contains(group) || writer.shape == Shape.CUT_ONLY) {
        return "The group " + group + " was never written by " + found.number;
      }
      if (writer.outcome == Outcome.UNDONE || writer.begun > after) {
        return "The group " + group + " shows what did not happen: " + writer;
      }
      last.put(group, writer);
    }
    long since = writer == null || isBase ? 0 : writer.begun;
    long until = writer == null || isBase ? 0 : writer.ended;
    boolean whole = isBase ? old.rows == ROWS : writer.shape == Shape.WHOLE;
    boolean cut = isBase ? old.rows == FEW : writer.shape == Shape.CUT;
    boolean mayBeCut = false;
    boolean mustBeCut = false;
    for (Change change : changes.values()) {
      if (change.shape == Shape.CUT_ONLY
          && change.groups.contains(group)
          && change.outcome != Outcome.UNDONE
          && change.begun < after) {
        mayBeCut |= change.ended > since;
        mustBeCut |= change.begun > until && change.ended < before;
      }
    }
    if (found.rows == ROWS && (cut || mustBeCut)) {
      return "The group " + group + " has rows that were deleted; written by " + writer;
    }
    if (found.rows == FEW && whole && !mayBeCut) {
      return "The group " + group + " has lost rows; written by " + writer;
    }
    return null;
  }

  /** Whether the changes that must have happened, and those that are seen, have an order. */
  private @Nullable String orderFault(
      Map<Integer, Group> state, Map<Integer, Change> last, long before) {
    Set<Change> nodes = new HashSet<>(last.values());
    for (Change change : changes.values()) {
      if (change.outcome == Outcome.DONE
          && change.ended < before
          && change.shape != Shape.CUT_ONLY) {
        nodes.add(change);
        for (int group : change.groups) {
          if (!last.containsKey(group)) {
            return "The group " + group + " shows " + state.get(group) + ", lost is " + change;
          }
        }
      }
    }
    Map<Change, List<Change>> later = new HashMap<>();
    Map<Change, Integer> earlier = new HashMap<>();
    for (Change one : nodes) {
      for (Change other : nodes) {
        if (one != other && precedes(one, other, last)) {
          later.computeIfAbsent(one, c -> new ArrayList<>()).add(other);
          earlier.merge(other, 1, Integer::sum);
        }
      }
    }
    Deque<Change> free = new ArrayDeque<>();
    nodes.stream().filter(node -> !earlier.containsKey(node)).forEach(free::add);
    Set<Change> left = new HashSet<>(nodes);
    while (!free.isEmpty()) {
      Change next = free.remove();
      left.remove(next);
      for (Change other : later.getOrDefault(next, List.of())) {
        if (earlier.merge(other, -1, Integer::sum) == 0) {
          free.add(other);
        }
      }
    }
    return left.isEmpty() ? null : "No order explains " + state + " with " + left;
  }

  private static boolean precedes(Change one, Change other, Map<Integer, Change> last) {
    return one.ended < other.begun
        || one.groups.stream().anyMatch(group -> last.get(group) == other);
  }

  /** Nothing runs any more, and this is the state: what led to it needs no explaining again. */
  synchronized void settle(List<Row> rows) {
    Map<Integer, Group> state = new TreeMap<>();
    String fault = collect(rows, state);
    if (fault != null) {
      throw new AssertionError(fault);
    }
    base.putAll(state);
    changes.clear();
  }
}
