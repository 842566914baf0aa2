package io.tunnel.it.clients.fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The local server as a process on a data directory. */
final class ServerProcess implements AutoCloseable {
  static final String PROJECT = "faults";

  private final Process process;
  private final URI endpoint;

  private ServerProcess(Process process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Starts the server and waits until it accepts requests.
   *
   * @param port where it listens, 0 for any; a server that comes back has the address that it had
   */
  static ServerProcess start(Path data, int port) throws IOException {
    Path log = data.resolveSibling(data.getFileName() + ".log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    ServerMain.class.getName(),
                    data.toString(),
                    PROJECT,
                    String.valueOf(port)))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(ServerMain.READY)) {
        return new ServerProcess(
            process, URI.create(line.substring(ServerMain.READY.length()).strip()));
      }
    }
    process.destroyForcibly();
    throw new IOException("The server did not start:\n" + Files.readString(log));
  }

  URI endpoint() {
    return endpoint;
  }

  /** The number of the process. */
  long pid() {
    return process.pid();
  }

  /** kill -9, and waits until the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
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
  }
}
