package io.tunnel.server;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tunnel.server.auth.Accounts;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.auth.BearerTokens;
import io.tunnel.server.auth.LocalNames;
import io.tunnel.server.control.ControlledClock;
import io.tunnel.server.control.ServerControl;
import io.tunnel.server.http.CallControl;
import io.tunnel.server.http.Routes;
import io.tunnel.server.http.TunnelHandler;
import io.tunnel.server.limit.Pace;
import io.tunnel.server.store.Database;
import io.tunnel.server.store.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A running local tunnel server. It listens from the return of {@link #start} to {@link #close},
 * which ends what runs and leaves the data directory ready for the next start; a process that is
 * killed instead leaves it ready too. Thread safe.
 */
public final class LocalTunnel implements Closeable {
  /** How long a close waits for requests that run, among them commits. */
  private static final long DRAIN_MILLIS = 30_000;

  private final HttpListener listener;
  private final TunnelHandler handler;
  private final Storage storage;
  private final URI endpoint;
  private final @Nullable ServerControl control;

  private LocalTunnel(
      HttpListener listener,
      TunnelHandler handler,
      Storage storage,
      URI endpoint,
      @Nullable ServerControl control) {
    this.control = control;
    this.listener = listener;
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
    return start(config, Pace.Time.SYSTEM, Disk.MACHINE);
  }

  /** Starts a server on which slowed transfers wait in this time, and files are safe by this. */
  static LocalTunnel start(LocalTunnelConfig config, Pace.Time time, Disk disk) throws IOException {
    if (!config.control()) {
      return start(config, open(config, disk), null, time);
    }
    ControlledClock clock = new ControlledClock(config.clock());
    LocalTunnelConfig controlled = config.withClock(clock);
    CompletableFuture<Storage> opening = open(controlled, disk);
    return start(
        controlled, opening, new ServerControl(clock, () -> await(opening).dropEverything()), time);
  }

  /**
   * Starts a server for a test: in memory, on a free port of the loopback address, open to
   * everybody on this machine, with the project {@code local} and its {@link #control}.
   */
  public static LocalTunnel startForTest() throws IOException {
    return start(LocalTunnelConfig.builder().anonymous(true).control().build());
  }

  // Database and HTTP side take about as long to start, so they start beside each other.
  private static LocalTunnel start(
      LocalTunnelConfig config,
      CompletableFuture<Storage> opening,
      @Nullable ServerControl control,
      Pace.Time time)
      throws IOException {
    CompletableFuture<LocalTunnel> started = new CompletableFuture<>();
    CompletableFuture<Routes> routes = new CompletableFuture<>();
    BearerTokens tokens = new BearerTokens(config.clock());
    Accounts accounts = new Accounts(config.accounts(), config.anonymous());
    LocalNames names = new LocalNames(config.host());
    Authenticator authenticator =
        new Authenticator(accounts, names, tokens, config.limits().clockSkew(), config.clock());
    TunnelHandler handler =
        new TunnelHandler(
            authenticator,
            routes,
            config.limits().rates(),
            config.clock(),
            time,
            control == null
                ? CallControl.off()
                : CallControl.on(
                    control,
                    new Authenticator(
                        accounts,
                        names,
                        tokens,
                        config.limits().clockSkew(),
                        control.clock().base()),
                    () -> started.join().statistics()));
    HttpListener listener = new HttpListener(config, handler);
    Storage storage = null;
    try {
      URI endpoint = listener.start();
      // Reading the catalog and most answers need JSON, whose classes take long to load: do it
      // while the other thread opens the database.
      JsonMapper.builder().build();
      storage = await(opening);
      routes.complete(routes(config, storage, tokens, accounts, authenticator));
      LocalTunnel tunnel = new LocalTunnel(listener, handler, storage, endpoint, control);
      started.complete(tunnel);
      return tunnel;
    } catch (IOException | RuntimeException e) {
      routes.completeExceptionally(e);
      started.completeExceptionally(e);
      listener.stop();
      if (storage == null) {
        storage = opening.exceptionally(failure -> null).join();
      }
      if (storage != null) {
        storage.close();
      }
      throw e;
    }
  }

  private static CompletableFuture<Storage> open(LocalTunnelConfig config, Disk disk) {
    Database.loadLibrary();
    CompletableFuture<Storage> opening = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                opening.complete(Storage.open(config, disk));
              } catch (IOException | RuntimeException | Error e) {
                opening.completeExceptionally(e);
              }
            },
            "tunnel-server-open");
    thread.setDaemon(true);
    thread.start();
    return opening;
  }

  private static Storage await(CompletableFuture<Storage> opening) throws IOException {
    try {
      return opening.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException("The server cannot start: " + e.getCause(), e);
    }
  }

  private static Routes routes(
      LocalTunnelConfig config,
      Storage storage,
      BearerTokens tokens,
      Accounts accounts,
      Authenticator authenticator) {
    return new Routes(
        storage.catalog(),
        storage.sizes(),
        storage.partitionProperties(),
        storage.uploads(),
        storage.upserts(),
        storage.downloads(),
        storage.previews(),
        storage.instances(),
        tokens,
        accounts,
        authenticator,
        config.clock(),
        storage.allocator(),
        config.limits().fieldBytes());
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

  /** What the clients of the server have done since its start. */
  public ServerStatistics statistics() {
    return new ServerStatistics(
        storage.uploads().openSessions(), storage.downloads().openSessions(), handler.clients());
  }

  /** The service endpoint, for example {@code http://127.0.0.1:4711/api}. */
  public URI endpoint() {
    return endpoint;
  }

  /**
   * Faults, the clock and the last requests of this server.
   *
   * @throws IllegalStateException if the server was started without control
   */
  public ServerControl control() {
    if (control == null) {
      throw new IllegalStateException(
          "The server was started without control: use LocalTunnelConfig.builder().control()");
    }
    return control;
  }

  @Override
  public void close() throws IOException {
    storage.interrupt();
    handler.drain(DRAIN_MILLIS);
    try {
      listener.stop();
    } finally {
      storage.close();
    }
  }
}
