package io.tunnel.server;

import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.auth.BearerTokens;
import io.tunnel.server.http.Routes;
import io.tunnel.server.http.TunnelHandler;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
  private static final int BUFFER_BYTES = 64 * 1024;

  /** How long a close waits for requests that run, among them commits. */
  private static final long DRAIN_MILLIS = 30_000;

  private final Server server;
  private final TunnelHandler handler;
  private final Storage storage;
  private final URI endpoint;

  private LocalTunnel(Server server, TunnelHandler handler, Storage storage, URI endpoint) {
    this.server = server;
    this.handler = handler;
    this.storage = storage;
    this.endpoint = endpoint;
  }

  /**
   * Starts a server.
   *
   * @throws IOException if the data directory is in use or cannot be read, or if the port is taken
   */
  public static LocalTunnel start(LocalTunnelConfig config) throws IOException {
    CompletableFuture<Routes> routes = new CompletableFuture<>();
    BearerTokens tokens = new BearerTokens(config.clock());
    TunnelHandler handler =
        new TunnelHandler(
            new Authenticator(
                config.accounts(),
                config.anonymous(),
                tokens,
                config.limits().clockSkew(),
                config.clock()),
            routes,
            config.clock());
    Server server = server(config, handler);
    // Database and HTTP side take about as long to start, so they start beside each other.
    CompletableFuture<URI> listening = CompletableFuture.supplyAsync(() -> listen(config, server));
    Storage storage = null;
    try {
      storage = Storage.open(config);
      URI endpoint = listening.join();
      routes.complete(routes(config, storage, tokens));
      return new LocalTunnel(server, handler, storage, endpoint);
    } catch (IOException | CompletionException e) {
      routes.completeExceptionally(e);
      listening.handle((uri, failure) -> "ended").join();
      try {
        stop(server);
      } finally {
        if (storage != null) {
          storage.close();
        }
      }
      throw reason(e);
    }
  }

  private static IOException reason(Exception failure) {
    if (failure instanceof IOException io) {
      return io;
    }
    return failure.getCause() instanceof UncheckedIOException unchecked
        ? new IOException(String.valueOf(unchecked.getMessage()), unchecked)
        : new IOException("The server cannot start", failure);
  }

  private static URI listen(LocalTunnelConfig config, Server server) {
    try {
      server.start();
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
      return URI.create("http://" + host + ":" + port + "/api");
    } catch (Exception e) {
      String address = config.host() + ":" + config.port();
      throw new UncheckedIOException(
          "The server cannot listen on " + address + ": " + e.getMessage(), new IOException(e));
    }
  }

  private static Server server(LocalTunnelConfig config, TunnelHandler handler) {
    QueuedThreadPool threads = new QueuedThreadPool(TunnelHandler.THREADS, 4);
    threads.setName("tunnel-server-http");
    threads.setDaemon(true);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(TunnelHandler.HEAD_BYTES);
    http.setOutputBufferSize(BUFFER_BYTES);
    http.setUriCompliance(UriCompliance.UNSAFE);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    factory.setInputBufferSize(BUFFER_BYTES);
    Server server = new Server(threads);
    ServerConnector connector = new ServerConnector(server, 1, 1, factory);
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(config.limits().idleTime().toMillis());
    server.addConnector(connector);
    // The handler waits for running requests itself; Jetty would wait for idle connections too.
    server.setStopTimeout(0);
    server.setHandler(handler);
    server.setErrorHandler(handler.connectionErrors());
    return server;
  }

  private static Routes routes(LocalTunnelConfig config, Storage storage, BearerTokens tokens) {
    return new Routes(
        storage.catalog(),
        storage.sizes(),
        storage.partitionProperties(),
        storage.uploads(),
        storage.downloads(),
        storage.instances(),
        tokens,
        config.accounts().keySet().stream().map(Authenticator::owner).sorted().toList(),
        config.anonymous(),
        config.clock(),
        storage.allocator(),
        config.limits().fieldBytes());
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

  /** What is behind the HTTP side, for tests that need a state which no request can bring about. */
  Storage storage() {
    return storage;
  }

  /** The service endpoint, for example {@code http://127.0.0.1:4711/api}. */
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() throws IOException {
    storage.interrupt();
    handler.drain(DRAIN_MILLIS);
    try {
      stop(server);
    } finally {
      storage.close();
    }
  }
}
