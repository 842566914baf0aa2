package io.tunnel.protocol.http;

import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A body that is written while it is sent, and never twice; in chunks if its length is unknown. */
final class StreamedBody extends RequestBody {
  private final StreamBody body;
  private final long length;

  /**
   * A body.
   *
   * @param length its bytes, or -1 if that is unknown
   */
  StreamedBody(StreamBody body, long length) {
    this.body = body;
    this.length = length;
  }

  /** The header is set, and signed, with the request. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    OutputStream out = new SinkOutput(sink);
    body.writeTo(out);
    out.flush();
  }

  /**
   * Hands large arrays on in pieces. okio copies a piece into segments of 8 KiB, of which it keeps
   * 8 to use them again; all beyond those would be garbage.
   */
  private static final class SinkOutput extends OutputStream {
    private static final int PIECE_BYTES = 32 * 1024;

    private final BufferedSink sink;

    SinkOutput(BufferedSink sink) {
      this.sink = sink;
    }

    @Override
    public void write(int value) throws IOException {
      sink.writeByte(value);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      int from = offset;
      int end = offset + length;
      while (from < end) {
        int count = Math.min(end - from, PIECE_BYTES);
        sink.write(source, from, count);
        from += count;
      }
    }

    @Override
    public void flush() throws IOException {
      sink.flush();
    }
  }
}
