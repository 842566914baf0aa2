package io.tunnel.protocol.arrow;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.SnappyFramedInputStream;
import org.xerial.snappy.SnappyFramedOutputStream;

/**
 * The compression around a whole body (specification: regular tunnel, section 4.3). The names are
 * those of {@code Content-Encoding} and {@code Accept-Encoding}.
 */
public enum ContentCoding {
  /** No compression; has no name on the wire. */
  NONE(null),
  /** zlib (RFC 1950) at level 1. */
  DEFLATE("deflate"),
  /** The framing format of Snappy. */
  SNAPPY("x-snappy-framed"),
  /** LZ4 frame, the name for record bodies. */
  LZ4("x-lz4-frame"),
  /** LZ4 frame, the name for Arrow bodies. */
  ODPS_LZ4("x-odps-lz4-frame"),
  /** Zstandard. */
  ZSTD("zstd");

  private static final int BUFFER_BYTES = 32 * 1024;

  private final @Nullable String wireName;

  ContentCoding(@Nullable String wireName) {
    this.wireName = wireName;
  }

  /** The name in HTTP headers; null for {@link #NONE}, for which the header is left out. */
  public @Nullable String wireName() {
    return wireName;
  }

  /**
   * The coding with this name, case ignored. A null, an empty name and {@code identity} mean {@link
   * #NONE}.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static ContentCoding forWireName(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return NONE;
    }
    String wanted = name.strip().toLowerCase(Locale.ROOT);
    if (wanted.equals("identity")) {
      return NONE;
    }
    for (ContentCoding coding : values()) {
      if (wanted.equals(coding.wireName)) {
        return coding;
      }
    }
    throw new IllegalArgumentException(
        "Content coding \""
            + name
            + "\" is unknown; use deflate, x-snappy-framed, x-lz4-frame, x-odps-lz4-frame or zstd");
  }

  /**
   * A stream that compresses into {@code out}. Closing it ends the compressed form, frees what the
   * compressor holds, and closes {@code out}.
   */
  public OutputStream encode(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case DEFLATE -> new ZlibOutput(out);
      case SNAPPY -> new SnappyFramedOutputStream(out);
      case LZ4, ODPS_LZ4 -> new LZ4FrameOutputStream(out, BLOCKSIZE.SIZE_64KB);
      case ZSTD -> new ZstdOutputStream(out);
    };
  }

  /**
   * A stream that expands {@code in}. Closing it frees what the expander holds and closes {@code
   * in}. A damaged or truncated compressed form gives a {@link MalformedBodyException}, a failure
   * of {@code in} itself passes unchanged.
   */
  public InputStream decode(InputStream in) throws IOException {
    if (this == NONE) {
      return in;
    }
    SourceInput source = new SourceInput(in);
    return new DecodedInput(this, source);
  }

  private InputStream expander(InputStream in) throws IOException {
    return switch (this) {
      case NONE -> in;
      case DEFLATE -> new ZlibInput(in);
      case SNAPPY -> new SnappyFramedInputStream(in);
      case LZ4, ODPS_LZ4 -> new LZ4FrameInputStream(in);
      case ZSTD -> new ZstdInputStream(in);
    };
  }

  /** Ends its deflater, which the JDK's stream does only for one that it made itself. */
  private static final class ZlibOutput extends DeflaterOutputStream {
    ZlibOutput(OutputStream out) {
      super(out, new Deflater(Deflater.BEST_SPEED), BUFFER_BYTES);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        def.end();
      }
    }
  }

  /** Ends its inflater, and refuses bytes behind the compressed form. */
  private static final class ZlibInput extends InflaterInputStream {
    ZlibInput(InputStream in) {
      super(in, new Inflater(), BUFFER_BYTES);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count < 0 && (inf.getRemaining() > 0 || in.read() >= 0)) {
        throw MalformedBodyException.malformed("The body goes on behind its compressed form");
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } finally {
        inf.end();
      }
    }
  }

  /** Remembers a failure of the stream that is expanded. */
  private static final class SourceInput extends FilterInputStream {
    private @Nullable IOException failure;

    SourceInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return super.read();
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return super.read(target, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /**
   * Tells damage of the compressed form from a failure of the stream below. The expander is made on
   * the first read, because some read a header at once.
   */
  private static final class DecodedInput extends InputStream {
    private final ContentCoding coding;
    private final SourceInput source;
    private @Nullable InputStream expander;

    DecodedInput(ContentCoding coding, SourceInput source) {
      this.coding = coding;
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        InputStream stream = expander;
        if (stream == null) {
          stream = coding.expander(source);
          expander = stream;
        }
        return stream.read(target, offset, length);
      } catch (MalformedBodyException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        IOException failure = source.failure;
        if (failure != null) {
          throw failure;
        }
        throw MalformedBodyException.corrupted(
            "The body is not valid " + coding.wireName + " data, or it is cut off", e);
      }
    }

    @Override
    public void close() throws IOException {
      InputStream stream = expander;
      if (stream != null) {
        stream.close();
      } else {
        source.close();
      }
    }
  }
}
