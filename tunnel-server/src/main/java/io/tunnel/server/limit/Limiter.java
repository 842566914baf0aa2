package io.tunnel.server.limit;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Holds all calls to the {@link RateLimits}. Thread safe. */
public final class Limiter {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final Duration COMMIT_TIME = Duration.ofSeconds(15);
  private static final Duration UPSERT_COMMIT_TIME = Duration.ofMinutes(1);

  /** From here on windows in which nothing happened lately are forgotten. */
  private static final int MANY_WINDOWS = 10_000;

  private record Key(String kind, String owner) {}

  /** What a call has been given; closed when the call has ended, once or more often. */
  public final class Permit implements AutoCloseable {
    private final List<SlidingWindow> windows = new ArrayList<>();
    private final List<Runnable> releases = new ArrayList<>();
    private boolean succeeded;

    private Permit() {}

    /** The call has done what it counts for; without this it does not count. */
    public void succeeded() {
      succeeded = true;
    }

    @Override
    public void close() {
      if (!succeeded) {
        windows.forEach(SlidingWindow::giveBack);
      }
      windows.clear();
      releases.forEach(Runnable::run);
      releases.clear();
    }
  }

  private final RateLimits limits;
  private final InstantSource clock;
  private final Map<Key, SlidingWindow> windows = new ConcurrentHashMap<>();
  private final Map<Key, Map<String, Integer>> running = new HashMap<>();
  private final AtomicLong calls = new AtomicLong();

  /** The upsert session that was the last to commit into a table or partition. */
  private final Map<String, String> upsertCommits = new ConcurrentHashMap<>();

  /** A limiter with nothing counted yet. */
  public Limiter(RateLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /** A new upload session on a table. */
  public Permit createUpload(String table) throws ServiceException {
    return window("upload sessions created on", table, limits.uploadSessions(), FIVE_MINUTES);
  }

  /** A block of a session. */
  public Permit writeBlock(String project, String table, String session) throws ServiceException {
    Permit permit = window("blocks written to", table, limits.blocks(), FIVE_MINUTES);
    try {
      occupyUpload(permit, table, session);
      occupySlot(permit, project);
      return permit;
    } catch (ServiceException e) {
      permit.close();
      throw e;
    }
  }

  /** A pack of an upsert session. */
  public Permit writePack(String project) throws ServiceException {
    Permit permit = new Permit();
    occupySlot(permit, project);
    return permit;
  }

  /** The commit of a session. */
  public Permit commit(String table, String session) throws ServiceException {
    Permit permit = window("commits into", table, limits.commits(), COMMIT_TIME);
    try {
      occupyUpload(permit, table, session);
      return permit;
    } catch (ServiceException e) {
      permit.close();
      throw e;
    }
  }

  /**
   * The commit of an upsert session. The session that was the last to commit may ask again.
   *
   * @param target the table, and the partition if it has some
   */
  public Permit commitUpsert(String target, String session) throws ServiceException {
    if (limits.upsertCommits() == Integer.MAX_VALUE || session.equals(upsertCommits.get(target))) {
      return unlimited();
    }
    if (upsertCommits.size() > MANY_WINDOWS) {
      // A session that asks again is counted once more then, which costs it a minute at most.
      upsertCommits.clear();
    }
    Permit permit =
        window("upsert commits into", target, limits.upsertCommits(), UPSERT_COMMIT_TIME);
    upsertCommits.put(target, session);
    permit.releases.add(
        () -> {
          if (!permit.succeeded) {
            upsertCommits.remove(target, session);
          }
        });
    return permit;
  }

  /** A new download session on a table. */
  public Permit createDownload(String table) throws ServiceException {
    return window("download sessions created on", table, limits.downloadSessions(), FIVE_MINUTES);
  }

  /** A new download session on the result of a statement. */
  public Permit createResultDownload(String project) throws ServiceException {
    return window(
        "download sessions on results created in", project, limits.resultDownloads(), FIVE_MINUTES);
  }

  /** A range of rows on its way. */
  public Permit readRows(String project) throws ServiceException {
    Permit permit = new Permit();
    occupySlot(permit, project);
    return permit;
  }

  /** A call that no limit is for. */
  public Permit unlimited() {
    return new Permit();
  }

  private Permit window(String kind, String owner, int most, Duration length)
      throws ServiceException {
    Permit permit = new Permit();
    if (most == Integer.MAX_VALUE) {
      return permit;
    }
    if (windows.size() > MANY_WINDOWS) {
      windows.values().removeIf(SlidingWindow::isEmpty);
    }
    SlidingWindow window =
        windows.computeIfAbsent(
            new Key(kind, owner), key -> new SlidingWindow(most, length, clock));
    long wait = window.take();
    if (wait > 0) {
      throw ServiceError.FLOW_EXCEEDED.retryable(
          "Flow exceeded: "
              + most
              + " "
              + kind
              + " "
              + owner
              + " within "
              + length.toSeconds()
              + " s is the limit; try again in "
              + wait
              + " ms",
          wait);
    }
    permit.windows.add(window);
    return permit;
  }

  private void occupyUpload(Permit permit, String table, String session) throws ServiceException {
    occupy(permit, new Key("upload sessions at work on", table), session, limits.activeUploads());
  }

  private void occupySlot(Permit permit, String project) throws ServiceException {
    // Each call is an occupant of its own.
    occupy(
        permit,
        new Key("slots in use of", project),
        String.valueOf(calls.incrementAndGet()),
        limits.slots());
  }

  /** Counts an occupant once, however many calls it has. */
  private void occupy(Permit permit, Key key, String occupant, int most) throws ServiceException {
    if (most == Integer.MAX_VALUE) {
      return;
    }
    synchronized (running) {
      Map<String, Integer> occupants = running.computeIfAbsent(key, k -> new HashMap<>());
      if (!occupants.containsKey(occupant) && occupants.size() >= most) {
        throw ServiceError.SLOT_EXCEEDED.retryable(
            "Your slot quota is exceeded: "
                + most
                + " "
                + key.kind()
                + " "
                + key.owner()
                + " at once is the limit; try again later",
            1000);
      }
      occupants.merge(occupant, 1, Integer::sum);
    }
    permit.releases.add(() -> leave(key, occupant));
  }

  private void leave(Key key, String occupant) {
    synchronized (running) {
      Map<String, Integer> occupants = running.get(key);
      if (occupants != null) {
        occupants.computeIfPresent(occupant, (name, count) -> count == 1 ? null : count - 1);
        if (occupants.isEmpty()) {
          running.remove(key);
        }
      }
    }
  }
}
