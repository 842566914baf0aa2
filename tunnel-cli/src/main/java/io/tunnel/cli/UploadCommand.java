package io.tunnel.cli;

import io.tunnel.cli.file.CsvOptions;
import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.Screen;
import io.tunnel.cli.upload.FileUpload;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.session.UploadOptions;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tunnel upload}. */
@Command(
    name = "upload",
    description = {
      "Uploads files (CSV, plain or gzip, or Parquet) into a table or one of its partitions.",
      "",
      "The files' fields are matched with the table's columns by their names, which in CSV stand in"
          + " the first line. A value that does not fit is an error that names file, line and column."
          + " All rows become visible at once at the end, or none does.",
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
      "",
      "A file that begins as Parquet is read as Parquet, whatever its name; of the options, only",
      "--columns and --zone then have a meaning for it. Nested fields are not uploaded.",
    })
final class UploadCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE... TABLE",
      hideParamSyntax = true,
      description = "The files, then the table as [PROJECT.][SCHEMA.]NAME[/PARTITION].")
  private List<String> operands = List.of();

  @Mixin private final ServiceAccess service;

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
    this.service = new ServiceAccess(environment);
  }

  @Override
  public Integer call() throws Exception {
    if (operands.size() < 2) {
      throw service.usage("name at least one file, then the table: tunnel upload FILE... TABLE");
    }
    List<Path> files = operands.subList(0, operands.size() - 1).stream().map(Path::of).toList();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString());
      }
    }
    ConnectionUrl target = service.target();
    service.with(target, client -> upload(client, files, target.project()));
    return 0;
  }

  private void upload(TunnelClient client, List<Path> files, String project)
      throws IOException, InterruptedException {
    String operand = operands.get(operands.size() - 1);
    FileUpload upload;
    try {
      TableOperand to = TableOperand.parse(operand, project, client.config().schema());
      upload =
          new FileUpload(
              to.table(),
              new UploadOptions(to.partition(), overwrite, createPartition),
              files,
              csv(),
              parallel);
    } catch (IllegalArgumentException e) {
      throw service.usage(String.valueOf(e.getMessage()));
    }
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

  private CsvOptions csv() {
    return new CsvOptions(
        CsvCharacters.of("--delimiter", delimiter),
        CsvCharacters.of("--quote", quote),
        !headless,
        columns,
        nullText,
        zone,
        charset);
  }
}
