package io.tunnel.cli.upload;

import io.tunnel.cli.file.CsvOptions;
import io.tunnel.cli.file.TableFileReader;
import io.tunnel.cli.output.Progress;
import io.tunnel.cli.output.Screen;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.session.UploadOptions;
import io.tunnel.protocol.session.UploadSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Uploads files into one table or one partition through one upload session: all rows become visible
 * at once, or none does. Memory is bounded whatever the size of the files.
 *
 * @param table where the rows go
 * @param options partition and mode
 * @param files CSV files, plain or gzip, or Parquet files
 * @param csv how the CSV files are written
 * @param parallel how many blocks are sent at once, at least 1
 */
public record FileUpload(
    TableName table, UploadOptions options, List<Path> files, CsvOptions csv, int parallel) {
  /**
   * What was done.
   *
   * @param rows rows committed
   * @param bytes bytes of the files as stored
   * @param blocks blocks sent
   * @param sessionId the upload session
   * @param time from the first request to the commit's answer
   */
  public record Result(long rows, long bytes, int blocks, String sessionId, Duration time) {}

  /** Checks the number. */
  public FileUpload {
    files = List.copyOf(files);
    if (parallel < 1) {
      throw new IllegalArgumentException("At least 1 block must be sent at a time");
    }
  }

  /**
   * Runs the upload. After an exception nothing of it is visible.
   *
   * @throws io.tunnel.cli.file.FileContentException if a file does not fit the table
   * @throws io.tunnel.protocol.TunnelException if the service refuses
   * @throws IOException if a file cannot be read
   * @throws InterruptedException if the calling thread is interrupted
   */
  public Result run(TunnelClient client, Screen screen) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    UploadSession session = client.createUpload(table, options);
    for (Path file : files) {
      checkHeader(file, session);
    }
    BlockPipeline.Sent sent;
    try (BufferAllocator allocator = new RootAllocator();
        Progress progress = Progress.start(screen, table.table(), bytes)) {
      sent = new BlockPipeline(session, this, allocator, progress).run();
      progress.phase("committing");
      session.commit(sent.blocks());
    }
    return new Result(
        sent.rows(),
        bytes,
        sent.blocks().size(),
        session.id(),
        Duration.ofNanos(System.nanoTime() - start));
  }

  /** Before anything is sent, so that a wrong last file does not cost the upload of the others. */
  private void checkHeader(Path file, UploadSession session) throws IOException {
    TableFileReader.open(file, csv, session.schema()).close();
  }
}
