package io.tunnel.protocol.session;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
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
  private final FileChannel channel;
  private final @Nullable Path named;
  private long end;

  /**
   * A part of the file.
   *
   * @param start its first byte
   * @param length its bytes
   */
  record Extent(long start, long length) {}

  /** Writes bytes. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out) throws IOException;
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

  /** Appends; what a failed call has appended is overwritten by the next one. */
  Extent append(Source source) throws IOException {
    channel.position(end);
    source.writeTo(Channels.newOutputStream(channel));
    Extent extent = new Extent(end, channel.position() - end);
    end += extent.length;
    return extent;
  }

  /** Reads extents one after the other. */
  InputStream open(List<Extent> extents) {
    return new ExtentsInput(channel, extents);
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
