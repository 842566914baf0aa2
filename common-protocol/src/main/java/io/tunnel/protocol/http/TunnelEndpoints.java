package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of the data service: configured, or asked from the service once (specification:
 * control plane, section 6.1). Thread safe.
 */
public final class TunnelEndpoints {
  private static final Pattern HOST_PORT =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5})?");

  private final TunnelConfig config;
  private final HttpTransport transport;
  private volatile @Nullable URI known;

  /** Asks with this transport when it is needed. */
  public TunnelEndpoints(TunnelConfig config, HttpTransport transport) {
    this.config = config;
    this.transport = transport;
    this.known = config.tunnelEndpoint();
  }

  /**
   * The address.
   *
   * @throws TunnelException if the service cannot be asked, or answers something else
   */
  public URI tunnel() throws TunnelException {
    URI endpoint = known;
    if (endpoint == null) {
      endpoint = discover();
      known = endpoint;
    }
    return endpoint;
  }

  private URI discover() throws TunnelException {
    ApiRequest request =
        ApiRequest.of(
                "GET",
                "Asking for the tunnel endpoint of project " + config.project(),
                config.endpoint(),
                List.of("projects", config.project(), "tunnel"))
            .flag("service")
            .parameter("quotaName", config.quota())
            .parameter("curr_project", config.project());
    ApiAnswer answer = transport.call(request);
    String address = answer.text().strip();
    if (!HOST_PORT.matcher(address).matches()) {
      throw answer.malformed("host with an optional port", null);
    }
    return URI.create(config.endpoint().getScheme() + "://" + address);
  }
}
