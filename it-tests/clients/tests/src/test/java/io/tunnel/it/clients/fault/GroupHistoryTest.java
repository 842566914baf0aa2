package io.tunnel.it.clients.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.it.clients.fault.GroupHistory.Change;
import io.tunnel.it.clients.fault.GroupHistory.Row;
import io.tunnel.it.clients.fault.GroupHistory.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** That the model of {@link UpsertHistoriesIT} finds what must never be seen. */
class GroupHistoryTest {
  private final GroupHistory history = new GroupHistory(2);

  private Change begin(Shape shape, Integer... groups) {
    Change change = history.prepare("change", Set.of(groups), shape);
    history.begins(change);
    return change;
  }

  private Change commit(Shape shape, Integer... groups) {
    Change change = begin(shape, groups);
    history.done(change);
    return change;
  }

  private static List<Row> rows(int group, int count, long number) {
    List<Row> rows = new ArrayList<>();
    for (int place = 0; place < count; place++) {
      rows.add(new Row(group, place, number));
    }
    return rows;
  }

  private @Nullable String seen(long first, int firstRows, long second, int secondRows) {
    List<Row> rows = rows(0, firstRows, first);
    rows.addAll(rows(1, secondRows, second));
    return history.fault(rows, history.now(), history.now());
  }

  @Test
  void changesThatWereDoneMustBeSeen() {
    assertThat(seen(0, 8, 0, 8)).isNull();
    long one = commit(Shape.WHOLE, 0).number;
    assertThat(seen(one, 8, 0, 8)).isNull();
    assertThat(seen(0, 8, 0, 8)).contains("lost is");
    long two = commit(Shape.CUT, 0).number;
    assertThat(seen(two, 3, 0, 8)).isNull();
    assertThat(seen(one, 8, 0, 8)).contains("No order");
    assertThat(seen(two, 8, 0, 8)).contains("rows that were deleted");
  }

  @Test
  void changesThatRunMayBeSeenButOnlyWhole() {
    long one = begin(Shape.WHOLE, 0, 1).number;
    assertThat(seen(0, 8, 0, 8)).isNull();
    assertThat(seen(one, 8, one, 8)).isNull();
    assertThat(seen(one, 3, one, 8)).contains("lost rows");
    long two = begin(Shape.WHOLE, 0, 1).number;
    assertThat(seen(one, 8, two, 8)).contains("No order");
    assertThat(seen(two, 8, two, 8)).isNull();
    List<Row> torn = rows(0, 4, one);
    torn.addAll(rows(1, 8, one));
    assertThat(history.fault(torn, history.now(), history.now())).contains("torn");
    torn = rows(0, 8, one);
    torn.addAll(rows(0, 1, two));
    torn.addAll(rows(1, 8, one));
    assertThat(history.fault(torn, history.now(), history.now())).contains("twice");
  }

  @Test
  void aHalfOfAChangeIsNoState() {
    long one = commit(Shape.WHOLE, 0, 1).number;
    assertThat(seen(one, 8, 0, 8)).contains("lost is");
    Change two = begin(Shape.WHOLE, 0, 1);
    assertThat(seen(two.number, 8, one, 8)).contains("No order");
  }

  @Test
  void whatWasUndoneOrHasNotBegunIsNeverSeen() {
    Change undone = begin(Shape.WHOLE, 0);
    history.undone(undone);
    assertThat(seen(undone.number, 8, 0, 8)).contains("did not happen");
    Change prepared = history.prepare("change", Set.of(0), Shape.WHOLE);
    assertThat(seen(prepared.number, 8, 0, 8)).contains("did not happen");
    assertThat(seen(99, 8, 0, 8)).contains("never written");
  }

  @Test
  void cutsLeaveNoNumber() {
    long one = commit(Shape.WHOLE, 0).number;
    Change cut = begin(Shape.CUT_ONLY, 0);
    assertThat(seen(one, 8, 0, 8)).isNull();
    assertThat(seen(one, 3, 0, 8)).isNull();
    assertThat(seen(one, 8, 0, 3)).contains("lost rows");
    history.done(cut);
    assertThat(seen(one, 8, 0, 8)).contains("rows that were deleted");
    assertThat(seen(one, 3, 0, 8)).isNull();
  }

  @Test
  void aSettledStateIsTheNewBeginning() {
    long one = commit(Shape.WHOLE, 0, 1).number;
    List<Row> rows = rows(0, 8, one);
    rows.addAll(rows(1, 8, one));
    history.settle(rows);
    assertThat(seen(one, 8, one, 8)).isNull();
    assertThat(seen(one, 8, one, 3)).contains("lost rows");
    long two = commit(Shape.KEPT, 1).number;
    assertThat(seen(one, 8, two, 8)).isNull();
    assertThat(seen(one, 8, one, 8)).contains("lost is");
  }
}
