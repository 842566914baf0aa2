package io.tunnel.cli;

import io.tunnel.cli.output.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** One run of the command line within this JVM, and what it printed. */
public record RunningCommand(int exitCode, String out, String err) {
  public static RunningCommand of(String... arguments) {
    return of(Map.of(), arguments);
  }

  public static RunningCommand of(Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Screen screen =
        Screen.plain(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int exitCode = TunnelCommand.commandLine(screen, environment).execute(arguments);
    return new RunningCommand(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public List<String> outLines() {
    return out.lines().toList();
  }
}
