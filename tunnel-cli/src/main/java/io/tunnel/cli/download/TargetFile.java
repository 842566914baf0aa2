package io.tunnel.cli.download;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a download goes. A file is written under the name {@code FILE.part} and gets its own name
 * by {@link #finish()}: nobody ever finds half of it. What is no regular file, such as a pipe, and
 * standard output are written directly.
 */
final class TargetFile implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final @Nullable Path file;
  private final @Nullable Path part;
  private final Counter counter;
  private final OutputStream out;
  private boolean finished;

  private TargetFile(@Nullable Path file, @Nullable Path part, OutputStream raw, boolean packed)
      throws IOException {
    this.file = file;
    this.part = part;
    counter = new Counter(raw);
    out =
        packed ? new GZIPOutputStream(counter, BUFFER) : new BufferedOutputStream(counter, BUFFER);
  }

  /**
   * Opens a file, packed if its name ends with .gz.
   *
   * @param replace whether a file that is there may be replaced
   * @throws FileAlreadyExistsException if it may not
   */
  static TargetFile open(Path file, boolean replace) throws IOException {
    boolean packed = FileFormat.isPacked(file);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return new TargetFile(null, null, Files.newOutputStream(file), packed);
    }
    if (!replace && Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    OutputStream raw = Files.newOutputStream(part);
    return new TargetFile(file, part, raw, packed);
  }

  /**
   * Writes to a stream, which stays the caller's and open. A reader that has gone away, as {@code
   * head} does, ends the work.
   */
  static TargetFile of(PrintStream stream) throws IOException {
    OutputStream open =
        new FilterOutputStream(stream) {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
            if (stream.checkError()) {
              throw new IOException("nobody reads the output any more");
            }
          }

          @Override
          public void close() {
            stream.flush();
          }
        };
    return new TargetFile(null, null, open, false);
  }

  OutputStream out() {
    return out;
  }

  /** Bytes written to the file so far. */
  long bytes() {
    return counter.count;
  }

  /** Ends the file and gives it its name. */
  void finish() throws IOException {
    out.close();
    if (part != null && file != null) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
    finished = true;
  }

  /** Without {@link #finish()} before it, nothing is left. */
  @Override
  public void close() throws IOException {
    if (finished) {
      return;
    }
    try {
      counter.close();
    } finally {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    }
  }

  private static final class Counter extends FilterOutputStream {
    private long count;

    Counter(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
