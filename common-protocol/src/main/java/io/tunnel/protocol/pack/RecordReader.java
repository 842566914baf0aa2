package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads a record body into Arrow vectors (specification: regular tunnel, section 4.2). The checksum
 * of every record is verified before its batch is handed out; the trailer is required, and its
 * metrics are accepted.
 *
 * <p>A batch ends early when its records took 32 MiB of the body, so memory is bounded by that and
 * by the largest record.
 */
public final class RecordReader implements BatchReader {
  private static final long MAX_BATCH_BYTES = 32L * 1024 * 1024;

  private final InputStream stream;
  private final RecordInput in;
  private final List<Column> columns;
  private final int batchRows;
  private final VectorSchemaRoot root;
  private final ValueDecoder[] decoders;
  private final int[] tags;

  /** For each column the number of the record that last had it: none has it twice. */
  private final long[] lastRecord;

  private long rowsRead;
  private boolean ended;

  /**
   * Reads rows of these columns in this order.
   *
   * @param stream the body, content coding removed; closed with the reader
   * @param columns the data columns of the session, or those that were asked for
   * @param form the layout of the vectors; in {@link ArrowMapping.Form#WIRE} a timestamp outside of
   *     1677-09-21 to 2262-04-11 and an interval finer than a millisecond are errors
   * @param allocator gives the memory of the batches
   * @param batchRows most rows of a batch, at least 1
   */
  public RecordReader(
      InputStream stream,
      List<Column> columns,
      ArrowMapping.Form form,
      BufferAllocator allocator,
      int batchRows) {
    if (batchRows < 1) {
      throw new IllegalArgumentException("batchRows is " + batchRows + ", at least 1 is needed");
    }
    this.stream = stream;
    this.columns = List.copyOf(columns);
    this.batchRows = batchRows;
    in = new RecordInput(stream);
    root = VectorSchemaRoot.create(ArrowMapping.schema(this.columns, form), allocator);
    decoders = new ValueDecoder[columns.size()];
    tags = new int[decoders.length];
    lastRecord = new long[decoders.length];
    for (int i = 0; i < decoders.length; i++) {
      decoders[i] = ValueDecoder.of(columns.get(i).type(), root.getVector(i));
      tags[i] = RecordFormat.tag(i + 1, decoders[i].wireType());
    }
  }

  @Override
  public Schema schema() {
    return root.getSchema();
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public long rowsRead() {
    return rowsRead;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    if (ended) {
      root.clear();
      return false;
    }
    boolean loaded = false;
    try {
      prepare();
      int rows = readBatch();
      root.setRowCount(rows);
      rowsRead += rows;
      loaded = rows > 0;
    } finally {
      if (!loaded) {
        ended = true;
        root.clear();
      }
    }
    return loaded;
  }

  /** Empties the vectors and keeps their memory, unless somebody has taken it over. */
  private void prepare() {
    for (FieldVector vector : root.getFieldVectors()) {
      if (vector.getValueCapacity() < batchRows) {
        vector.setInitialCapacity(batchRows);
        vector.allocateNew();
      } else {
        vector.reset();
      }
    }
  }

  private int readBatch() throws IOException {
    long start = in.consumed();
    int row = 0;
    while (row < batchRows && in.consumed() - start < MAX_BATCH_BYTES) {
      if (!readRecord(row)) {
        ended = true;
        break;
      }
      row++;
    }
    return row;
  }

  /** Reads one record, or the trailer, for which it returns false. */
  private boolean readRecord(int row) throws IOException {
    long record = rowsRead + row + 1;
    int tag = in.tag();
    if (tag == RecordFormat.RECORD_COUNT) {
      readTrailer(record - 1);
      return false;
    }
    while (tag != RecordFormat.END_RECORD) {
      int column = (tag >>> 3) - 1;
      if (column < 0 || column >= decoders.length || tag != tags[column]) {
        throw unexpected(tag, record);
      }
      if (lastRecord[column] == record) {
        throw MalformedBodyException.malformed(
            "Column " + columns.get(column).name() + ", row " + record + ": it is there twice");
      }
      lastRecord[column] = record;
      in.field(column + 1);
      readValue(column, row, record);
      tag = in.tag();
    }
    requireChecksum(in.crc(), in.recordChecksum(), "row " + record);
    return true;
  }

  private void readValue(int column, int row, long record) throws IOException {
    try {
      decoders[column].read(row, in);
    } catch (InvalidValueException e) {
      throw MalformedBodyException.malformed(
          "Column " + columns.get(column).name() + ", row " + record + ": " + e.getMessage(), e);
    }
  }

  private void readTrailer(long records) throws IOException {
    long count = in.recordCount();
    int tag = in.tag();
    if (tag == RecordFormat.TEXT) {
      readMetrics();
      tag = in.tag();
    }
    if (tag != RecordFormat.TOTAL_CRC) {
      throw MalformedBodyException.malformed(
          "The trailer of the record body lacks the checksum over all records");
    }
    requireChecksum(in.crc(), in.totalChecksum(), "whole body");
    if (count != records) {
      throw MalformedBodyException.malformed(
          "The trailer of the record body counts " + count + " rows, but there are " + records);
    }
    if (!in.atEnd()) {
      throw MalformedBodyException.malformed("The record body goes on behind its trailer");
    }
  }

  /** The metrics are for people who tune the service; nothing here needs them. */
  private void readMetrics() throws IOException {
    in.field(RecordFormat.TEXT >>> 3);
    try {
      in.bytes();
    } catch (InvalidValueException e) {
      throw MalformedBodyException.malformed(
          "The metrics of the record body: " + e.getMessage(), e);
    }
    if (in.tag() != RecordFormat.END_METRICS) {
      throw MalformedBodyException.malformed("The metrics of the record body lack their checksum");
    }
    requireChecksum(in.crc(), in.metricsChecksum(), "metrics");
  }

  private MalformedBodyException unexpected(int tag, long record) {
    int field = tag >>> 3;
    String found = "Row " + record + " of the record body has field " + field;
    if (field >= 1 && field <= decoders.length) {
      Column column = columns.get(field - 1);
      return MalformedBodyException.malformed(
          found
              + " with the wire type "
              + (tag & 7)
              + ", but column "
              + column.name()
              + " of type "
              + column.type()
              + " needs "
              + (tags[field - 1] & 7));
    }
    return MalformedBodyException.malformed(
        found + ", but the session has " + decoders.length + " columns");
  }

  private static void requireChecksum(int found, int computed, String what)
      throws MalformedBodyException {
    if (found != computed) {
      throw MalformedBodyException.corrupted(
          "The checksum of the "
              + what
              + " is wrong: the record body carries "
              + Integer.toHexString(found)
              + ", its bytes give "
              + Integer.toHexString(computed));
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    root.close();
    stream.close();
  }
}
