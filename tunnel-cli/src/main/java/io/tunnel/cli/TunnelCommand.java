package io.tunnel.cli;

import io.tunnel.cli.output.Screen;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself, which only leads to its subcommands. */
@Command(
    name = "tunnel",
    description = {"Moves tables into and out of MaxCompute and the local tunnel server.", ""},
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    usageHelpWidth = 100,
    versionProvider = TunnelCommand.Version.class,
    footerHeading = "%nStart here:%n",
    footer = {
      "  tunnel demo                                   real data through the whole system, one minute",
      "  tunnel serve --anonymous --port 8080          a local server, in memory",
      "  tunnel sql http://127.0.0.1:8080              a prompt on it",
      "  tunnel COMMAND --help                         what a command can do, with examples",
    })
final class TunnelCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where in the program an error came from.")
  private boolean stacktrace;

  /** Without a subcommand: shows what there is. */
  @Override
  public Integer call() {
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    command.usage(command.getErr());
    return ExitCode.USAGE;
  }

  /** The whole command line, ready to be executed once. */
  static CommandLine commandLine(Screen screen, Map<String, String> environment) {
    TunnelCommand command = new TunnelCommand();
    Failures failures = new Failures(screen, () -> command.stacktrace);
    return new CommandLine(command)
        .addSubcommand(new ServeCommand(screen))
        .addSubcommand(new SqlCommand(screen, environment))
        .addSubcommand(new UploadCommand(screen, environment))
        .addSubcommand(new DownloadCommand(screen, environment))
        .addSubcommand(new DemoCommand(screen))
        .setColorScheme(Help.defaultColorScheme(screen.colours() ? Ansi.ON : Ansi.OFF))
        .setOut(new PrintWriter(screen.out(), true))
        .setErr(new PrintWriter(screen.err(), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures)
        .setExecutionExceptionHandler(failures);
  }

  /** The version of the build, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = TunnelCommand.class.getPackage().getImplementationVersion();
      return new String[] {"tunnel " + (version == null ? "(not packaged)" : version)};
    }
  }
}
