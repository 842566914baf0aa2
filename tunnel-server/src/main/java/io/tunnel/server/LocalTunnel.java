package io.tunnel.server;

import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.http.Routes;
import io.tunnel.server.http.TunnelHandler;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * A running local tunnel server. It listens from the return of {@link #start} to {@link #close},
 * which ends what runs and leaves the data directory ready for the next start; a process that is
 * killed instead leaves it ready too. Thread safe.
 */
public final class LocalTunnel implements Closeable {
  /** The service closes a connection on which nothing arrives for this time. */
  private static final long IDLE_MILLIS = 120_000;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int HEADER_BYTES = 64 * 1024;
  private static final int MAX_THREADS = 256;
  private static final long STOP_MILLIS = 5_000;

  private final Server server;
  private final Storage storage;
  private final URI endpoint;

  private LocalTunnel(Server server, Storage storage, URI endpoint) {
    this.server = server;
    this.storage = storage;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the data directory is in use or cannot be read, or if the port is taken
   */
  public static LocalTunnel start(LocalTunnelConfig config) throws IOException {
    Storage storage = Storage.open(config);
    Server server = null;
    try {
      server = server(config, storage);
      server.start();
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
      return new LocalTunnel(server, storage, URI.create("http://" + host + ":" + port + "/api"));
    } catch (Exception e) {
      try {
        if (server != null) {
          stop(server);
        }
      } finally {
        storage.close();
      }
      throw new IOException(
          "The server cannot listen on "
              + config.host()
              + ":"
              + config.port()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static Server server(LocalTunnelConfig config, Storage storage) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName("tunnel-server-http");
    threads.setDaemon(true);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setOutputBufferSize(BUFFER_BYTES);
    http.setUriCompliance(UriCompliance.UNSAFE);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    factory.setInputBufferSize(BUFFER_BYTES);
    Server server = new Server(threads);
    ServerConnector connector = new ServerConnector(server, 1, 1, factory);
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    server.setStopTimeout(STOP_MILLIS);
    Authenticator authenticator =
        new Authenticator(
            config.accounts(), config.anonymous(), config.limits().clockSkew(), config.clock());
    Routes routes =
        new Routes(
            storage.catalog(),
            storage.sizes(),
            storage.uploads(),
            storage.downloads(),
            storage.instances(),
            storage.allocator(),
            config.limits().fieldBytes());
    server.setHandler(new TunnelHandler(authenticator, routes, config.clock()));
    return server;
  }

  private static void stop(Server server) throws IOException {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException("The HTTP server could not be stopped", e);
    }
  }

  /**
   * Starts a server for one project on a free port of the loopback address, open to everybody on
   * this machine. Made for callers that reach this class by reflection.
   *
   * @param directory the data directory; null for memory
   * @return a closeable object with a public method {@code endpoint()} that gives a {@link URI}
   */
  public static AutoCloseable startEmbedded(@Nullable String directory, String project)
      throws IOException {
    return start(
        LocalTunnelConfig.builder()
            .dataDirectory(directory == null ? null : Path.of(directory))
            .project(project)
            .anonymous(true)
            .build());
  }

  /** The service endpoint, for example {@code http://127.0.0.1:4711/api}. */
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() throws IOException {
    try {
      stop(server);
    } finally {
      storage.close();
    }
  }
}
