package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The MD5 that a client has announced for its body (specification: control plane, section 1.2, rule
 * 6: hexadecimal, not Base64). It is part of what is signed, so a body that matches it is the body
 * that was signed. Used by one thread at a time.
 */
final class BodyDigest {
  private final byte[] announced;
  private final MessageDigest digest;

  private BodyDigest(byte[] announced, MessageDigest digest) {
    this.announced = announced;
    this.digest = digest;
  }

  /**
   * What a request announces; null if it announces nothing.
   *
   * @throws ServiceException if the header is no MD5
   */
  static @Nullable BodyDigest of(@Nullable String contentMd5) throws ServiceException {
    if (contentMd5 == null || contentMd5.isEmpty()) {
      return null;
    }
    if (!contentMd5.matches("[0-9A-Fa-f]{32}")) {
      throw ServiceError.MALFORMED_HEADER_VALUE.exception(
          "Content-MD5 must be the MD5 of the body in hexadecimal digits, not in Base64");
    }
    try {
      return new BodyDigest(HexFormat.of().parseHex(contentMd5), MessageDigest.getInstance("MD5"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has MD5", e);
    }
  }

  void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /**
   * Ends the body.
   *
   * @throws ServiceException if it is another one than was announced
   */
  void require() throws ServiceException {
    if (!MessageDigest.isEqual(announced, digest.digest())) {
      throw ServiceError.CORRUPTED_DATA_STREAM.exception(
          "The body does not have the MD5 that Content-MD5 announces: send it again");
    }
  }
}
