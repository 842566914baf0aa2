package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.arrow.BatchWriter;
import java.io.Closeable;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes one block of an upload session, streamed in one request while batches are written. What
 * has been encoded is kept, in memory and beyond {@link
 * io.tunnel.protocol.TunnelConfig#blockMemory()} in a temporary file, until the service has
 * acknowledged the block; after a transient fault or an idle time the whole block is sent again
 * under the same id. Writing never waits for the network. Used by one thread at a time.
 *
 * <p>A block counts only after {@link #finish()} has returned. A writer that is closed without it
 * leaves an unfinished request, which the service drops.
 */
public final class BlockWriter implements Closeable {
  private final int blockId;
  private final BodyFormat format;
  private final FieldLimit limit;
  private final Spool spool;
  private final BatchWriter encoder;
  private final BlockSender sender;
  private final SenderThreads threads;
  private boolean handedOver;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    FAILED,
    FINISHED,
    CLOSED
  }

  BlockWriter(
      int blockId,
      BodyFormat format,
      FieldLimit limit,
      Spool spool,
      BatchWriter encoder,
      BlockSender sender,
      SenderThreads threads) {
    this.blockId = blockId;
    this.format = format;
    this.limit = limit;
    this.spool = spool;
    this.encoder = encoder;
    this.sender = sender;
    this.threads = threads;
  }

  /** The id of the block. */
  public int blockId() {
    return blockId;
  }

  /** How rows are encoded. With {@link BodyFormat#RECORD} batches may be in either form. */
  public BodyFormat format() {
    return format;
  }

  /**
   * Encodes all rows of the batch, whose columns are those of the session in order, in the wire
   * form of {@link io.tunnel.protocol.type.ArrowMapping}. The batch stays with the caller and may
   * be changed as soon as the call returns. Small blocks are sent by {@link #finish()}, larger ones
   * meanwhile.
   *
   * @throws TunnelException if the service has refused the block meanwhile
   * @throws IOException if the temporary file cannot be written
   * @throws IllegalArgumentException if a value cannot be encoded, or is longer than {@link
   *     UploadSession#maxFieldSize()}
   * @throws IllegalStateException after {@link #finish()}, {@link #close()} or a failure
   */
  public void write(VectorSchemaRoot batch) throws IOException {
    require(State.OPEN);
    state = State.FAILED;
    sender.throwFailure();
    limit.check(batch);
    try {
      encoder.write(batch);
    } catch (IOException e) {
      // If the sender has given up, its reason is the better one.
      sender.throwFailure();
      throw e;
    }
    if (!handedOver && spool.length() >= SegmentPool.SEGMENT_BYTES) {
      handedOver = true;
      threads.start(sender);
    }
    state = State.OPEN;
  }

  /** Rows written so far. */
  public long rows() {
    return encoder.rows();
  }

  /** Bytes of the encoded body so far. */
  public long encodedBytes() {
    return spool.length();
  }

  /**
   * Ends the block and waits until the service has acknowledged it.
   *
   * @throws TunnelException if the service refuses the block, or cannot be reached for longer than
   *     {@link io.tunnel.protocol.TunnelConfig#retryTimeout()}; the block then does not count
   *     unless the code is {@code ConnectionLost} or {@code TimedOut}, when it may
   * @throws IllegalStateException if called again, or after a failure
   */
  public void finish() throws IOException {
    require(State.OPEN);
    state = State.FAILED;
    sender.throwFailure();
    try {
      encoder.finish();
      encoder.close();
    } catch (IOException e) {
      sender.throwFailure();
      throw e;
    }
    spool.seal();
    sender.finish();
    state = State.FINISHED;
  }

  /**
   * Frees everything. Without {@link #finish()} before it the request is broken off and the block
   * never counts. May be called again.
   */
  @Override
  public void close() throws IOException {
    State before = state;
    state = State.CLOSED;
    if (before == State.OPEN || before == State.FAILED) {
      try {
        sender.abandon();
      } finally {
        closeEncoder();
      }
    }
  }

  /** The encoder may want to write the end of its frame, which nobody takes any more. */
  private void closeEncoder() {
    try {
      encoder.close();
    } catch (IOException expected) {
      if (!spool.isAbandoned()) {
        throw new IllegalStateException("Only an abandoned block refuses its end", expected);
      }
    }
  }

  private void require(State wanted) {
    if (state != wanted) {
      throw new IllegalStateException(
          "Block " + blockId + " cannot be written any more: it is " + state);
    }
  }
}
