package io.tunnel.cli;

import io.tunnel.cli.output.Screen;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import io.tunnel.server.auth.Account;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tunnel serve}. */
@Command(
    name = "serve",
    customSynopsis = {
      "tunnel serve [--host H] [--port N] [--data DIR | --memory] [--project P]...",
      "             [--account ID:SECRET]... [--accounts FILE] [--anonymous]",
      "             [--tls-certificate FILE --tls-key FILE] [--limits maxcompute|none|FILE]",
      "             [--compact-after N] [--control]",
    },
    sortOptions = false,
    description = {
      "Runs the local tunnel server until it is stopped.",
      "",
      "Prints one line, \"tunnel server ready at http://HOST:PORT\", when it accepts requests.",
      "SIGTERM and Ctrl-C stop it cleanly; with --data nothing committed is lost even by kill -9.",
      ""
    },
    descriptionHeading = "%n",
    usageHelpWidth = 100,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tunnel serve --anonymous                      in memory, project \"local\", a free port",
      "  tunnel serve --anonymous --port 8080 --data ./tables",
      "                                                keeps tables in a folder",
      "  tunnel serve --account dev:secret --project sales --project stock",
      "                                                signatures are checked, two projects",
    })
final class ServeCommand implements Callable<Integer> {
  private final Screen screen;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}, this machine only).")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port to listen on; 0, the default, picks a free one.")
  private int port;

  @ArgGroup private @Nullable Storage storage;

  @Option(
      names = "--project",
      paramLabel = "P",
      description = "A project that exists; may be repeated (default: local).")
  private List<String> projects = List.of();

  @Option(
      names = "--account",
      paramLabel = "ID:SECRET",
      description =
          "An account whose signatures are accepted; may be repeated. Behind a blank may stand what"
              + " it may do, like \"ID:SECRET sales=read,stock=write\" (read, write, admin; * for"
              + " all other projects); without it, everything.")
  private List<String> accounts = List.of();

  @Option(
      names = "--accounts",
      paramLabel = "FILE",
      description =
          "A file with such an account on each line; secrets then stand in no process list.")
  private @Nullable Path accountsFile;

  @Option(
      names = "--anonymous",
      description =
          "Accept every request, signed or not: for play and tests, on a loopback address only.")
  private boolean anonymous;

  @ArgGroup(exclusive = false)
  private @Nullable Tls tls;

  @Option(
      names = "--limits",
      paramLabel = "maxcompute|none|FILE",
      description =
          "Limits that hold: all of the service's, none, or those of a properties file; without it"
              + " sizes and lives of the service, no rates.")
  private @Nullable String limits;

  @Option(
      names = "--compact-after",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "Compact the folder after so many commits that replace or delete rows (default:"
              + " ${DEFAULT-VALUE}).")
  private int compactAfter;

  @Option(
      names = "--control",
      description =
          "For tests: lets accounts without limits to their rights make calls fail, set the clock and"
              + " see the last requests, at /-/.")
  private boolean control;

  /** With what https is served. */
  static final class Tls {
    @Option(
        names = "--tls-certificate",
        required = true,
        paramLabel = "FILE",
        description = "Serve https with this certificate and those that signed it (PEM).")
    private @Nullable Path certificate;

    @Option(
        names = "--tls-key",
        required = true,
        paramLabel = "FILE",
        description = "The private key of the certificate (PEM, PKCS#8, no password).")
    private @Nullable Path key;
  }

  /** Where the tables live. */
  static final class Storage {
    @Option(names = "--data", paramLabel = "DIR", description = "Keep everything in this folder.")
    private @Nullable Path directory;

    @Option(
        names = "--memory",
        description = "Keep everything in memory until the end (the default).")
    private boolean memory;
  }

  ServeCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() throws Exception {
    LocalTunnelConfig config = config();
    CountDownLatch stopped = new CountDownLatch(1);
    LocalTunnel server = LocalTunnel.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "tunnel-stop"));
    URI endpoint = server.endpoint();
    String address = endpoint.getScheme() + "://" + endpoint.getAuthority();
    screen.out().println("tunnel server ready at " + address);
    screen.out().flush();
    remarks(config, address);
    stopped.await();
    return 0;
  }

  private void stop(LocalTunnel server) {
    try {
      server.close();
    } catch (Exception e) {
      screen.err().println("error: the server did not stop cleanly: " + e.getMessage());
    }
  }

  private void remarks(LocalTunnelConfig config, String address) {
    if (screen.errorIsTerminal()) {
      String project = config.projects().get(0);
      String url = address + (project.equals("local") ? "" : "?project=" + project);
      Path directory = config.dataDirectory();
      screen.err().println(screen.dim("  tables: " + (directory == null ? "memory" : directory)));
      screen.err().println(screen.dim("  try:    tunnel sql '" + url + "' 'show tables'"));
      screen.err().println(screen.dim("  stop:   Ctrl-C"));
    }
  }

  private LocalTunnelConfig config() {
    LocalTunnelConfig.Builder config =
        LocalTunnelConfig.builder()
            .host(host)
            .port(port)
            .anonymous(anonymous)
            .compactAfter(compactAfter)
            .control(control);
    if (storage != null) {
      config.dataDirectory(storage.directory);
    }
    projects.forEach(config::project);
    if (accounts.isEmpty() && accountsFile == null && !anonymous) {
      throw usage(
          "nobody could use the server: allow everybody with --anonymous, or name accounts with"
              + " --account ID:SECRET or --accounts FILE");
    }
    try {
      accounts.forEach(account -> config.account(Account.parse(account)));
      if (accountsFile != null) {
        AccountsFile.read(accountsFile).forEach(config::account);
      }
      if (tls != null) {
        config.tls(
            text("--tls-certificate", Objects.requireNonNull(tls.certificate)),
            text("--tls-key", Objects.requireNonNull(tls.key)));
      }
      if (limits != null) {
        config.limits(LimitsOption.parse(limits));
      }
      return config.build();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  private static String text(String option, Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the file of " + option + " cannot be read as PEM text: " + file, e);
    }
  }
}
