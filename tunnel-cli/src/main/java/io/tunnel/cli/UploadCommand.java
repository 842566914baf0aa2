package io.tunnel.cli;

import io.tunnel.cli.csv.CsvOptions;
import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.Screen;
import io.tunnel.cli.upload.FileUpload;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
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

/** {@code tunnel upload}. */
@Command(
    name = "upload",
    description = {
      "Uploads CSV files, plain or gzip, into a table or one of its partitions.",
      "",
      "The files' fields are matched with the table's columns by the names in the first line. A"
          + " value that does not fit is an error that names file, line and column. All rows become"
          + " visible at once at the end, or none does.",
      ""
    },
    customSynopsis = "tunnel upload FILE... TABLE[/k=v,...] --url URL [OPTIONS]",
    descriptionHeading = "%n",
    usageHelpWidth = 100,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tunnel upload cities.csv.gz cities --url http://127.0.0.1:8080 --null ''",
      "  tunnel upload part-*.csv sales/ds=2026-01-01 --create-partition \\",
      "                --url 'http://127.0.0.1:8080?project=shop'",
      "  tunnel upload data.tsv t --delimiter '\\t' --no-header --url jdbc:tunnel:local:./tables",
      "",
      "Blank fields are NULL, but in text columns they are the empty text unless --null '' is given.",
      "Values in quotes are never taken for the --null text. Dates are written yyyy-mm-dd, times",
      "yyyy-mm-dd hh:mm:ss[.fraction][+hh:mm]; binary values as hexadecimal digits.",
    })
final class UploadCommand implements Callable<Integer> {
  private final Screen screen;
  private final Map<String, String> environment;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "2..*",
      paramLabel = "FILE... TABLE",
      hideParamSyntax = true,
      description = "The files, then the table as [PROJECT.][SCHEMA.]NAME[/PARTITION].")
  private List<String> operands = List.of();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "http://HOST:PORT?project=P or any URL of the JDBC driver (default: the variable"
              + " TUNNEL_URL).")
  private @Nullable String url;

  @Option(names = "--overwrite", description = "Replace what the table or partition holds.")
  private boolean overwrite;

  @Option(names = "--create-partition", description = "Create the partition if it is missing.")
  private boolean createPartition;

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      description = "The text that stands for NULL; '' for blanks in text columns too.")
  private @Nullable String nullText;

  @Option(
      names = "--no-header",
      description = "The first line holds values; fields are the table's columns in order.")
  private boolean headless;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description = "The columns that the fields belong to, in place of the first line's names.")
  private List<String> columns = List.of();

  @Option(
      names = {"-d", "--delimiter"},
      paramLabel = "C",
      defaultValue = ",",
      description = "Between fields; \\t for a tab (default: ${DEFAULT-VALUE}).")
  private String delimiter = ",";

  @Option(
      names = "--quote",
      paramLabel = "C",
      defaultValue = "\"",
      description = "Around fields (default: ${DEFAULT-VALUE}).")
  private String quote = "\"";

  @Option(
      names = "--charset",
      paramLabel = "NAME",
      defaultValue = "UTF-8",
      description = "Encoding of the files (default: ${DEFAULT-VALUE}).")
  private Charset charset = StandardCharsets.UTF_8;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "Zone of times that name no offset (default: ${DEFAULT-VALUE}).")
  private ZoneId zone = ZoneId.of("UTC");

  @Option(
      names = {"-p", "--parallel"},
      paramLabel = "N",
      description = "Blocks that are sent at once (default: one for each processor, at most 4).")
  private int parallel = Math.min(4, Runtime.getRuntime().availableProcessors());

  UploadCommand(Screen screen, Map<String, String> environment) {
    this.screen = screen;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    List<Path> files = operands.subList(0, operands.size() - 1).stream().map(Path::of).toList();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString());
      }
    }
    ConnectionUrl target = target();
    Path directory = target.directory();
    if (directory == null) {
      upload(files, config(target, null), target);
      return 0;
    }
    LocalTunnelConfig embedded =
        LocalTunnelConfig.builder()
            .dataDirectory(directory)
            .project(target.project())
            .anonymous(true)
            .build();
    try (LocalTunnel server = LocalTunnel.start(embedded)) {
      upload(files, config(target, server.endpoint()), target);
    }
    return 0;
  }

  private void upload(List<Path> files, TunnelConfig config, ConnectionUrl target)
      throws Exception {
    String operand = operands.get(operands.size() - 1);
    FileUpload upload;
    try {
      int slash = operand.indexOf('/');
      TableName table =
          TableName.parse(
              slash < 0 ? operand : operand.substring(0, slash), target.project(), config.schema());
      PartitionSpec partition =
          slash < 0 ? null : PartitionSpec.parse(operand.substring(slash + 1));
      upload =
          new FileUpload(
              table,
              new UploadOptions(partition, overwrite, createPartition),
              files,
              csv(),
              parallel);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
    try (TunnelClient client = TunnelClient.open(config)) {
      FileUpload.Result result = upload.run(client, screen);
      screen
          .out()
          .printf(
              "%s in %s: %s, %s, %s; session %s%n",
              Amounts.rows(result.rows()) + " into " + screen.bold(operand),
              Amounts.seconds(result.time()),
              Amounts.rowRate(result.rows(), result.time()),
              Amounts.byteRate(result.bytes(), result.time()),
              result.blocks() == 1 ? "1 block" : result.blocks() + " blocks",
              result.sessionId());
    }
  }

  private ConnectionUrl target() {
    String text = url == null ? environment.get("TUNNEL_URL") : url;
    if (text == null) {
      throw usage(
          new IllegalArgumentException(
              "name the server with --url, for example --url http://127.0.0.1:8080"));
    }
    try {
      return ConnectionUrl.parse(text, environment);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private TunnelConfig config(ConnectionUrl target, @Nullable URI endpoint) {
    try {
      return target.config(endpoint);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private CsvOptions csv() {
    return new CsvOptions(
        character("--delimiter", delimiter),
        character("--quote", quote),
        !headless,
        columns,
        nullText,
        zone,
        charset);
  }

  private static char character(String option, String text) {
    if (text.equals("\\t")) {
      return '\t';
    }
    if (text.length() != 1) {
      throw new IllegalArgumentException(option + " must be one character, or \\t for a tab");
    }
    return text.charAt(0);
  }

  private ParameterException usage(IllegalArgumentException e) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
  }
}
