package io.tunnel.server.session;

import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A commit that runs, for those who ask for the same one: they wait and end as it does. */
final class RunningCommit {
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  void succeeded() {
    end.complete(null);
  }

  void failed(Throwable failure) {
    end.completeExceptionally(failure);
  }

  /** Waits for the end; throws what the commit has thrown. */
  void await() throws IOException {
    try {
      end.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceError.SERVICE_UNAVAILABLE.exception("The server is closing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("The commit has failed", e.getCause());
    }
  }
}
