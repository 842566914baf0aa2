package io.tunnel.it.clients.fault;

import io.tunnel.it.clients.OurClient;
import io.tunnel.it.clients.fault.GroupHistory.Change;
import io.tunnel.it.clients.fault.GroupHistory.Shape;
import io.tunnel.protocol.pack.UpsertOperation;
import io.tunnel.protocol.session.UploadHandle;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import io.tunnel.protocol.session.UploadStatus;
import io.tunnel.protocol.session.UpsertHandle;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.session.UpsertStatus;
import io.tunnel.protocol.session.UpsertWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One writer of a {@link GroupHistory}: does change after change in every way in which a keyed
 * table can be written, and notes what is known of each. Used by one thread at a time.
 */
final class GroupWriter {
  /** A number that only rows have which a later row of their own change replaces. */
  private static final long NEVER_SEEN = -1;

  private final GroupHistory history;
  private final Random random;
  private final int groups;

  /** The session in which the server was killed. */
  private @Nullable Change pending;

  private @Nullable UpsertHandle upsert;
  private @Nullable UploadHandle upload;
  private boolean written;
  private boolean committing;

  GroupWriter(GroupHistory history, Random random, int groups) {
    this.history = history;
    this.random = random;
    this.groups = groups;
  }

  /** Does one change; if the server is killed meanwhile, {@link #settle} comes next. */
  void change(OurClient client) throws IOException {
    switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> upsert(client);
      case 4 -> upload(client);
      case 5 -> insert(client);
      case 6 -> update(client);
      case 7 -> merge(client);
      default -> delete(client);
    }
  }

  private Set<Integer> someGroups() {
    Set<Integer> chosen = new TreeSet<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      chosen.add(random.nextInt(groups));
    }
    return chosen;
  }

  private List<List<@Nullable Object>> rows(Set<Integer> chosen, long number) {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int group : chosen) {
      for (int place = 0; place < GroupHistory.ROWS; place++) {
        rows.add(GroupTable.row(place, number, group));
      }
    }
    Collections.shuffle(rows, random);
    return rows;
  }

  private void upsert(OurClient client) throws IOException {
    Shape shape = random.nextBoolean() ? Shape.WHOLE : Shape.CUT;
    Change change = history.prepare("upsert", someGroups(), shape);
    pending = change;
    try (UpsertSession session =
        client.client().createUpsert(GroupTable.NAME, UpsertOptions.defaults())) {
      upsert = session.handle();
      try (UpsertWriter writer = session.openWriter()) {
        if (random.nextBoolean()) {
          write(client, session, writer, rows(change.groups, NEVER_SEEN), Shape.WHOLE);
        }
        List<List<@Nullable Object>> rows = rows(change.groups, change.number);
        int half = random.nextInt(rows.size());
        write(client, session, writer, rows.subList(0, half), shape);
        write(client, session, writer, rows.subList(half, rows.size()), shape);
        writer.flush();
      }
      written = true;
      if (random.nextInt(6) == 0) {
        session.abort();
        history.undone(change);
      } else {
        history.begins(change);
        committing = true;
        session.commit();
        history.done(change);
      }
    }
    forget();
  }

  private void write(
      OurClient client,
      UpsertSession session,
      UpsertWriter writer,
      List<List<@Nullable Object>> rows,
      Shape shape)
      throws IOException {
    List<UpsertOperation> operations =
        rows.stream()
            .map(
                row ->
                    shape == Shape.CUT
                            && Integer.parseInt(String.valueOf(row.get(0))) >= GroupHistory.FEW
                        ? UpsertOperation.DELETE
                        : UpsertOperation.UPSERT)
            .toList();
    GroupTable.write(client, writer, session.schema(), rows, operations);
    if (random.nextBoolean()) {
      writer.flush();
    }
  }

  /** Both blocks have some rows that are the same: one of them counts. */
  private void upload(OurClient client) throws IOException {
    Change change = history.prepare("upload", someGroups(), Shape.WHOLE);
    pending = change;
    UploadSession session = client.client().createUpload(GroupTable.NAME, UploadOptions.append());
    upload = session.handle();
    List<List<@Nullable Object>> rows = rows(change.groups, change.number);
    int half = random.nextInt(rows.size());
    client.writeBlock(session, 0, rows.subList(0, Math.min(half + 2, rows.size())));
    client.writeBlock(session, 1, rows.subList(half, rows.size()));
    history.begins(change);
    committing = true;
    session.commit(Set.of(0, 1));
    history.done(change);
    forget();
  }

  private void forget() {
    pending = null;
    upsert = null;
    upload = null;
    written = false;
    committing = false;
  }

  private void run(OurClient client, Change change, String statement) throws IOException {
    history.begins(change);
    client.sql(statement);
    history.done(change);
  }

  private void insert(OurClient client) throws IOException {
    Change change = history.prepare("INSERT", someGroups(), Shape.WHOLE);
    List<List<@Nullable Object>> rows = new ArrayList<>();
    if (random.nextBoolean()) {
      rows.addAll(rows(change.groups, NEVER_SEEN));
    }
    rows.addAll(rows(change.groups, change.number));
    run(
        client,
        change,
        "INSERT INTO " + GroupTable.NAME.table() + " VALUES " + GroupTable.values(rows));
  }

  private void update(OurClient client) throws IOException {
    Change change = history.prepare("UPDATE", someGroups(), Shape.KEPT);
    run(
        client,
        change,
        "UPDATE "
            + GroupTable.NAME.table()
            + " SET number = "
            + change.number
            + " WHERE grp IN "
            + list(change));
  }

  private void merge(OurClient client) throws IOException {
    boolean cut = random.nextBoolean();
    Change change = history.prepare("MERGE", someGroups(), cut ? Shape.CUT : Shape.WHOLE);
    String gone = "s.place >= " + (cut ? GroupHistory.FEW : GroupHistory.ROWS);
    run(
        client,
        change,
        "MERGE INTO "
            + GroupTable.NAME.table()
            + " t USING (SELECT place, number, grp FROM VALUES "
            + GroupTable.values(rows(change.groups, change.number))
            + " v (place, number, grp)) s ON t.grp = s.grp AND t.place = s.place"
            + " WHEN MATCHED AND "
            + gone
            + " THEN DELETE WHEN MATCHED THEN UPDATE SET number = s.number WHEN NOT MATCHED AND"
            + " NOT ("
            + gone
            + ") THEN INSERT VALUES (s.place, s.number, s.grp)");
  }

  private void delete(OurClient client) throws IOException {
    Change change = history.prepare("DELETE", someGroups(), Shape.CUT_ONLY);
    run(
        client,
        change,
        "DELETE FROM "
            + GroupTable.NAME.table()
            + " WHERE place >= "
            + GroupHistory.FEW
            + " AND grp IN "
            + list(change));
  }

  private static String list(Change change) {
    return change.groups.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
  }

  /**
   * Finds out what a killed server has made of a session, and ends it. What became of a statement
   * only the table can tell.
   */
  void settle(OurClient client) throws IOException {
    Change change = pending;
    if (change != null && upsert != null) {
      settle(client, change, upsert);
    } else if (change != null && upload != null) {
      settle(client, change, upload);
    } else if (change != null) {
      history.undone(change);
    }
    forget();
  }

  private void settle(OurClient client, Change change, UpsertHandle handle) throws IOException {
    try (UpsertSession session = client.client().attachUpsert(handle)) {
      if (session.status() == UpsertStatus.COMMITTED) {
        requireAsked(change);
        history.done(change);
      } else if (session.status() == UpsertStatus.NORMAL && written && random.nextBoolean()) {
        // All its packs were acknowledged, so they are there.
        history.begins(change);
        session.commit();
        history.done(change);
      } else {
        session.abort();
        history.undone(change);
      }
    }
  }

  private void settle(OurClient client, Change change, UploadHandle handle) throws IOException {
    UploadSession session = client.client().attachUpload(handle);
    if (session.status() == UploadStatus.CLOSED) {
      requireAsked(change);
      history.done(change);
    } else if (committing) {
      history.begins(change);
      session.commit(Set.of(0, 1));
      history.done(change);
    } else {
      history.undone(change);
    }
  }

  private void requireAsked(Change change) {
    if (!committing) {
      throw new AssertionError("Committed, although nobody asked for it: " + change);
    }
  }
}
