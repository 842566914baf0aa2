package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.arrow.BatchReader;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.protocol.http.RetryPolicy;
import io.tunnel.protocol.http.StreamAnswer;
import io.tunnel.protocol.pack.RecordReader;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.Column;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A range of rows out of as many answers as it takes. After a transient fault the rest is asked for
 * again, behind the rows that the caller already has. The batch that the caller sees is the same
 * object all the time: what later answers bring is moved into it.
 */
final class RangeReader implements BatchReader {
  private static final int BATCH_ROWS = 4096;

  /** A damaged answer is asked for again, but not for ever. */
  private static final int MOST_DAMAGED_ANSWERS = 3;

  private final Source source;
  private final Decoding decoding;
  private final RetryPolicy.Attempts attempts;
  private final long firstRow;
  private final long rows;
  private final String description;
  private final VectorSchemaRoot root;

  /** Owns the root; read from as long as it is not replaced. */
  private final @Nullable BatchReader owner;

  private @Nullable BatchReader current;
  private @Nullable StreamAnswer answer;
  private long delivered;
  private int damagedAnswers;
  private boolean ended;

  /** Where answers come from. */
  interface Source {
    StreamAnswer open(long firstRow, long rows) throws TunnelException;
  }

  /** How answers are decoded. */
  record Decoding(
      List<Column> columns, BodyFormat format, ArrowMapping.Form form, BufferAllocator allocator) {
    BatchReader reader(StreamAnswer answer, long rows) throws IOException {
      InputStream body =
          ContentCoding.forWireName(answer.header("Content-Encoding")).decode(answer.body());
      return format == BodyFormat.ARROW
          ? new ArrowBatchReader(body, schema(), allocator, rows)
          : new RecordReader(body, columns, form, allocator, BATCH_ROWS);
    }

    Schema schema() {
      return ArrowMapping.schema(columns, form);
    }
  }

  private RangeReader(
      Source source,
      Decoding decoding,
      RetryPolicy policy,
      long firstRow,
      long rows,
      String description)
      throws IOException {
    this.source = source;
    this.decoding = decoding;
    this.attempts = policy.start();
    this.firstRow = firstRow;
    this.rows = rows;
    this.description = description;
    if (rows == 0) {
      owner = null;
      ended = true;
      root = VectorSchemaRoot.create(decoding.schema(), decoding.allocator());
    } else {
      BatchReader first = openRest();
      owner = first;
      root = first.root();
    }
  }

  static BatchReader open(
      Source source,
      Decoding decoding,
      RetryPolicy policy,
      long firstRow,
      long rows,
      String description)
      throws IOException {
    return new RangeReader(source, decoding, policy, firstRow, rows, description);
  }

  private BatchReader openRest() throws IOException {
    StreamAnswer opened = source.open(firstRow + delivered, rows - delivered);
    try {
      BatchReader reader = decoding.reader(opened, rows - delivered);
      answer = opened;
      current = reader;
      return reader;
    } catch (IllegalArgumentException e) {
      opened.close();
      throw TunnelException.of(
          "MalformedAnswer",
          "Reading " + description + " failed: " + e.getMessage(),
          opened.requestId(),
          e);
    } catch (IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
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
    return delivered;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    while (!ended) {
      try {
        BatchReader reader = current == null ? openRest() : current;
        if (!reader.loadNextBatch()) {
          ended = true;
          requireAllRows();
          break;
        }
        if (reader != owner) {
          moveIntoRoot(reader.root());
        }
        delivered += root.getRowCount();
        if (delivered > rows) {
          ended = true;
          throw problem("MalformedDataStream", "the service sent more rows than asked for", null);
        }
        attempts.succeeded();
        return true;
      } catch (TunnelException e) {
        // From opening, where all that helps has been tried already, or from a final check.
        ended = true;
        throw e;
      } catch (IOException e) {
        recover(e);
      }
    }
    root.setRowCount(0);
    return false;
  }

  private void moveIntoRoot(VectorSchemaRoot batch) {
    List<FieldVector> targets = root.getFieldVectors();
    List<FieldVector> sources = batch.getFieldVectors();
    for (int i = 0; i < targets.size(); i++) {
      sources.get(i).makeTransferPair(targets.get(i)).transfer();
    }
    root.setRowCount(batch.getRowCount());
  }

  /** Gives up the broken answer and waits until the rest may be asked for. */
  private void recover(IOException failure) throws IOException {
    String requestId = answer == null ? null : answer.requestId();
    closeAnswer();
    boolean damaged = failure instanceof MalformedBodyException;
    boolean hopeless =
        delivered == rows
            || Thread.currentThread().isInterrupted()
            || (damaged && ++damagedAnswers > MOST_DAMAGED_ANSWERS);
    String code = damaged ? ((MalformedBodyException) failure).code() : "ConnectionLost";
    TunnelException problem =
        TunnelException.noAnswer(
            Thread.currentThread().isInterrupted() ? "Interrupted" : code,
            "Reading "
                + description
                + " failed behind row "
                + (firstRow + delivered)
                + ": "
                + failure.getMessage()
                + (requestId == null ? "" : " in the answer to request " + requestId),
            !hopeless,
            failure);
    if (hopeless) {
      ended = true;
      throw problem;
    }
    try {
      attempts.awaitNext(problem);
    } catch (TunnelException e) {
      ended = true;
      throw e;
    }
  }

  private void requireAllRows() throws TunnelException {
    if (delivered < rows) {
      throw problem(
          "MalformedDataStream",
          "the service sent " + delivered + " rows instead of " + rows,
          null);
    }
  }

  private TunnelException problem(String code, String reason, @Nullable Throwable cause) {
    return TunnelException.of(
        code,
        "Reading " + description + " failed: " + reason,
        answer == null ? null : answer.requestId(),
        cause);
  }

  private void closeAnswer() throws IOException {
    BatchReader reader = current;
    StreamAnswer open = answer;
    current = null;
    answer = null;
    if (open != null) {
      open.close();
    }
    if (reader != null && reader != owner) {
      reader.close();
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    try {
      closeAnswer();
    } finally {
      if (owner == null) {
        root.close();
      } else {
        owner.close();
      }
    }
  }
}
