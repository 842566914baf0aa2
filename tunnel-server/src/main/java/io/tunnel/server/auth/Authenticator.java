package io.tunnel.server.auth;

import io.tunnel.protocol.http.RequestSigner;
import io.tunnel.protocol.http.SignatureVerifier;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
 * {@code Date} near the server's clock, the signature made with the id's secret, and the security
 * token that of the id; an application that signs a second time must be known too. Immutable and
 * thread safe.
 */
public final class Authenticator {
  /**
   * Who sent a request.
   *
   * @param owner the name as the service writes it
   * @param rights what the sender may do
   * @param signedParameters the query parameters that the signature covers, which are the ones to
   *     go by; empty if nothing was checked
   */
  public record Caller(
      String owner, Rights rights, Optional<Map<String, String>> signedParameters) {}

  private static final String NOBODY = "anonymous";

  private final Accounts accounts;
  private final LocalNames names;
  private final BearerTokens tokens;
  private final Duration skew;
  private final InstantSource clock;

  /**
   * An authenticator for these accounts.
   *
   * @param names the names of a server that serves everybody on its machine
   * @param tokens the tokens that stand in place of a signature
   * @param skew the largest distance of a request's {@code Date}
   */
  public Authenticator(
      Accounts accounts,
      LocalNames names,
      BearerTokens tokens,
      Duration skew,
      InstantSource clock) {
    this.accounts = accounts;
    this.names = names;
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
    if (accounts.anonymous()) {
      // A browser says so of every page whose scripts send something; no client does.
      if (headers.containsKey("origin")) {
        throw ServiceError.ACCESS_DENIED.exception(
            "A server that serves everybody on this machine does not serve the pages that its"
                + " browsers show: name accounts, whose requests are signed");
      }
      names.require(headers.get("host"));
      return new Caller(
          Account.owner(header == null ? NOBODY : accessId(header)),
          Rights.everything(),
          Optional.empty());
    }
    String token = headers.get("x-odps-bearer-token");
    if (header == null && token != null) {
      if (!method.equals("GET") && !method.equals("HEAD")) {
        throw ServiceError.ACCESS_DENIED.exception("A token allows reading only");
      }
      return reader(token, rawPath.startsWith("/") ? rawPath.substring(1) : rawPath);
    }
    if (header == null) {
      throw ServiceError.UNAUTHORIZED.exception("The request has no Authorization header");
    }
    SignatureVerifier.Authorization authorization = parse(header);
    requireFresh(headers.get("date"), authorization);
    Account account = account(authorization.accessId());
    Optional<Map<String, String>> signed =
        SignatureVerifier.signedParameters(
            authorization, account.secret(), method, rawPath, rawQuery, headers);
    if (signed.isEmpty()) {
      throw ServiceError.SIGNATURE_NOT_MATCH.exception(
          "ODPS-0410042:Invalid signature value - the signature does not belong to this request;"
              + " check the secret of "
              + authorization.accessId());
    }
    requireToken(account, headers.get(RequestSigner.SECURITY_TOKEN_HEADER));
    requireApplication(header, headers);
    return new Caller(account.owner(), account.rights(), signed);
  }

  private Account account(String accessId) throws ServiceException {
    return accounts
        .find(accessId)
        .orElseThrow(
            () ->
                ServiceError.INVALID_CREDENTIALS.exception(
                    "ODPS-0410051:Invalid credentials - accessId not found: " + accessId));
  }

  /** An application that signs too must be known; what may be done is the right of its user. */
  private void requireApplication(String authorization, Map<String, String> headers)
      throws ServiceException {
    ApplicationSignature signature = ApplicationSignature.of(headers);
    if (signature != null) {
      Account application = account(signature.accessId());
      signature.require(application.secret(), authorization);
      requireToken(application, signature.token());
    }
  }

  /**
   * Checks a token that stands in place of a signature.
   *
   * @param resource what is to be read, for example {@code projects/demo/instances/2026...}
   * @return who asked for the token, whose rights the reader has
   * @throws ServiceException if the token does not allow it any more, or never did
   */
  public Caller reader(String token, String resource) throws ServiceException {
    String owner = tokens.requireRead(token, resource);
    Account account =
        accounts
            .ofOwner(owner)
            .orElseThrow(
                () ->
                    ServiceError.UNAUTHORIZED.exception(
                        "The token's account " + owner + " is gone"));
    requireNotExpired(account);
    return new Caller(owner, account.rights(), Optional.empty());
  }

  /** The security token of a temporary key is not signed, so it is compared by itself. */
  private void requireToken(Account account, @Nullable String sent) throws ServiceException {
    SecurityToken token = account.token();
    String value = sent == null ? "" : sent;
    if (token == null) {
      if (!value.isEmpty()) {
        throw ServiceError.INVALID_CREDENTIALS.exception(
            "ODPS-0410051:Invalid credentials - the access key of "
                + account.accessId()
                + " is no temporary one: send no security token with it");
      }
      return;
    }
    if (value.isEmpty()) {
      throw ServiceError.INVALID_CREDENTIALS.exception(
          "ODPS-0410051:Invalid credentials - the access key of "
              + account.accessId()
              + " is a temporary one: send its security token in "
              + RequestSigner.SECURITY_TOKEN_HEADER);
    }
    if (!MessageDigest.isEqual(
        value.getBytes(StandardCharsets.UTF_8), token.value().getBytes(StandardCharsets.UTF_8))) {
      throw ServiceError.INVALID_CREDENTIALS.exception(
          "ODPS-0410051:Invalid credentials - the security token does not belong to "
              + account.accessId());
    }
    requireNotExpired(account);
  }

  private void requireNotExpired(Account account) throws ServiceException {
    SecurityToken token = account.token();
    Instant expires = token == null ? null : token.expires();
    if (expires != null && !clock.instant().isBefore(expires)) {
      throw ServiceError.INVALID_CREDENTIALS.exception(
          "ODPS-0410051:Invalid credentials - the security token of "
              + account.accessId()
              + " has expired at "
              + expires
              + "; get a new one");
    }
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
}
