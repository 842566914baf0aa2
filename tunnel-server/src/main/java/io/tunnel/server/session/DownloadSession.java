package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.store.BatchFile;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A download session: a fixed set of rows in a file.
 *
 * @param id the id
 * @param resource what the rows belong to: {@code tables/p.t}, {@code schemas/p.s.t} or
 *     {@code instances/id}
 * @param schema the columns, and the partition columns of the table
 * @param partition the partition, or null
 * @param owner who began the session
 * @param created when it began
 * @param rows the rows; not yet done while an asynchronous session is being made
 * @param limit the most rows that may be read
 */
public record DownloadSession(
    String id,
    String resource,
    TableSchema schema,
    @Nullable PartitionSpec partition,
    String owner,
    Instant created,
    CompletableFuture<BatchFile> rows,
    long limit) {
  /** Whether the rows are there. */
  public boolean isReady() {
    return rows.isDone() && !rows.isCompletedExceptionally();
  }

  /** The number of rows that can be read; the rows must be there. */
  public long recordCount() {
    return Math.min(limit, rows.join().rows());
  }
}
