package io.tunnel.server.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error. An IOException, so that it passes through streams. */
public final class ServiceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ServiceError error;
  private final long retryAfterMillis;

  ServiceException(
      ServiceError error, String message, @Nullable Throwable cause, long retryAfterMillis) {
    super(message, cause);
    this.error = error;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** When the request may succeed; 0 if nobody knows. */
  public long retryAfterMillis() {
    return retryAfterMillis;
  }

  /** The row of the error table. */
  public ServiceError error() {
    return error;
  }
}
