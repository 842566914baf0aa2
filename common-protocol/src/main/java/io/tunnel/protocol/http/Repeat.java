package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelException;

/** When a request may be sent again after a failure. */
public enum Repeat {
  /** Whenever the failure may go away: the request changes nothing, or twice is as good as once. */
  SAFE {
    @Override
    public boolean allows(TunnelException failure) {
      return failure.isRetryable();
    }
  },
  /** Only if the failure proves that the service has accepted nothing. */
  IF_REFUSED {
    @Override
    public boolean allows(TunnelException failure) {
      return failure.code().equals("Unreachable")
          || failure.status() == 308
          || failure.status() == 429
          || (failure.status() == 409 && failure.isRetryable());
    }
  },
  /** Never; the caller decides. */
  NEVER {
    @Override
    public boolean allows(TunnelException failure) {
      return false;
    }
  };

  /** Whether the request may be sent again after this failure. */
  public abstract boolean allows(TunnelException failure);
}
