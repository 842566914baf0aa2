package io.tunnel.server.http;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads and drops the rest of a body behind an error answer, without a thread that waits. Many
 * clients look for the answer only when they have sent everything, and a connection that is closed
 * before costs them the answer.
 */
final class Leftover implements Invocable.Task {
  private static final long MAX_BYTES = 256L << 20;

  private final Request request;
  private final Callback callback;
  private long left = MAX_BYTES;

  /**
   * @param callback ends the call when there is nothing more to read
   */
  Leftover(Request request, Callback callback) {
    this.request = request;
    this.callback = callback;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public void run() {
    while (left > 0) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        break;
      }
      left -= chunk.remaining();
      chunk.release();
      if (chunk.isLast()) {
        break;
      }
    }
    callback.succeeded();
  }
}
