package io.tunnel.server.control;

import io.tunnel.server.Operation;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a test can do to a running server, and see of it: faults, the clock, the last requests.
 * Thread safe.
 */
public final class ServerControl {
  /** How many requests are remembered; of older ones nothing is kept. */
  public static final int KEPT_REQUESTS = 1000;

  /** How everything that tests have put into the server is removed. */
  @FunctionalInterface
  public interface Emptying {
    /** Drops all tables, views and schemas. */
    void run() throws IOException;
  }

  private final ControlledClock clock;
  private final Emptying emptying;
  private final List<FaultRule> rules = new ArrayList<>();
  private final Deque<Recording> recordings = new ArrayDeque<>();

  /** A control without faults. */
  public ServerControl(ControlledClock clock, Emptying emptying) {
    this.clock = clock;
    this.emptying = emptying;
  }

  /** The clock of the server. */
  public ControlledClock clock() {
    return clock;
  }

  /**
   * Makes calls go wrong from now on. Every rule counts every call that it is for. A call for which
   * several rules are due has the fault of the first one set; the others wait for the next call.
   *
   * @return the rule, which tells how often the fault has happened
   */
  public FaultRule fail(Calls calls, Fault fault) {
    FaultRule rule = new FaultRule(calls, fault);
    synchronized (rules) {
      rules.add(rule);
    }
    return rule;
  }

  /** The rules in the order in which they were set, those that are used up among them. */
  public List<FaultRule> faults() {
    synchronized (rules) {
      return List.copyOf(rules);
    }
  }

  /** Takes all faults away. */
  public void clearFaults() {
    synchronized (rules) {
      rules.clear();
    }
  }

  /** The last requests, at most {@link #KEPT_REQUESTS}, in the order in which they came. */
  public List<RecordedRequest> requests() {
    List<RecordedRequest> snapshots = new ArrayList<>();
    synchronized (recordings) {
      recordings.forEach(recording -> snapshots.add(recording.snapshot()));
    }
    return snapshots;
  }

  /** The last requests of one kind in the order in which they came. */
  public List<RecordedRequest> requests(Operation operation) {
    return requests().stream().filter(request -> request.operation() == operation).toList();
  }

  /** Forgets the requests so far. */
  public void clearRequests() {
    synchronized (recordings) {
      recordings.clear();
    }
  }

  /** Takes faults away, forgets requests, and sets the clock right. Tables stay. */
  public void reset() {
    clearFaults();
    clock.reset();
    clearRequests();
  }

  /**
   * As {@link #reset}, and drops all tables, views and schemas. Sessions of dropped tables can be
   * read for a while and never be committed.
   *
   * @throws IOException if the tables could not be dropped
   */
  public void resetWithTables() throws IOException {
    reset();
    emptying.run();
    clearRequests();
  }

  /** Begins the record of a request. */
  public Recording record(String requestId, Operation operation, String method, String path) {
    Recording recording = new Recording(requestId, operation, method, path, clock.instant());
    synchronized (recordings) {
      if (recordings.size() == KEPT_REQUESTS) {
        recordings.removeFirst();
      }
      recordings.addLast(recording);
    }
    return recording;
  }

  /** Counts a call; returns the fault that it has, or null. */
  public @Nullable Fault faultOf(ArrivedCall call, Recording recording) {
    synchronized (rules) {
      FaultRule chosen = null;
      for (FaultRule rule : rules) {
        if (rule.isDueFor(call) && chosen == null) {
          chosen = rule;
        }
      }
      if (chosen == null) {
        return null;
      }
      chosen.happens();
      recording.has(chosen.fault());
      return chosen.fault();
    }
  }
}
