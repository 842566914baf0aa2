package io.tunnel.server.auth;

import io.tunnel.protocol.http.SignatureVerifier;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says who sent a request (specification: control plane, section 1.8): the access id must be known,
 * {@code Date} near the server's clock, and the signature made with the id's secret. Immutable and
 * thread safe.
 */
public final class Authenticator {
  /**
   * Who sent a request.
   *
   * @param owner the name as the service writes it
   * @param signedParameters the query parameters that the signature covers, which are the ones to
   *     go by; empty if nothing was checked
   */
  public record Caller(String owner, Optional<Map<String, String>> signedParameters) {}

  private static final String NOBODY = "anonymous";

  private final Map<String, String> accounts;
  private final boolean anonymous;
  private final BearerTokens tokens;
  private final Duration skew;
  private final InstantSource clock;

  /**
   * An authenticator for these accounts.
   *
   * @param accounts access id to secret
   * @param anonymous whether everybody is let in, whatever the signature
   * @param tokens the tokens that stand in place of a signature
   * @param skew the largest distance of a request's {@code Date}
   */
  public Authenticator(
      Map<String, String> accounts,
      boolean anonymous,
      BearerTokens tokens,
      Duration skew,
      InstantSource clock) {
    this.accounts = Map.copyOf(accounts);
    this.anonymous = anonymous;
    this.tokens = tokens;
    this.skew = skew;
    this.clock = clock;
  }

  /**
   * Checks a request.
   *
   * @param rawPath the path behind the endpoint as received
   * @param rawQuery the query as received, or null
   * @param headers the headers as received, names in lower case, several values joined with a comma
   * @return who sent it
   * @throws ServiceException if the request must not be served
   */
  public Caller authenticate(
      String method, String rawPath, @Nullable String rawQuery, Map<String, String> headers)
      throws ServiceException {
    String header = headers.get("authorization");
    if (anonymous) {
      return new Caller(owner(header == null ? NOBODY : accessId(header)), Optional.empty());
    }
    String token = headers.get("x-odps-bearer-token");
    if (header == null && token != null) {
      if (!method.equals("GET") && !method.equals("HEAD")) {
        throw ServiceError.ACCESS_DENIED.exception("A token allows reading only");
      }
      return new Caller(tokens.requireRead(token, rawPath.substring(1)), Optional.empty());
    }
    if (header == null) {
      throw ServiceError.UNAUTHORIZED.exception("The request has no Authorization header");
    }
    SignatureVerifier.Authorization authorization = parse(header);
    requireFresh(headers.get("date"), authorization);
    String secret = accounts.get(authorization.accessId());
    if (secret == null) {
      throw ServiceError.INVALID_CREDENTIALS.exception(
          "ODPS-0410051:Invalid credentials - accessId not found: " + authorization.accessId());
    }
    Optional<Map<String, String>> signed =
        SignatureVerifier.signedParameters(
            authorization, secret, method, rawPath, rawQuery, headers);
    if (signed.isEmpty()) {
      throw ServiceError.SIGNATURE_NOT_MATCH.exception(
          "ODPS-0410042:Invalid signature value - the signature does not belong to this request;"
              + " check the secret of "
              + authorization.accessId());
    }
    return new Caller(owner(authorization.accessId()), signed);
  }

  private static SignatureVerifier.Authorization parse(String header) throws ServiceException {
    try {
      return SignatureVerifier.Authorization.parse(header);
    } catch (IllegalArgumentException e) {
      throw ServiceError.UNAUTHORIZED.exception(String.valueOf(e.getMessage()), e);
    }
  }

  private static String accessId(String header) {
    try {
      return SignatureVerifier.Authorization.parse(header).accessId();
    } catch (IllegalArgumentException e) {
      return NOBODY;
    }
  }

  private void requireFresh(@Nullable String date, SignatureVerifier.Authorization authorization)
      throws ServiceException {
    Instant now = clock.instant();
    Instant sent;
    try {
      sent = date == null ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      sent = null;
    }
    if (sent == null) {
      throw ServiceError.UNAUTHORIZED.exception("The request has no valid Date header");
    }
    // The header has whole seconds.
    Duration distance = Duration.between(sent, now.truncatedTo(ChronoUnit.SECONDS)).abs();
    if (distance.compareTo(skew) > 0 || !isFreshScope(authorization.scopeDate(), now)) {
      throw ServiceError.REQUEST_TIME_TOO_SKEWED.exception(
          "ODPS-0410031:Authentication request expired - the expire time interval  exceeds the max"
              + " limitation: "
              + skew.toMillis()
              + ", max_interval_date:"
              + skew.toMillis()
              + ",expire_date:"
              + sent
              + ",now_date:"
              + now);
    }
  }

  /** The date of a version 4 scope may differ by a day from the server's. */
  private static boolean isFreshScope(@Nullable String scopeDate, Instant now) {
    if (scopeDate == null) {
      return true;
    }
    try {
      LocalDate date = LocalDate.parse(scopeDate, DateTimeFormatter.BASIC_ISO_DATE);
      long days = ChronoUnit.DAYS.between(date, LocalDate.ofInstant(now, ZoneOffset.UTC));
      return Math.abs(days) <= 1;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** The name of an account's owner as the service writes it. */
  public static String owner(String accessId) {
    return "ALIYUN$" + accessId;
  }
}
