package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.BatchWriter;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.WireForm;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A range of rows of a file as the body of an answer (specification: regular tunnel, section 3.4).
 *
 * @param file the rows
 * @param columns the numbers of the columns in the order of the answer
 * @param firstRow the first row, from 0
 * @param count the number of rows
 * @param arrow whether the body is Arrow, otherwise records
 * @param rawBytes the size at which a record body may end early, or 0
 */
public record RowAnswer(
    BatchFile file,
    List<Integer> columns,
    long firstRow,
    long count,
    boolean arrow,
    long rawBytes) {
  private static final int RAW_STEP_ROWS = 64;

  /**
   * Reads the column list of a request.
   *
   * @param names names with commas between, or null for all columns
   */
  public static List<Integer> columns(List<Column> all, @Nullable String names)
      throws ServiceException {
    List<Integer> numbers = new ArrayList<>();
    if (names == null) {
      for (int i = 0; i < all.size(); i++) {
        numbers.add(i);
      }
      return numbers;
    }
    for (String name : names.split(",")) {
      String wanted = name.strip().toLowerCase(Locale.ROOT);
      int found = -1;
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).name().toLowerCase(Locale.ROOT).equals(wanted)) {
          found = i;
        }
      }
      if (found < 0) {
        throw ServiceError.INVALID_COLUMN_SPEC.exception(
            "There is no column \"" + name.strip() + "\"");
      }
      numbers.add(found);
    }
    return numbers;
  }

  /** Writes the body; the caller closes {@code out}. */
  public void write(OutputStream out, ContentCoding coding, BufferAllocator allocator)
      throws IOException {
    OutputStream coded = coding.encode(new KeepOpen(out));
    Counting raw = new Counting(coded);
    List<Column> answered = columns.stream().map(file.columns()::get).toList();
    try (BatchWriter body =
        arrow ? ArrowBatchWriter.forAnswer(raw) : new RecordWriter(raw, answered)) {
      writeRows(body, raw, allocator);
      body.finish();
    }
  }

  private void writeRows(BatchWriter body, Counting raw, BufferAllocator allocator)
      throws IOException {
    if (count == 0) {
      return;
    }
    long end = firstRow + count;
    for (int batch = file.batchOf(firstRow);
        batch < file.batches() && file.firstRow(batch) < end;
        batch++) {
      try (ArrowBatchReader reader = file.read(batch, allocator)) {
        if (!reader.loadNextBatch()) {
          throw new IOException("The batch file " + file.path().getFileName() + " is damaged");
        }
        long batchStart = file.firstRow(batch);
        int from = (int) Math.max(0, firstRow - batchStart);
        int to = (int) Math.min(reader.root().getRowCount(), end - batchStart);
        if (!writeBatch(body, raw, reader.root(), from, to)) {
          return;
        }
      }
    }
  }

  /** Returns false if the answer has reached its raw size. */
  private boolean writeBatch(
      BatchWriter body, Counting raw, VectorSchemaRoot root, int from, int to) throws IOException {
    VectorSchemaRoot selected = select(root);
    int step = rawBytes > 0 && !arrow ? RAW_STEP_ROWS : to - from;
    for (int start = from; start < to; start += step) {
      int rows = Math.min(step, to - start);
      if (rows == root.getRowCount()) {
        writeWire(body, selected);
      } else {
        try (VectorSchemaRoot slice = selected.slice(start, rows)) {
          writeWire(body, slice);
        }
      }
      if (rawBytes > 0 && !arrow && raw.count >= rawBytes) {
        return false;
      }
    }
    return true;
  }

  private void writeWire(BatchWriter body, VectorSchemaRoot batch) throws IOException {
    if (arrow && file.form() == ArrowMapping.Form.EXTENDED) {
      List<Column> answered = columns.stream().map(file.columns()::get).toList();
      try (VectorSchemaRoot wire = WireForm.convert(batch, answered)) {
        body.write(wire);
      }
    } else {
      body.write(batch);
    }
  }

  /** The selected vectors; they stay with the reader. */
  private VectorSchemaRoot select(VectorSchemaRoot root) {
    List<FieldVector> vectors = new ArrayList<>(columns.size());
    for (int column : columns) {
      vectors.add(root.getVector(column));
    }
    return new VectorSchemaRoot(
        vectors.stream().map(FieldVector::getField).toList(), vectors, root.getRowCount());
  }

  /** Counts what is sent before compression. */
  private static final class Counting extends java.io.FilterOutputStream {
    private long count;

    Counting(OutputStream out) {
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

  /** Lets the codings be closed, which ends their form, without closing the answer. */
  private static final class KeepOpen extends java.io.FilterOutputStream {
    KeepOpen(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      out.flush();
    }
  }
}
