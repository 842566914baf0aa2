package io.tunnel.server.http;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Makes request ids: the time and a number. Thread safe. */
final class RequestIds {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final InstantSource clock;
  private final AtomicLong number = new AtomicLong();

  RequestIds(InstantSource clock) {
    this.clock = clock;
  }

  String next() {
    return TIME.format(clock.instant()) + String.format("%08x", number.incrementAndGet());
  }
}
