package io.tunnel.server.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The token that goes with a temporary access key (STS).
 *
 * @param value what the client sends in {@code authorization-sts-token}; a secret
 * @param expires from when on the key is not accepted any more; null for never
 */
public record SecurityToken(String value, @Nullable Instant expires) {
  /** Checks the value, which must fit into a header. */
  public SecurityToken {
    if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "A security token travels in a header: it must be printable ASCII without blanks");
    }
  }

  /** Without the value. */
  @Override
  public String toString() {
    return "SecurityToken[expires=" + expires + "]";
  }
}
