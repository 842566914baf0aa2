package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.session.Snapshots.Snapshot;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A download session: a fixed set of rows in a file.
 *
 * @param id the id
 * @param resource what the rows belong to: {@code tables/p.t}, {@code schemas/p.s.t} or {@code
 *     instances/id}
 * @param tableId the identity of the table; null for the result of a statement
 * @param schema the columns, and the partition columns of the table
 * @param partition the partition, or null
 * @param owner who began the session
 * @param quota the quota that the session began with
 * @param created when it began
 * @param rows the rows; not yet done while an asynchronous session is being made
 * @param limit the most rows that may be read
 */
public record DownloadSession(
    String id,
    String resource,
    @Nullable String tableId,
    TableSchema schema,
    @Nullable PartitionSpec partition,
    String owner,
    String quota,
    Instant created,
    CompletableFuture<Snapshot> rows,
    long limit) {
  /** Whether the rows are there, or were there. */
  public boolean isReady() {
    return rows.isDone() && !rows.isCompletedExceptionally();
  }

  /** Whether the rows were given up, for example to make room for newer ones. */
  public boolean isForgotten() {
    return isReady() && rows.join().file().isDiscarded();
  }

  /** The number of rows that can be read; the session must be ready. */
  public long recordCount() {
    return Math.min(limit, rows.join().file().rows());
  }
}
