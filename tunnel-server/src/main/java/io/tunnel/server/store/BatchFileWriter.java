package io.tunnel.server.store;

import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes a {@link BatchFile} under a temporary name. {@link #seal} ends it and {@link #publish}
 * gives it its name; a writer that is closed without them leaves nothing.
 */
public final class BatchFileWriter implements Closeable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final TemporaryFile temporary;
  private final List<Column> columns;
  private final ArrowMapping.Form form;
  private final FileOutputStream file;
  private final boolean durable;
  private final Counting out;
  private final BatchIndex index = new BatchIndex();
  private final boolean growing;
  private boolean sealed;
  private long nanos;

  /**
   * Starts a file.
   *
   * @param folder where it is while it is written
   * @param columns the columns in order
   * @param form the layout of the batches
   * @param durable whether the bytes must be on the disk when {@link #seal} returns
   */
  public BatchFileWriter(
      DataFolder folder, List<Column> columns, ArrowMapping.Form form, boolean durable)
      throws IOException {
    this(folder.newTemporary(), columns, form, durable, false);
  }

  private BatchFileWriter(
      TemporaryFile temporary,
      List<Column> columns,
      ArrowMapping.Form form,
      boolean durable,
      boolean growing)
      throws IOException {
    this.temporary = temporary;
    this.columns = List.copyOf(columns);
    this.form = form;
    this.durable = durable;
    this.growing = growing;
    try {
      file = new FileOutputStream(temporary.path().toFile());
    } catch (IOException e) {
      throw DataFolder.refused(e);
    }
    out = new Counting(new BufferedOutputStream(file, BUFFER_BYTES));
  }

  /**
   * Starts a file that others {@link #growing read while it is written}. It has its name from the
   * start, and nobody waits for the disk.
   */
  public static BatchFileWriter inPlace(
      DataFolder folder, Path path, List<Column> columns, ArrowMapping.Form form)
      throws IOException {
    return new BatchFileWriter(folder.temporary(path), columns, form, false, true);
  }

  /**
   * The file that is being written in place.
   *
   * @param rows how many rows it will have
   */
  public BatchFile growing(long rows) {
    return new BatchFile(temporary.path(), columns, form, index, rows);
  }

  /** Tells the readers of a growing file that it will never be finished, and why. */
  public void fail(IOException reason) {
    index.fail(reason);
  }

  /**
   * Appends a batch, which the caller keeps. A batch without rows is left out.
   *
   * @throws IOException if the disk does not take it, as a {@link
   *     io.tunnel.server.error.ServiceException} that says so
   */
  public void write(VectorSchemaRoot batch) throws IOException {
    if (batch.getRowCount() == 0) {
      return;
    }
    long before = out.count;
    long start = System.nanoTime();
    ArrowBatchWriter body = new ArrowBatchWriter(out);
    body.write(batch);
    body.finish();
    if (growing) {
      out.flush();
    }
    nanos += System.nanoTime() - start;
    index.add(out.count - before, batch.getRowCount());
  }

  /** The rows written so far. */
  public long rows() {
    return index.rows();
  }

  /** The bytes written so far. */
  public long bytes() {
    return out.count;
  }

  /** The time that writing and sealing took, in nanoseconds. */
  public long nanos() {
    return nanos;
  }

  /**
   * Ends the content. Slow if it must reach the disk, so it comes before {@link #publish}, which
   * may happen under a lock.
   */
  public void seal() throws IOException {
    long start = System.nanoTime();
    byte[] document = BatchFile.document(columns, form, index);
    CRC32C crc = new CRC32C();
    crc.update(document);
    out.write(document);
    out.write(
        ByteBuffer.allocate(BatchFile.TAIL_BYTES)
            .putInt(document.length)
            .putInt((int) crc.getValue())
            .putInt(BatchFile.MAGIC)
            .array());
    out.flush();
    try {
      if (durable) {
        temporary.force(file.getChannel());
      }
      file.close();
    } catch (IOException e) {
      throw DataFolder.refused(e);
    }
    sealed = true;
    nanos += System.nanoTime() - start;
  }

  /**
   * Gives the sealed file its name; an older file of this name is replaced in one step. The name
   * survives a crash of the machine only after {@link DataFolder#syncName}.
   */
  public BatchFile publish(Path path) throws IOException {
    if (!sealed) {
      throw new IllegalStateException("The file has not been sealed");
    }
    temporary.publish(path);
    index.complete();
    return new BatchFile(path, columns, form, index, index.rows());
  }

  @Override
  public void close() throws IOException {
    try (temporary) {
      file.close();
    }
  }

  /** Counts the bytes, here and in the folder, and does not pass on the close of a body. */
  private final class Counting extends OutputStream {
    private final OutputStream target;
    private long count;

    Counting(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int value) throws IOException {
      temporary.grow(1);
      try {
        target.write(value);
      } catch (IOException e) {
        throw DataFolder.refused(e);
      }
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      temporary.grow(length);
      try {
        target.write(bytes, offset, length);
      } catch (IOException e) {
        throw DataFolder.refused(e);
      }
      count += length;
    }

    @Override
    public void flush() throws IOException {
      try {
        target.flush();
      } catch (IOException e) {
        throw DataFolder.refused(e);
      }
    }
  }
}
