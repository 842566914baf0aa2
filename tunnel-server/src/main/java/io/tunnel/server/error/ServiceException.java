package io.tunnel.server.error;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error. An IOException, so that it passes through streams. */
public final class ServiceException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ServiceError error;

  ServiceException(ServiceError error, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.error = error;
  }

  /** The row of the error table. */
  public ServiceError error() {
    return error;
  }
}
