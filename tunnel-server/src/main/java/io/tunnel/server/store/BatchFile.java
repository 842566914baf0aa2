package io.tunnel.server.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A finished file of Arrow batches: a block of an upload, the rows of a download session, or the
 * result of a statement. Every batch has checksums of its own and can be read alone, so a row range
 * costs what its rows cost.
 *
 * <p>Layout: the batches, each framed as an Arrow body; then a JSON document with the columns and,
 * for each batch, its offset and rows; then the document's length and CRC-32C and a magic number. A
 * file without this end is unfinished.
 *
 * <p>What is written never changes; any number of threads may read. A file may be read while it is
 * written ({@link BatchFileWriter#growing}): who asks for a row that is not there yet waits for it.
 * Whoever reads while others may {@link #discard} the file takes a {@link #hold} first.
 */
public final class BatchFile {
  static final int MAGIC = 0x54424631;
  static final int TAIL_BYTES = 3 * Integer.BYTES;
  static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final List<Column> columns;
  private final ArrowMapping.Form form;
  private final Schema schema;
  private final BatchIndex index;
  private final long rows;

  // Guarded by this.
  private int holds;
  private boolean discarded;

  /**
   * A file with this content.
   *
   * @param rows the number of rows, also of those that are still to be written
   */
  BatchFile(Path path, List<Column> columns, ArrowMapping.Form form, BatchIndex index, long rows) {
    this.path = path;
    this.columns = List.copyOf(columns);
    this.form = form;
    this.schema = ArrowMapping.schema(columns, form);
    this.index = index;
    this.rows = rows;
  }

  /** What is left of a file that was given up: its columns and how many rows it had. */
  public static BatchFile discarded(List<Column> columns, long rows) {
    BatchFile file =
        new BatchFile(Path.of(""), columns, ArrowMapping.Form.WIRE, new BatchIndex(), rows);
    file.discarded = true;
    return file;
  }

  /**
   * Opens a finished file.
   *
   * @throws IOException if the file is unfinished or damaged
   */
  public static BatchFile open(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      if (length < TAIL_BYTES) {
        throw new IOException("The batch file " + path.getFileName() + " is unfinished");
      }
      file.seek(length - TAIL_BYTES);
      int documentBytes = file.readInt();
      int crc = file.readInt();
      int magic = file.readInt();
      long start = length - TAIL_BYTES - documentBytes;
      if (magic != MAGIC || documentBytes < 0 || start < 0) {
        throw new IOException("The batch file " + path.getFileName() + " is unfinished");
      }
      byte[] document = new byte[documentBytes];
      file.seek(start);
      file.readFully(document);
      CRC32C computed = new CRC32C();
      computed.update(document);
      if ((int) computed.getValue() != crc) {
        throw new IOException("The batch file " + path.getFileName() + " is damaged");
      }
      return parse(path, JSON.readTree(document), start);
    }
  }

  private static BatchFile parse(Path path, JsonNode document, long end) {
    List<Column> columns = SchemaJson.read(document.path("schema")).columns();
    ArrowMapping.Form form = ArrowMapping.Form.valueOf(document.path("form").asText());
    JsonNode batches = document.path("batches");
    BatchIndex index = new BatchIndex();
    for (int i = 0; i < batches.size(); i += 2) {
      long next = i + 2 < batches.size() ? batches.get(i + 2).asLong() : end;
      index.add(next - batches.get(i).asLong(), batches.get(i + 1).asLong());
    }
    index.complete();
    return new BatchFile(path, columns, form, index, index.rows());
  }

  static byte[] document(List<Column> columns, ArrowMapping.Form form, BatchIndex index) {
    ObjectNode document = JSON.createObjectNode();
    document.set("schema", SchemaJson.write(new TableSchema(columns, List.of())));
    document.put("form", form.name());
    var batches = document.putArray("batches");
    for (int i = 0; i < index.batches(); i++) {
      batches.add(index.offset(i)).add(index.firstRow(i + 1) - index.firstRow(i));
    }
    return document.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Where the file is. */
  public Path path() {
    return path;
  }

  /** The columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /** How the columns are laid out. */
  public ArrowMapping.Form form() {
    return form;
  }

  /** The Arrow schema of every batch. */
  public Schema schema() {
    return schema;
  }

  /** The number of rows, with those that are still to be written. */
  public long rows() {
    return rows;
  }

  /** The number of batches that are written. */
  public int batches() {
    return index.batches();
  }

  /** The number of the first row of a batch. */
  public long firstRow(int batch) {
    return index.firstRow(batch);
  }

  /** The size in bytes of all batches that are written. */
  public long bytes() {
    return index.bytes();
  }

  /**
   * The batch that holds a row; returns when it is written.
   *
   * @param row less than {@link #rows}
   * @throws IOException if the writer has failed
   */
  public int batchOf(long row) throws IOException {
    return index.batchOf(row);
  }

  /** Returns when the file is finished, has failed, or has so many batches. */
  public void awaitBatches(int count) throws IOException {
    index.awaitBatches(count);
  }

  /** Why the file will never be finished; null if that is not so. */
  public @Nullable IOException failure() {
    return index.failure();
  }

  /**
   * Keeps the file where it is until the hold is closed, whoever discards it meanwhile.
   *
   * @throws ServiceException if it has been discarded already
   */
  public synchronized Hold hold() throws ServiceException {
    if (discarded) {
      throw ServiceError.NO_SUCH_DATA.exception(
          "The rows were given up to make room for newer ones; ask for them again");
    }
    holds++;
    return new Hold();
  }

  /** Says that nobody needs the file any more; it is deleted when the last hold is closed. */
  public synchronized void discard() throws IOException {
    discarded = true;
    if (holds == 0) {
      Files.deleteIfExists(path);
    }
  }

  /** Whether the file has been discarded. */
  public synchronized boolean isDiscarded() {
    return discarded;
  }

  private synchronized void release() throws IOException {
    if (--holds == 0 && discarded) {
      Files.deleteIfExists(path);
    }
  }

  /** A reader's claim on the file. Used by one thread. */
  public final class Hold implements Closeable {
    private boolean closed;

    private Hold() {}

    /** As {@link BatchFile#read}. */
    public ArrowBatchReader read(int batch, BufferAllocator allocator) throws IOException {
      return BatchFile.this.read(batch, allocator);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        release();
      }
    }
  }

  /** Opens one batch; the reader gives exactly this batch. The caller closes it. */
  public ArrowBatchReader read(int batch, BufferAllocator allocator) throws IOException {
    return new ArrowBatchReader(
        new Part(path, index.offset(batch), index.offset(batch + 1)), schema, allocator);
  }

  /** A part of a file as a stream. */
  private static final class Part extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    Part(Path path, long start, long end) throws IOException {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      position = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (position >= end) {
        return -1;
      }
      int wanted = (int) Math.min(length, end - position);
      int count = channel.read(ByteBuffer.wrap(target, offset, wanted), position);
      if (count > 0) {
        position += count;
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
