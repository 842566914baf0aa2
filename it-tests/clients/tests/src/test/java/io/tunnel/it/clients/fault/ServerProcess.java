package io.tunnel.it.clients.fault;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The local server as a process on a data directory. */
final class ServerProcess implements AutoCloseable {
  static final String PROJECT = "faults";

  private final Process process;
  private final Path temporary;
  private final Path log;
  private @Nullable URI endpoint;

  private ServerProcess(Process process, Path temporary, Path log) {
    this.process = process;
    this.temporary = temporary;
    this.log = log;
  }

  /**
   * Starts a server and waits until it accepts requests.
   *
   * @see #serve
   */
  static ServerProcess start(Path data, int port) throws IOException {
    ServerProcess server = prepare(data);
    server.serve(port);
    return server;
  }

  /**
   * Launches the JVM of a server that touches its data only when it is to {@link #serve}, so that
   * it gets ready while another one serves them.
   */
  static ServerProcess prepare(Path data) throws IOException {
    Path log = data.resolveSibling(data.getFileName() + ".log");
    // What a killed server leaves here, a native library of 70 MB, goes with it.
    Path temporary = Files.createTempDirectory(data.getParent(), "server-tmp-");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    ServerMain.class.getName(),
                    data.toString(),
                    PROJECT))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new ServerProcess(process, temporary, log);
  }

  /**
   * Starts a prepared server and waits until it accepts requests.
   *
   * @param port where it listens, 0 for any; a server that comes back has the address that it had
   */
  void serve(int port) throws IOException {
    process.getOutputStream().write((port + "\n").getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(ServerMain.READY)) {
        endpoint = URI.create(line.substring(ServerMain.READY.length()).strip());
        return;
      }
    }
    process.destroyForcibly();
    throw new IOException("The server did not start:\n" + Files.readString(log));
  }

  URI endpoint() {
    return Objects.requireNonNull(endpoint);
  }

  /** The number of the process. */
  long pid() {
    return process.pid();
  }

  /** kill -9, and waits until the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    deleteTemporary();
  }

  private synchronized void deleteTemporary() {
    File[] left = temporary.toFile().listFiles();
    for (File file : left == null ? new File[0] : left) {
      file.delete();
    }
    temporary.toFile().delete();
  }

  /** Asks the server to end and waits for it. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("The server did not end when it was asked to");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    deleteTemporary();
  }
}
