package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that run inside this JVM for URLs with {@code local:} and {@code mem:}. Connections
 * with the same directory, or the same name, and project share one; it stops with the last of them,
 * and what was in memory is gone then.
 */
final class EmbeddedServers {
  static final EmbeddedServers INSTANCE = new EmbeddedServers();

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);
  private static final String CLASS = "io.tunnel.server.LocalTunnel";

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Server> servers = new HashMap<>();

  private static final class Server {
    final AutoCloseable instance;
    final URI endpoint;
    final String project;
    int users;

    Server(AutoCloseable instance, URI endpoint, String project) {
      this.instance = instance;
      this.endpoint = endpoint;
      this.project = project;
    }
  }

  /** A connection's share in a server. */
  final class Lease implements AutoCloseable {
    private final String key;
    private final URI endpoint;
    private boolean closed;

    private Lease(String key, URI endpoint) {
      this.key = key;
      this.endpoint = endpoint;
    }

    URI endpoint() {
      return endpoint;
    }

    @Override
    public void close() {
      release(this);
    }
  }

  /** Starts the server if it does not run yet. */
  Lease acquire(ConnectionSettings settings) throws SQLException {
    boolean memory = settings.url().kind() == ConnectionUrl.Kind.MEMORY;
    String directory = memory ? null : directory(settings.url().location());
    // A memory database is a world of its own; a directory can be opened only once.
    String key =
        memory
            ? "mem:" + settings.url().location() + "?" + settings.project()
            : String.valueOf(directory);
    lock.lock();
    try {
      Server server = servers.get(key);
      if (server == null) {
        server = start(directory, settings.project());
        servers.put(key, server);
      } else if (!server.project.equals(settings.project())) {
        throw SqlErrors.url(
            "The directory "
                + directory
                + " is open in this JVM with the project "
                + server.project
                + "; use that one, or start a server with several projects: tunnel serve --data");
      }
      server.users++;
      return new Lease(key, server.endpoint);
    } finally {
      lock.unlock();
    }
  }

  private static String directory(String text) throws SQLException {
    try {
      Path path = Files.createDirectories(Path.of(text));
      return path.toRealPath().toString();
    } catch (IOException | InvalidPathException e) {
      throw SqlErrors.connect("directory " + text, e);
    }
  }

  private static Server start(@Nullable String directory, String project) throws SQLException {
    try {
      Class<?> type = find();
      Object instance =
          type.getMethod("startEmbedded", String.class, String.class)
              .invoke(null, directory, project);
      URI endpoint = (URI) instance.getClass().getMethod("endpoint").invoke(instance);
      return new Server((AutoCloseable) instance, endpoint, project);
    } catch (InvocationTargetException e) {
      throw SqlErrors.connect("the embedded server", e.getCause() == null ? e : e.getCause());
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw SqlErrors.connect("the embedded server", e);
    }
  }

  private static Class<?> find() throws SQLException {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      return Class.forName(CLASS, true, EmbeddedServers.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      try {
        if (context != null) {
          return Class.forName(CLASS, true, context);
        }
      } catch (ClassNotFoundException alsoMissing) {
        e.addSuppressed(alsoMissing);
      }
      SQLException missing =
          SqlErrors.url(
              "URLs with local: and mem: need the server on the class path; add the Maven artifact"
                  + " io.tunnel:tunnel-server");
      missing.initCause(e);
      throw missing;
    }
  }

  private void release(Lease lease) {
    lock.lock();
    try {
      if (lease.closed) {
        return;
      }
      lease.closed = true;
      Server server = servers.get(lease.key);
      if (server != null && --server.users == 0) {
        servers.remove(lease.key);
        // Under the lock, because a directory can be opened again only after it was closed.
        stop(server.instance);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void stop(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      LOG.warn("The embedded server did not stop cleanly", e);
    }
  }
}
