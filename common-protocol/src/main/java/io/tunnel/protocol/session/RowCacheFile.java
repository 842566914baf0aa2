package io.tunnel.protocol.session;

import io.tunnel.protocol.pack.UpsertRowLog;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file in which the rows of many partitions wait, each partition's in extents of its
 * own. One thread appends; any number of threads read what was appended before. Where the system
 * allows it the name is removed at once, so that nothing is left behind even if the process is
 * killed.
 */
final class RowCacheFile implements Closeable {
  private static final int WRITE_BYTES = 128 * 1024;

  private final FileChannel channel;
  private final @Nullable Path named;
  private long end;

  /** Many small pieces are one system call. Direct, or the JDK would copy it once more. */
  private final ByteBuffer pending = ByteBuffer.allocateDirect(WRITE_BYTES);

  /**
   * A part of the file.
   *
   * @param start its first byte
   * @param length its bytes
   */
  record Extent(long start, long length) {}

  /** Where the rows of one log are. */
  record StoredRows(Extent index, Extent records) {
    /** Bytes in the file. */
    long bytes() {
      return index.length + records.length;
    }
  }

  private RowCacheFile(FileChannel channel, @Nullable Path named) {
    this.channel = channel;
    this.named = named;
  }

  static RowCacheFile create() throws IOException {
    Path path = Files.createTempFile("tunnel-rows-", ".cache");
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      Files.delete(path);
      throw e;
    }
    return new RowCacheFile(channel, removeNow(path) ? null : path);
  }

  private static boolean removeNow(Path path) {
    try {
      Files.delete(path);
      return true;
    } catch (IOException openFilesKeepTheirName) {
      return false;
    }
  }

  /** Appends the rows of a log; what a failed call has appended is overwritten by the next one. */
  StoredRows append(UpsertRowLog log) throws IOException {
    pending.clear();
    Output out = new Output(end);
    log.writeIndexTo(out);
    Extent index = new Extent(end, out.position() - end);
    log.writeRecordsTo(out);
    out.flush();
    Extent records = new Extent(index.start + index.length, out.position() - index.length - end);
    end = out.position();
    return new StoredRows(index, records);
  }

  /** Reads the indexes of rows one after the other. */
  InputStream openIndex(List<StoredRows> stored) {
    return new ExtentsInput(channel, stored.stream().map(StoredRows::index).toList());
  }

  /** Reads the records of rows one after the other. */
  InputStream openRecords(List<StoredRows> stored) {
    return new ExtentsInput(channel, stored.stream().map(StoredRows::records).toList());
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      if (named != null) {
        Files.deleteIfExists(named);
      }
    }
  }

  /** Gathers small pieces. */
  private final class Output extends OutputStream {
    /** Where in the file what is pending stands. */
    private long start;

    Output(long start) {
      this.start = start;
    }

    /** Where in the file the next byte stands. */
    long position() {
      return start + pending.position();
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        if (!pending.hasRemaining()) {
          flush();
        }
        int count = Math.min(left, pending.remaining());
        pending.put(source, from, count);
        from += count;
        left -= count;
      }
    }

    @Override
    public void flush() throws IOException {
      pending.flip();
      while (pending.hasRemaining()) {
        start += channel.write(pending, start);
      }
      pending.clear();
    }
  }

  private static final class ExtentsInput extends InputStream {
    private final FileChannel channel;
    private final List<Extent> extents;
    private int current;
    private long done;

    ExtentsInput(FileChannel channel, List<Extent> extents) {
      this.channel = channel;
      this.extents = List.copyOf(extents);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      while (current < extents.size() && done == extents.get(current).length) {
        current++;
        done = 0;
      }
      if (current == extents.size()) {
        return -1;
      }
      Extent extent = extents.get(current);
      int wanted = (int) Math.min(length, extent.length - done);
      int count = channel.read(ByteBuffer.wrap(target, offset, wanted), extent.start + done);
      if (count < 0) {
        throw new IOException("The file of waiting rows is shorter than what was written into it");
      }
      done += count;
      return count;
    }
  }
}
