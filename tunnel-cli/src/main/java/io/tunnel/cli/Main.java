package io.tunnel.cli;

import io.tunnel.cli.output.Screen;
import java.util.Map;

/** Where {@code ./tunnel} enters. Exit codes: 0 done, 1 failed, 2 called wrongly. */
public final class Main {
  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Screen screen = Screen.ofProcess(environment);
    int exitCode = TunnelCommand.commandLine(screen, environment).execute(arguments);
    screen.out().flush();
    screen.err().flush();
    System.exit(exitCode);
  }
}
