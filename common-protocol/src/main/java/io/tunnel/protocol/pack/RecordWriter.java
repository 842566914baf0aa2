package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.BatchWriter;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes a record body straight from Arrow vectors (specification: regular tunnel, section 4.2).
 *
 * <p>Vectors may have the wire form or the extended form of {@link
 * io.tunnel.protocol.type.ArrowMapping}, column by column. DECIMAL is written in plain notation
 * with all digits of its scale. Memory beside the caller's batch is one buffer of 64 KiB.
 */
public final class RecordWriter implements BatchWriter {
  private final OutputStream stream;
  private final RecordOutput out;
  private final List<Column> columns;
  private long rows;
  private boolean ended;

  /**
   * Writes rows of these columns in this order.
   *
   * @param stream receives the body and is closed with the writer
   * @param columns the data columns of the session
   */
  public RecordWriter(OutputStream stream, List<Column> columns) {
    this.stream = stream;
    this.columns = List.copyOf(columns);
    out = new RecordOutput(stream);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a vector does not fit its column, a map has a NULL key, or
   *     nanoseconds are out of range
   */
  @Override
  public void write(VectorSchemaRoot batch) throws IOException {
    write(batch, 0, batch.getRowCount(), Long.MAX_VALUE);
  }

  /**
   * Writes a schema in front of the first row, for readers without a session (control plane,
   * section 5.4).
   *
   * @param schema the JSON object of the columns
   */
  public void writeSchema(String schema) throws IOException {
    requireOpen();
    if (out.length() > 0) {
      throw new IllegalStateException("The schema stands in front of the body");
    }
    out.schema(schema.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes rows of a batch, and stops early behind the row with which the whole body reaches a
   * size.
   *
   * @param from the first row
   * @param to behind the last row
   * @param enough the size in bytes; a body of this size gets no further row
   * @return the number of rows written, at least one unless the body has the size already or there
   *     is none to write
   */
  public int write(VectorSchemaRoot batch, int from, int to, long enough) throws IOException {
    requireOpen();
    if (from == to) {
      return 0;
    }
    ended = true;
    ValueEncoder[] encoders = encoders(batch);
    int[] tags = new int[encoders.length];
    for (int i = 0; i < tags.length; i++) {
      tags[i] = RecordFormat.tag(i + 1, encoders[i].wireType());
    }
    int row = from;
    for (; row < to && out.length() < enough; row++) {
      writeRow(encoders, tags, row);
    }
    rows += row - from;
    ended = false;
    return row - from;
  }

  private void writeRow(ValueEncoder[] encoders, int[] tags, int row) throws IOException {
    int column = 0;
    try {
      for (; column < encoders.length; column++) {
        ValueEncoder encoder = encoders[column];
        if (!encoder.isNull(row)) {
          out.field(column + 1, tags[column]);
          encoder.write(row, out);
        }
      }
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException(
          "Column "
              + columns.get(column).name()
              + ", row "
              + (row + 1)
              + " of the batch: "
              + e.getMessage(),
          e);
    }
    out.endRecord();
  }

  private ValueEncoder[] encoders(VectorSchemaRoot batch) {
    List<FieldVector> vectors = batch.getFieldVectors();
    if (vectors.size() != columns.size()) {
      throw new IllegalArgumentException(
          "The batch has " + vectors.size() + " columns, the body needs " + columns.size());
    }
    ValueEncoder[] encoders = new ValueEncoder[vectors.size()];
    for (int i = 0; i < encoders.length; i++) {
      Column column = columns.get(i);
      if (vectors.get(i).getValueCount() != batch.getRowCount()) {
        throw new IllegalArgumentException(
            "Column "
                + column.name()
                + " has "
                + vectors.get(i).getValueCount()
                + " values in a batch of "
                + batch.getRowCount()
                + " rows; call VectorSchemaRoot.setRowCount");
      }
      try {
        encoders[i] = ValueEncoder.of(column.type(), vectors.get(i));
      } catch (InvalidValueException e) {
        throw new IllegalArgumentException("Column " + column.name() + ": " + e.getMessage(), e);
      }
    }
    return encoders;
  }

  @Override
  public long rows() {
    return rows;
  }

  /** Bytes of the body so far, before any content coding. */
  public long encodedBytes() {
    return out.length();
  }

  @Override
  public void finish() throws IOException {
    requireOpen();
    ended = true;
    out.finish(rows);
  }

  /**
   * As {@link #finish()}, with the metrics of an answer in its trailer. Only clients that announce
   * version 6 of the tunnel can read them (section 4.2.6).
   *
   * @param metrics a JSON object
   */
  public void finish(String metrics) throws IOException {
    requireOpen();
    ended = true;
    out.finish(rows, metrics.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    ended = true;
    stream.close();
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("The body has been finished or closed, or it has failed");
    }
  }
}
