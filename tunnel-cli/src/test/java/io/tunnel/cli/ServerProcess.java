package io.tunnel.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code tunnel serve} in a JVM of its own, started without any JVM flag. */
final class ServerProcess implements AutoCloseable {
  private static final String READY = "tunnel server ready at ";

  private final Process process;
  private final BufferedReader out;
  private final String address;

  private ServerProcess(Process process, BufferedReader out, String address) {
    this.process = process;
    this.out = out;
    this.address = address;
  }

  static ServerProcess start(Path errors, String... options) throws IOException {
    Process process = launch(errors, options);
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    if (line == null || !line.startsWith(READY)) {
      process.destroyForcibly();
      throw new IOException("The server said " + line + "; see " + errors);
    }
    return new ServerProcess(process, out, line.substring(READY.length()));
  }

  /** Starts the process without waiting for its line. */
  static Process launch(Path errors, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.tunnel.cli.Main");
    command.add("serve");
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }

  /** What the process wrote to standard error, without what newer JDKs say about its libraries. */
  static List<String> errorLines(Path errors) throws IOException {
    return Files.readAllLines(errors).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
        .toList();
  }

  String address() {
    return address;
  }

  /** SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    // Through the handle, because Process.destroy() would close the streams that are read later.
    process.toHandle().destroy();
    return exitCode();
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  /** What the process printed behind its first line. */
  List<String> furtherLines() throws IOException {
    return out.lines().toList();
  }

  private int exitCode() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("The server does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
