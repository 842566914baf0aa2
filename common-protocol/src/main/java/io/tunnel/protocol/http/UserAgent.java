package io.tunnel.protocol.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this client calls itself. */
final class UserAgent {
  private static final String NAME = "Tunnel/" + version();

  private UserAgent() {}

  /** The name, followed by the caller's text if there is any. */
  static String text(String addition) {
    return addition.isBlank() ? NAME : NAME + " " + addition.strip();
  }

  private static String version() {
    try (InputStream in = UserAgent.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the jar");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
