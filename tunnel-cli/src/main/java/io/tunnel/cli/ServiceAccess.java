package io.tunnel.cli;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --url} of commands that speak the tunnel protocol themselves. */
final class ServiceAccess {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "http://HOST:PORT?project=P or any URL of the JDBC driver (default: the variable"
              + " TUNNEL_URL).")
  private @Nullable String url;

  private final Map<String, String> environment;

  ServiceAccess(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What is done with a client. */
  interface Work {
    void run(TunnelClient client) throws Exception;
  }

  /** The address. */
  ConnectionUrl target() {
    String text = url == null ? environment.get("TUNNEL_URL") : url;
    if (text == null) {
      throw usage("name the server with --url, for example --url http://127.0.0.1:8080");
    }
    try {
      return ConnectionUrl.parse(text, environment);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  /** Runs the work with a client, and with a server for it if the address is a folder. */
  void with(ConnectionUrl target, Work work) throws Exception {
    Path directory = target.directory();
    if (directory == null) {
      connected(target, null, work);
      return;
    }
    LocalTunnelConfig embedded =
        LocalTunnelConfig.builder()
            .dataDirectory(directory)
            .project(target.project())
            .anonymous(true)
            .build();
    try (LocalTunnel server = LocalTunnel.start(embedded)) {
      connected(target, server.endpoint(), work);
    }
  }

  private void connected(ConnectionUrl target, @Nullable URI endpoint, Work work) throws Exception {
    TunnelConfig config;
    try {
      config = target.config(endpoint);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    try (TunnelClient client = TunnelClient.open(config)) {
      work.run(client);
    }
  }

  /** A mistake in how the command was called. */
  ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
