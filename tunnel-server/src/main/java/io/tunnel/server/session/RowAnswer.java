package io.tunnel.server.session;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.ArrowBatchWriter;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.pack.RecordWriter;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
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
 * @param rawBytes the size at which a record body ends early, before any coding; {@link
 *     Long#MAX_VALUE} for none
 * @param schema whether a record body begins with the schema of its columns
 */
public record RowAnswer(
    BatchFile file,
    List<Integer> columns,
    long firstRow,
    long count,
    boolean arrow,
    long rawBytes,
    boolean schema) {
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

  /** The text of the metrics in the trailer of a record body. */
  @FunctionalInterface
  public interface Metrics {
    /**
     * Gives the text at the end of the answer.
     *
     * @param fileNanos the time spent with reading the file
     */
    String text(long fileNanos);
  }

  /**
   * Writes the body; the caller closes {@code out}.
   *
   * @param hold keeps the file meanwhile
   * @param metrics for the trailer of a record body; null if there are to be none
   */
  public void write(
      BatchFile.Hold hold,
      OutputStream out,
      ContentCoding coding,
      @Nullable Metrics metrics,
      BufferAllocator allocator)
      throws IOException {
    OutputStream coded = coding.encode(new KeepOpenOutput(out));
    if (arrow) {
      try (ArrowBatchWriter body = ArrowBatchWriter.forAnswer(coded)) {
        readRows(hold, allocator, (batch, from, to) -> writeArrow(body, batch, from, to));
        body.finish();
      }
      return;
    }
    try (RecordWriter body = new RecordWriter(coded, answered())) {
      if (schema) {
        body.writeSchema(SchemaJson.write(new TableSchema(answered(), List.of())).toString());
      }
      long fileNanos =
          readRows(
              hold,
              allocator,
              (batch, from, to) -> {
                body.write(batch, from, to, rawBytes);
                return body.encodedBytes() < rawBytes;
              });
      if (metrics == null) {
        body.finish();
      } else {
        body.finish(metrics.text(fileNanos));
      }
    }
  }

  /** Takes a part of a batch; returns whether the answer goes on. */
  private interface Sink {
    boolean take(VectorSchemaRoot batch, int from, int to) throws IOException;
  }

  /** Returns the time spent with reading. */
  private long readRows(BatchFile.Hold hold, BufferAllocator allocator, Sink sink)
      throws IOException {
    if (count == 0) {
      return 0;
    }
    long end = firstRow + count;
    long nanos = 0;
    boolean more = true;
    for (long row = firstRow; more && row < end; ) {
      int batch = file.batchOf(row);
      long start = System.nanoTime();
      try (ArrowBatchReader reader = hold.read(batch, allocator)) {
        if (!reader.loadNextBatch()) {
          throw new IOException("The batch file " + file.path().getFileName() + " is damaged");
        }
        nanos += System.nanoTime() - start;
        long batchStart = file.firstRow(batch);
        int to = (int) Math.min(reader.root().getRowCount(), end - batchStart);
        more = sink.take(select(reader.root()), (int) (row - batchStart), to);
        row = batchStart + to;
      }
    }
    return nanos;
  }

  private boolean writeArrow(ArrowBatchWriter body, VectorSchemaRoot batch, int from, int to)
      throws IOException {
    if (to - from == batch.getRowCount()) {
      writeWire(body, batch);
    } else {
      try (VectorSchemaRoot slice = batch.slice(from, to - from)) {
        writeWire(body, slice);
      }
    }
    return true;
  }

  private void writeWire(ArrowBatchWriter body, VectorSchemaRoot batch) throws IOException {
    if (file.form() == ArrowMapping.Form.EXTENDED) {
      try (VectorSchemaRoot wire = WireForm.convert(batch, answered())) {
        body.write(wire);
      }
    } else {
      body.write(batch);
    }
  }

  private List<Column> answered() {
    return columns.stream().map(file.columns()::get).toList();
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
}
