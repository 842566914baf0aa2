package io.tunnel.cli;

import io.tunnel.cli.download.FileFormat;
import io.tunnel.cli.download.TableDownload;
import io.tunnel.cli.file.CsvOptions;
import io.tunnel.cli.output.Amounts;
import io.tunnel.cli.output.Screen;
import io.tunnel.protocol.TunnelClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
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

/** {@code tunnel download}. */
@Command(
    name = "download",
    description = {
      "Downloads a table, or some of its partitions, into a file.",
      "",
      "The format is chosen by the file's name: .csv and .json (also .jsonl, .ndjson: one object to a"
          + " line), each with .gz behind it to pack it. The file appears when it is complete.",
      ""
    },
    customSynopsis = "tunnel download TABLE[/k=v,...] FILE --url URL [OPTIONS]",
    descriptionHeading = "%n",
    usageHelpWidth = 100,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  tunnel download cities cities.csv.gz --url http://127.0.0.1:8080",
      "  tunnel download sales/ds=2026-01-01 day.jsonl --url 'http://127.0.0.1:8080?project=shop'",
      "  tunnel download cities - --columns name,country --url jdbc:tunnel:local:./tables | sort",
      "",
      "Of a partitioned table, /k=v,... names one partition, or all that have these values. Partition",
      "columns without a value there stand at the end of each row. tunnel upload with --null '' reads",
      "a CSV file back to the same values: NULL is an empty field, an empty text is \"\".",
    })
final class DownloadCommand implements Callable<Integer> {
  private final Screen screen;

  @Parameters(
      index = "0",
      paramLabel = "TABLE",
      description = "The table as [PROJECT.][SCHEMA.]NAME[/PARTITION].")
  private String operand = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The file to write; - for standard output.")
  private String file = "";

  @Mixin private final ServiceAccess service;

  @Option(names = "--overwrite", description = "Replace the file if there is one.")
  private boolean overwrite;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "FORMAT",
      description = "csv or json, whatever the file's name.")
  private @Nullable FileFormat format;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "NAME",
      description = "The columns to download, in this order (default: all).")
  private List<String> columns = List.of();

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      description = "The text that stands for NULL in CSV (default: an empty field).")
  private @Nullable String nullText;

  @Option(names = "--no-header", description = "No line with the columns' names in CSV.")
  private boolean headless;

  @Option(
      names = {"-d", "--delimiter"},
      paramLabel = "C",
      defaultValue = ",",
      description = "Between fields; \\t for a tab (default: ${DEFAULT-VALUE}).")
  private String delimiter = ",";

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "Zone in which instants are written (default: ${DEFAULT-VALUE}).")
  private ZoneId zone = ZoneId.of("UTC");

  DownloadCommand(Screen screen, Map<String, String> environment) {
    this.screen = screen;
    this.service = new ServiceAccess(environment);
  }

  @Override
  public Integer call() throws Exception {
    ConnectionUrl target = service.target();
    service.with(target, client -> download(client, target.project()));
    return 0;
  }

  private void download(TunnelClient client, String project) throws IOException {
    boolean toOutput = file.equals("-");
    TableDownload download;
    try {
      TableOperand from = TableOperand.parse(operand, project, client.config().schema());
      download =
          new TableDownload(from.table(), from.partition(), columns, chosen(toOutput), csv());
    } catch (IllegalArgumentException e) {
      throw service.usage(String.valueOf(e.getMessage()));
    }
    if (toOutput) {
      download.run(client, screen.out(), screen);
      return;
    }
    TableDownload.Result result;
    try {
      result = download.run(client, Path.of(file), overwrite, screen);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(file + " exists already; replace it with --overwrite", e);
    }
    screen
        .out()
        .printf(
            "%s from %s into %s in %s: %s, %s%n",
            Amounts.rows(result.rows()),
            operand,
            screen.bold(file),
            Amounts.seconds(result.time()),
            Amounts.rowRate(result.rows(), result.time()),
            Amounts.byteRate(result.bytes(), result.time()));
  }

  private FileFormat chosen(boolean toOutput) {
    if (format != null) {
      return format;
    }
    return toOutput ? FileFormat.CSV : FileFormat.of(Path.of(file));
  }

  private CsvOptions csv() {
    return new CsvOptions(
        CsvCharacters.of("--delimiter", delimiter),
        '"',
        !headless,
        List.of(),
        nullText,
        zone,
        StandardCharsets.UTF_8);
  }
}
