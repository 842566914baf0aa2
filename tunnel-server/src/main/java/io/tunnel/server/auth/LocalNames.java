package io.tunnel.server.auth;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which a server that serves everybody on its machine may be asked: those of the
 * loopback address, and the one that it was started with. A page in a browser comes with the name
 * of its own site, even if the site has let that name point to this machine, to read what the page
 * could not read otherwise (DNS rebinding). Thread safe.
 */
public final class LocalNames {
  private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");
  private static final String LOCALHOST = "localhost";

  private final String host;

  /**
   * The names of a server.
   *
   * @param host the name or address that it listens on, as it was configured
   */
  public LocalNames(String host) {
    this.host = host;
  }

  /**
   * Refuses requests under other names.
   *
   * @param header the header {@code Host}; null if the request has none, which no browser sends
   */
  void require(@Nullable String header) throws ServiceException {
    if (header == null) {
      return;
    }
    String name = withoutPort(header.strip());
    if (!name.equalsIgnoreCase(host) && !isLoopback(name.toLowerCase(Locale.ROOT))) {
      throw ServiceError.ACCESS_DENIED.exception(
          "The request is for the host \""
              + name
              + "\": a server that serves everybody on this machine answers to localhost, to"
              + " loopback addresses and to the host that it was started with; use one of them, or"
              + " name accounts, whose requests are signed");
    }
  }

  private static String withoutPort(String header) {
    if (header.startsWith("[")) {
      int end = header.indexOf(']');
      return end < 0 ? header : header.substring(1, end);
    }
    int colon = header.lastIndexOf(':');
    return colon < 0 ? header : header.substring(0, colon);
  }

  private static boolean isLoopback(String name) {
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (bare.equals(LOCALHOST) || bare.endsWith("." + LOCALHOST)) {
      return true;
    }
    if (LOOPBACK_V4.matcher(bare).matches()) {
      return true;
    }
    if (!bare.contains(":")) {
      return false;
    }
    try {
      // With a colon it is an address, for which no name server is asked.
      return InetAddress.getByName("[" + bare + "]").isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
