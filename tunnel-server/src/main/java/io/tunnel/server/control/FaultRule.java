package io.tunnel.server.control;

/** A fault, the calls that it is for, and what has become of it. Thread safe. */
public final class FaultRule {
  private final Calls calls;
  private final Fault fault;
  private long seen;
  private long happened;

  FaultRule(Calls calls, Fault fault) {
    this.calls = calls;
    this.fault = fault;
  }

  /** Which calls the fault is for. */
  public Calls calls() {
    return calls;
  }

  /** What goes wrong with them. */
  public Fault fault() {
    return fault;
  }

  /** How many such calls have come, with the fault or without. */
  public synchronized long seen() {
    return seen;
  }

  /** How many calls have had the fault. */
  public synchronized long happened() {
    return happened;
  }

  /** Counts a call if it is one of those; says whether the fault is due. */
  synchronized boolean isDueFor(ArrivedCall call) {
    if (!calls.match(call)) {
      return false;
    }
    seen++;
    return seen > calls.after() && happened < calls.times();
  }

  synchronized void happens() {
    happened++;
  }

  @Override
  public String toString() {
    return fault + " for " + calls + ": happened to " + happened() + " of " + seen();
  }
}
