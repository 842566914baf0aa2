package io.tunnel.protocol;

import org.jspecify.annotations.Nullable;

/** Who signs the requests. Secrets never appear in {@code toString()}. */
public sealed interface Credentials permits Credentials.Anonymous, Credentials.AccessKey {

  /** Nobody: requests carry no signature. Only a local server that allows it accepts them. */
  static Credentials anonymous() {
    return Anonymous.INSTANCE;
  }

  /** A key pair, signed with version 2. */
  static Credentials accessKey(String id, String secret) {
    return new AccessKey(id, secret, null, null);
  }

  /** Whether the text can be the value of a header. */
  static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  /** No signature. */
  enum Anonymous implements Credentials {
    /** The only value. */
    INSTANCE;

    @Override
    public String toString() {
      return "anonymous";
    }
  }

  /**
   * A key pair, permanent or temporary.
   *
   * @param id the access id
   * @param secret the secret; never sent
   * @param securityToken the token of temporary (STS) credentials, or null
   * @param region the region that switches to signature version 4, or null for version 2
   */
  record AccessKey(
      String id, String secret, @Nullable String securityToken, @Nullable String region)
      implements Credentials {
    /** Rejects an empty id or secret; empty token and region count as absent. */
    public AccessKey {
      if (id.isEmpty() || secret.isEmpty()) {
        throw new IllegalArgumentException("An access key needs both accessId and accessKey");
      }
      if (!isPrintable(id)
          || (securityToken != null && !isPrintable(securityToken))
          || (region != null && !isPrintable(region))) {
        throw new IllegalArgumentException(
            "accessId, securityToken and region travel in headers and must be printable ASCII");
      }
      securityToken = securityToken == null || securityToken.isEmpty() ? null : securityToken;
      region = region == null || region.isEmpty() ? null : region;
    }

    /** The id only. */
    @Override
    public String toString() {
      return "access key " + id + (securityToken == null ? "" : " with a security token");
    }
  }
}
