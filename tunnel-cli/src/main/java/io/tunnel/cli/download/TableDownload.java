package io.tunnel.cli.download;

import io.tunnel.cli.file.CsvOptions;
import io.tunnel.cli.output.Progress;
import io.tunnel.cli.output.Screen;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.session.DownloadSession;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Downloads a table, or some of its partitions, into one file, in bounded memory. The rows are
 * those of one snapshot for each partition. The file has the data columns and those partition
 * columns whose value is not given by {@code partition}, so that it can be uploaded again to where
 * it came from.
 *
 * @param table the table
 * @param partition the values of some or all partition columns, or null
 * @param columns the columns in the wanted order; empty for all
 * @param format how the file is written
 * @param csv details of CSV, and the zone in which instants are shown
 */
public record TableDownload(
    TableName table,
    @Nullable PartitionSpec partition,
    List<String> columns,
    FileFormat format,
    CsvOptions csv) {
  /** Text that is collected before it is written. */
  private static final int BUFFERED_BYTES = 1 << 16;

  /**
   * What was done.
   *
   * @param rows rows in the file
   * @param bytes bytes of the file
   * @param time from the first request to the end of the file
   */
  public record Result(long rows, long bytes, Duration time) {}

  /** A partition, or the whole of a table that has none. */
  private record Part(DownloadSession session, @Nullable PartitionSpec spec) {}

  /** Copies the list. */
  public TableDownload {
    columns = List.copyOf(columns);
  }

  /**
   * Downloads into a file, packed if its name ends with {@code .gz}. After an exception the file is
   * what it was before.
   *
   * @param replace whether a file that is there may be replaced
   * @throws io.tunnel.protocol.TunnelException if the service refuses
   * @throws IllegalArgumentException if partition or columns do not fit the table
   */
  public Result run(TunnelClient client, Path file, boolean replace, Screen screen)
      throws IOException {
    try (TargetFile target = TargetFile.open(file, replace)) {
      return run(client, target, screen);
    }
  }

  /** Downloads into a stream, which stays open. */
  public Result run(TunnelClient client, PrintStream out, Screen screen) throws IOException {
    try (TargetFile target = TargetFile.of(out)) {
      return run(client, target, screen);
    }
  }

  private Result run(TunnelClient client, TargetFile target, Screen screen) throws IOException {
    long start = System.nanoTime();
    TableSchema schema = client.catalog().table(table).schema();
    List<Column> wanted = wanted(schema);
    List<Part> parts = parts(client, schema);
    long total = parts.stream().mapToLong(part -> part.session().recordCount()).sum();
    RowFormat rows = format == FileFormat.JSON ? new JsonLinesFormat() : new CsvFormat(csv);
    try (BufferAllocator allocator = new RootAllocator();
        Progress progress = Progress.ofRows(screen, table.table(), total)) {
      Utf8Buffer buffer = new Utf8Buffer();
      rows.begin(wanted.stream().map(Column::name).toList(), buffer);
      for (Part part : parts) {
        write(part, schema, wanted, rows, buffer, target, progress, allocator);
      }
      buffer.drainTo(target.out());
      target.finish();
    }
    return new Result(total, target.bytes(), Duration.ofNanos(System.nanoTime() - start));
  }

  private List<Column> wanted(TableSchema schema) {
    List<Column> all = new ArrayList<>(schema.columns());
    for (Column column : schema.partitionColumns()) {
      if (partition == null
          || !partition.values().containsKey(column.name().toLowerCase(Locale.ROOT))) {
        all.add(column);
      }
    }
    if (columns.isEmpty()) {
      return all;
    }
    List<Column> chosen = new ArrayList<>();
    for (String name : columns) {
      chosen.add(
          all.stream()
              .filter(column -> column.name().equalsIgnoreCase(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          table
                              + " has no column \""
                              + name
                              + "\" to download, it has "
                              + all.stream().map(Column::name).collect(Collectors.joining(", ")))));
    }
    return chosen;
  }

  private List<Part> parts(TunnelClient client, TableSchema schema) throws IOException {
    List<Part> parts = new ArrayList<>();
    if (!schema.isPartitioned()) {
      if (partition != null) {
        throw new IllegalArgumentException(
            table + " has no partitions; leave out /" + partition.toPathString());
      }
      parts.add(new Part(client.createDownload(table, null), null));
      return parts;
    }
    if (partition != null && partition.values().size() >= schema.partitionColumns().size()) {
      PartitionSpec whole = partition.alignedTo(schema);
      parts.add(new Part(client.createDownload(table, whole), whole));
      return parts;
    }
    requirePartitionColumns(schema);
    for (PartitionSpec listed : client.catalog().partitions(table)) {
      PartitionSpec spec = listed.alignedTo(schema);
      if (partition == null
          || spec.values().entrySet().containsAll(partition.values().entrySet())) {
        parts.add(new Part(client.createDownload(table, spec), spec));
      }
    }
    if (parts.isEmpty() && partition != null) {
      throw new IllegalArgumentException(
          table + " has no partition with " + partition.toPathString());
    }
    return parts;
  }

  private void requirePartitionColumns(TableSchema schema) {
    if (partition == null) {
      return;
    }
    for (String name : partition.values().keySet()) {
      if (schema.partitionIndexOf(name) < 0) {
        throw new IllegalArgumentException(
            table
                + " has no partition column "
                + name
                + ", it has "
                + schema.partitionColumns().stream()
                    .map(Column::name)
                    .collect(Collectors.joining(", ")));
      }
    }
  }

  private void write(
      Part part,
      TableSchema schema,
      List<Column> wanted,
      RowFormat rows,
      Utf8Buffer buffer,
      TargetFile target,
      Progress progress,
      BufferAllocator allocator)
      throws IOException {
    DownloadSession session = part.session();
    List<String> names =
        wanted.stream().map(Column::name).filter(name -> schema.indexOf(name) >= 0).toList();
    if (names.isEmpty()) {
      // Partition columns alone: a column has to be read to learn nothing but the number of rows.
      names = List.of(schema.columns().get(0).name());
    }
    try (BatchReader body =
        session.read(0, session.recordCount(), names, ArrowMapping.Form.EXTENDED, allocator)) {
      List<ColumnText> texts = new ArrayList<>();
      for (Column column : wanted) {
        texts.add(text(column, part, body));
      }
      long reported = target.bytes();
      while (body.loadNextBatch()) {
        int count = body.root().getRowCount();
        for (int row = 0; row < count; row++) {
          rows.row(texts, row, buffer);
          if (buffer.length() >= BUFFERED_BYTES) {
            buffer.drainTo(target.out());
          }
        }
        progress.advance(target.bytes() - reported, count);
        reported = target.bytes();
      }
    }
  }

  private ColumnText text(Column column, Part part, BatchReader body) {
    int index = part.session().schema().indexOf(column.name());
    if (index >= 0) {
      Column stored = part.session().schema().columns().get(index);
      return ColumnText.of(stored.type(), body.root().getVector(stored.name()), csv.zone());
    }
    PartitionSpec spec = part.spec();
    String value = spec == null ? null : spec.values().get(column.name().toLowerCase(Locale.ROOT));
    if (value == null) {
      throw new IllegalStateException(
          table + " has changed while it was downloaded: column " + column.name() + " is gone");
    }
    return new ConstantText(column.type(), value);
  }
}
