package io.tunnel.cli;

import io.tunnel.cli.output.ResultFormat;
import io.tunnel.cli.output.Screen;
import io.tunnel.cli.sql.Prompt;
import io.tunnel.cli.sql.StatementRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tunnel sql}. */
@Command(
    name = "sql",
    customSynopsis = "tunnel sql URL [STATEMENT] [--format table|csv|json]",
    sortOptions = false,
    description = {
      "Runs SQL and prints what it gives.",
      "",
      "The statements come from the argument, from standard input, or, on a terminal, from a prompt."
          + " Several are separated by semicolons; the first error ends the run.",
      ""
    },
    descriptionHeading = "%n",
    usageHelpWidth = 100,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tunnel sql http://127.0.0.1:8080              a prompt; project \"local\"",
      "  tunnel sql http://127.0.0.1:8080 \"select 1 as one\"",
      "  tunnel sql 'http://127.0.0.1:8080?project=sales' < script.sql",
      "  tunnel sql jdbc:tunnel:local:./tables --format csv \"select * from t\" > t.csv",
      "",
      "Credentials stand in the URL (accessId=, accessKey=) or, better, in the environment:",
      "TUNNEL_ACCESS_ID, TUNNEL_ACCESS_KEY, TUNNEL_SECURITY_TOKEN.",
    })
final class SqlCommand implements Callable<Integer> {
  private final Screen screen;
  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description =
          "http://HOST:PORT?project=P or any URL of the JDBC driver, such as"
              + " jdbc:tunnel:local:DIR?project=P, which needs no server.")
  private String url = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "STATEMENT",
      hideParamSyntax = true,
      description = "What to run.")
  private @Nullable String statement;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, csv or json (default: ${DEFAULT-VALUE}).")
  private ResultFormat format = ResultFormat.TABLE;

  SqlCommand(Screen screen, Map<String, String> environment) {
    this.screen = screen;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    ConnectionUrl target;
    try {
      target = ConnectionUrl.parse(url, environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
    }
    try (Connection connection =
        DriverManager.getConnection(target.jdbcUrl(), target.jdbcProperties())) {
      StatementRunner runner = new StatementRunner(connection, screen, format);
      if (statement != null) {
        runner.runScript(statement);
      } else if (screen.inputIsTerminal()) {
        new Prompt(runner, screen).run(target.project());
      } else {
        runner.runScript(standardInput());
      }
    }
    return 0;
  }

  private static String standardInput() throws IOException {
    return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
