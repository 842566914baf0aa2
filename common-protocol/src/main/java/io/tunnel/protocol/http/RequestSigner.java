package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tunnel.protocol.Credentials.AccessKey;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signature versions 2 and 4 (specification: control plane, sections 1.4 and 1.5). Stateless and
 * thread safe.
 */
public final class RequestSigner {
  /** The header of the security token of temporary credentials; not part of the signature. */
  public static final String SECURITY_TOKEN_HEADER = "authorization-sts-token";

  static final String SERVICE = "odps";
  static final String SCOPE_SUFFIX = "aliyun_v4_request";

  private static final String SHA1 = "HmacSHA1";
  private static final String SHA256 = "HmacSHA256";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SCOPE_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private RequestSigner() {}

  /** The value of the {@code Date} header. */
  public static String httpDate(Instant instant) {
    return HTTP_DATE.format(instant);
  }

  /** The date of a version 4 scope, {@code yyyyMMdd} in UTC. */
  public static String scopeDate(Instant instant) {
    return SCOPE_DATE.format(instant);
  }

  /** The value of the {@code Authorization} header: version 4 if the key has a region, else 2. */
  public static String authorization(AccessKey key, String canonical, Instant now) {
    String region = key.region();
    if (region == null) {
      return "ODPS " + key.id() + ":" + signatureV2(key.secret(), canonical);
    }
    String date = scopeDate(now);
    return "ODPS "
        + key.id()
        + "/"
        + date
        + "/"
        + region
        + "/"
        + SERVICE
        + "/"
        + SCOPE_SUFFIX
        + ":"
        + signatureV4(key.secret(), date, region, canonical);
  }

  /** The Base64 text of a version 2 signature. */
  public static String signatureV2(String secret, String canonical) {
    return Base64.getEncoder().encodeToString(mac(SHA1, secret.getBytes(UTF_8), canonical));
  }

  /**
   * The Base64 text of a version 4 signature.
   *
   * @param date the scope date, {@code yyyyMMdd}
   */
  public static String signatureV4(String secret, String date, String region, String canonical) {
    byte[] key = mac(SHA256, ("aliyun_v4" + secret).getBytes(UTF_8), date);
    key = mac(SHA256, key, region);
    key = mac(SHA256, key, SERVICE);
    key = mac(SHA256, key, SCOPE_SUFFIX);
    return Base64.getEncoder().encodeToString(mac(SHA1, key, canonical));
  }

  private static byte[] mac(String algorithm, byte[] key, String data) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(data.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("This Java runtime lacks " + algorithm, e);
    }
  }
}
