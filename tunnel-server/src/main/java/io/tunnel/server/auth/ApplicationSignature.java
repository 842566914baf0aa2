package io.tunnel.server.auth;

import io.tunnel.protocol.http.RequestSigner;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The second signature of a request that an application sends for its user (specification: control
 * plane, section 1.6): over the complete {@code Authorization} header, with the key of the
 * application.
 *
 * @param accessId the access key id of the application
 * @param signature Base64 text
 * @param token the security token of a temporary key, or null
 */
record ApplicationSignature(String accessId, String signature, @Nullable String token) {
  private static final String HEADER = "application-authentication";
  private static final String TEMPORARY_HEADER = "sts-authentication";
  private static final String TOKEN_HEADER = "sts-token";
  private static final String METHOD = "hmac-sha1";

  /**
   * Reads the second signature.
   *
   * @param headers names in lower case
   * @return null if the request has none
   * @throws ServiceException if it cannot be read
   */
  static @Nullable ApplicationSignature of(Map<String, String> headers) throws ServiceException {
    String lasting = headers.get(HEADER);
    String temporary = headers.get(TEMPORARY_HEADER);
    if (lasting != null && temporary != null) {
      throw ServiceError.UNAUTHORIZED.exception(
          "A request has " + HEADER + " or " + TEMPORARY_HEADER + ", not both");
    }
    if (lasting != null) {
      return parse(HEADER, lasting, null);
    }
    return temporary == null
        ? null
        : parse(TEMPORARY_HEADER, temporary, headers.getOrDefault(TOKEN_HEADER, ""));
  }

  private static ApplicationSignature parse(String header, String value, @Nullable String token)
      throws ServiceException {
    Map<String, String> parts = new HashMap<>();
    for (String part : value.split(",")) {
      int colon = part.indexOf(':');
      if (colon > 0) {
        parts.put(part.substring(0, colon).strip(), part.substring(colon + 1).strip());
      }
    }
    String id = parts.get("access_id");
    String signature = parts.get("signature");
    if (id == null || signature == null || !METHOD.equals(parts.get("signature_method"))) {
      throw ServiceError.UNAUTHORIZED.exception(
          "The header "
              + header
              + " is not of the form account_provider:aliyun,signature_method:hmac-sha1,"
              + "access_id:ID,signature:SIGNATURE");
    }
    return new ApplicationSignature(id, signature, token);
  }

  /**
   * Refuses a signature that was not made with the secret.
   *
   * @param authorization the header of the first signature as received
   */
  void require(String secret, String authorization) throws ServiceException {
    byte[] expected =
        RequestSigner.signatureV2(secret, authorization).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
      throw ServiceError.SIGNATURE_NOT_MATCH.exception(
          "ODPS-0410042:Invalid signature value - the second signature does not belong to this"
              + " request; check the secret of the application "
              + accessId);
    }
  }
}
