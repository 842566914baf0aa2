package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Collects a small body without a thread that waits: a call that brings a document gets its thread
 * when the document is complete, so slow clients cannot hold the threads of others.
 */
final class Document implements Invocable.Task {
  private static final int MAX_BYTES = 16 << 20;

  private final Request request;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private @Nullable BodyDigest digest;
  private volatile long received;

  Document(Request request) {
    this.request = request;
  }

  /** The body will have to match this. */
  void setDigest(@Nullable BodyDigest value) {
    digest = value;
  }

  /** Begins to read. The result completes with the body, or with an {@link IOException}. */
  CompletableFuture<byte[]> read() {
    run();
    return result;
  }

  /** How many bytes have arrived so far. */
  long received() {
    return received;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others look
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        result.completeExceptionally(RequestBody.failure(chunk.getFailure()));
        return;
      }
      byte[] piece = new byte[chunk.remaining()];
      chunk.getByteBuffer().get(piece);
      chunk.release();
      received += piece.length;
      if (received > MAX_BYTES) {
        result.completeExceptionally(
            ServiceError.MAX_MESSAGE_LENGTH_EXCEEDED.exception(
                "The document has more than " + MAX_BYTES + " bytes"));
        return;
      }
      bytes.writeBytes(piece);
      if (chunk.isLast()) {
        end();
        return;
      }
    }
  }

  private void end() {
    byte[] body = bytes.toByteArray();
    try {
      if (digest != null) {
        digest.update(body, 0, body.length);
        digest.require();
      }
      result.complete(body);
    } catch (ServiceException e) {
      result.completeExceptionally(e);
    }
  }
}
