package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures of received requests as a compatible server must (specification: control plane,
 * sections 1.3 and 1.8). The clients do not agree on repeated parameters and on {@code %}, {@code
 * +} and {@code &} within values; all their variants are accepted. Stateless and thread safe; dates
 * and known accounts are the caller's business.
 */
public final class SignatureVerifier {
  private SignatureVerifier() {}

  /**
   * The parts of an {@code Authorization} header.
   *
   * @param accessId who claims to have signed
   * @param scopeDate {@code yyyyMMdd} of version 4; null in version 2
   * @param region the region of version 4; null in version 2
   * @param signature Base64 text
   */
  public record Authorization(
      String accessId, @Nullable String scopeDate, @Nullable String region, String signature) {

    /**
     * Parses the header.
     *
     * @throws IllegalArgumentException if it is neither a version 2 nor a version 4 signature
     */
    public static Authorization parse(String header) {
      int colon = header.lastIndexOf(':');
      if (!header.startsWith("ODPS ") || colon < 0) {
        throw new IllegalArgumentException(
            "The Authorization header is not of the form \"ODPS id:signature\"");
      }
      String credential = header.substring("ODPS ".length(), colon);
      String signature = header.substring(colon + 1);
      String[] scope = credential.split("/", -1);
      if (scope.length == 1) {
        return new Authorization(credential, null, null, signature);
      }
      if (scope.length != 5
          || !scope[3].equals(RequestSigner.SERVICE)
          || !scope[4].equals(RequestSigner.SCOPE_SUFFIX)) {
        throw new IllegalArgumentException(
            "The scope of the Authorization header is not of the form"
                + " id/date/region/odps/aliyun_v4_request");
      }
      return new Authorization(scope[0], scope[1], scope[2], signature);
    }
  }

  /**
   * The query parameters as the signer saw them: decoded once, and of a repeated name the one value
   * that was signed. Whoever serves the request must go by these, so that nobody between client and
   * server can add a second value that the signature does not cover.
   *
   * @param authorization the parsed header
   * @param secret the secret of its access id
   * @param method the HTTP method
   * @param rawPath the path behind the endpoint, percent-encoded as received
   * @param rawQuery the query as received, without {@code ?}; null if there is none
   * @param headers the received headers, several values of a name joined with a comma
   * @return empty if the signature does not belong to the request
   */
  public static Optional<Map<String, String>> signedParameters(
      Authorization authorization,
      String secret,
      String method,
      String rawPath,
      @Nullable String rawQuery,
      Map<String, String> headers) {
    byte[] claimed = authorization.signature().getBytes(UTF_8);
    for (Map.Entry<String, Map<String, String>> variant :
        variants(method, rawPath, rawQuery, headers).entrySet()) {
      String date = authorization.scopeDate();
      String region = authorization.region();
      String expected =
          date == null || region == null
              ? RequestSigner.signatureV2(secret, variant.getKey())
              : RequestSigner.signatureV4(secret, date, region, variant.getKey());
      if (MessageDigest.isEqual(claimed, expected.getBytes(UTF_8))) {
        return Optional.of(variant.getValue());
      }
    }
    return Optional.empty();
  }

  /**
   * The strings that a client may have signed for this request, the plain one first: singly decoded
   * parameters with the first and with the last of repeated names, then doubly decoded ones. Each
   * comes with the parameters that its signer meant.
   */
  private static Map<String, Map<String, String>> variants(
      String method, String rawPath, @Nullable String rawQuery, Map<String, String> headers) {
    String query = rawQuery == null ? "" : rawQuery;
    List<String[]> once = pairs(query);
    Map<String, String> first = toMap(once, true);
    Map<String, String> last = toMap(once, false);
    Map<String, Map<String, String>> variants = new LinkedHashMap<>();
    for (String path : decodedPaths(rawPath)) {
      variants.putIfAbsent(CanonicalRequest.of(method, path, first, headers), first);
      variants.putIfAbsent(CanonicalRequest.of(method, path, last, headers), last);
      if (query.indexOf('%') >= 0 || query.indexOf('+') >= 0) {
        // Such a client decodes twice only to sign, and then the last of a repeated name.
        variants.putIfAbsent(
            CanonicalRequest.of(method, path, toMap(decodedTwice(query), false), headers), last);
      }
    }
    return variants;
  }

  /** Java reads a raw plus as a space, Python and Go leave it alone. */
  private static List<String> decodedPaths(String rawPath) {
    String form = decode(rawPath);
    return rawPath.indexOf('+') < 0
        ? List.of(form)
        : List.of(form, decode(rawPath.replace("+", "%2B")));
  }

  private static List<String[]> pairs(String query) {
    List<String[]> pairs = new ArrayList<>();
    for (String piece : query.split("&", -1)) {
      if (!piece.isEmpty()) {
        int equals = piece.indexOf('=');
        String name = equals < 0 ? piece : piece.substring(0, equals);
        pairs.add(
            new String[] {decode(name), equals < 0 ? "" : decode(piece.substring(equals + 1))});
      }
    }
    return pairs;
  }

  /** Decodes the whole query, splits it, and decodes the pieces again. */
  private static List<String[]> decodedTwice(String query) {
    return pairs(decode(query));
  }

  private static Map<String, String> toMap(List<String[]> pairs, boolean firstWins) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String[] pair : pairs) {
      if (!firstWins || !map.containsKey(pair[0])) {
        map.put(pair[0], pair[1]);
      }
    }
    return map;
  }

  /** Form decoding; a broken escape stays as it is. */
  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException brokenEscape) {
      return text;
    }
  }
}
