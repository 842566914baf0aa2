package io.tunnel.server.http;

import io.tunnel.server.control.Fault;
import java.io.IOException;

/** A call that is refused because a test wants it so. */
final class InjectedRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Fault.Refuse fault;

  InjectedRefusal(Fault.Refuse fault) {
    super(fault.message());
    this.fault = fault;
  }

  /** What to answer. */
  Fault.Refuse fault() {
    return fault;
  }
}
