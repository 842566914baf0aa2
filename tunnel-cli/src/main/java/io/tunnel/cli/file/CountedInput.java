package io.tunnel.cli.file;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file, counted as it is read, unpacked if it begins like a gzip, whatever its name. */
final class CountedInput implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Counter counter;
  private final InputStream plain;

  CountedInput(Path path) throws IOException {
    counter = new Counter(Files.newInputStream(path));
    try {
      BufferedInputStream buffered = new BufferedInputStream(counter, BUFFER);
      buffered.mark(2);
      boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
      buffered.reset();
      plain = gzip ? new GZIPInputStream(buffered, BUFFER) : buffered;
    } catch (IOException e) {
      counter.close();
      throw e;
    }
  }

  /** The decoded characters; malformed input is an error, a byte order mark is left out. */
  Reader characters(Charset charset) throws IOException {
    InputStreamReader decoded =
        new InputStreamReader(
            plain,
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    PushbackReader reader = new PushbackReader(decoded, 1);
    int first = reader.read();
    if (first >= 0 && first != BYTE_ORDER_MARK) {
      reader.unread(first);
    }
    return reader;
  }

  long bytesRead() {
    return counter.count;
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }

  private static final class Counter extends FilterInputStream {
    private volatile long count;

    Counter(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        add(1);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read > 0) {
        add(read);
      }
      return read;
    }

    // Only the reading thread writes; others look at it.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void add(long bytes) {
      count += bytes;
    }
  }
}
