package io.tunnel.server.session;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes ids as the service does: the time, then something that nobody can guess. Thread safe. */
public final class SessionIds {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern SESSION = Pattern.compile("[0-9]{14}[0-9a-f]{16}");
  private static final String UPSERT = "upsert";

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** Ids with the time of this clock. */
  public SessionIds(InstantSource clock) {
    this.clock = clock;
  }

  /** The id of a session. */
  public String session() {
    return TIME.format(clock.instant()) + randomHex(8);
  }

  /** Whether a name has the form of the ids of sessions. */
  static boolean isSession(String name) {
    return SESSION.matcher(name).matches();
  }

  /** The id of an upsert session, which no other session can have. */
  String upsert() {
    return session() + UPSERT;
  }

  /** Whether a name has the form of the ids of upsert sessions. */
  static boolean isUpsert(String name) {
    return name.endsWith(UPSERT) && isSession(name.substring(0, name.length() - UPSERT.length()));
  }

  /** The id of a statement. */
  public String instance() {
    Instant now = clock.instant();
    return MILLIS.format(now) + "g" + randomHex(5);
  }

  private String randomHex(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }
}
