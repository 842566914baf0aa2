package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.session.UpsertOptions;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.sql.SqlNames;
import io.tunnel.protocol.type.PartitionSpec;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins upsert sessions, also where the partition is missing: no session creates its own. */
final class PartitionSessions {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionSessions.class);

  private static final String MISSING = "NoSuchPartition";
  private static final Duration LONGEST_CREATION = Duration.ofMinutes(10);

  private PartitionSessions() {}

  /**
   * Begins a session, which the caller closes. An upsert creates its partition, if the job says so;
   * it stays if the job fails.
   *
   * @param partition null for a table without partitions
   * @return null if rows are only deleted and the partition is missing: it has none of them
   * @throws TunnelException with the code of the service, also if it does not let the partition be
   *     created
   */
  static @Nullable UpsertSession begin(
      TunnelClient client, UpsertJob job, @Nullable PartitionSpec partition)
      throws TunnelException {
    UpsertSettings settings = job.settings();
    UpsertOptions options = settings.session().inPartition(partition);
    try {
      return client.createUpsert(job.table(), options);
    } catch (TunnelException e) {
      if (partition == null || !e.code().equals(MISSING)) {
        throw e;
      }
      if (settings.mode() == WriteMode.DELETE) {
        LOG.warn("Nothing is deleted from {}: it has no partition {}", job.table(), partition);
        return null;
      }
      if (!settings.createPartitions()) {
        throw e;
      }
    }
    TunnelException refused = null;
    try {
      create(client, job, partition);
    } catch (TunnelException e) {
      if (e.isRetryable()) {
        throw told(e, job, partition);
      }
      // Another task may have created it at the same time; its session shows that.
      refused = e;
    }
    try {
      return client.createUpsert(job.table(), options);
    } catch (TunnelException e) {
      throw refused != null && e.code().equals(MISSING) ? told(refused, job, partition) : e;
    }
  }

  private static void create(TunnelClient client, UpsertJob job, PartitionSpec partition)
      throws TunnelException {
    TableName table = job.table();
    String statement = SqlNames.addPartition(table, job.schema().partitionColumns(), partition);
    LOG.info("Submitting {}", statement);
    client
        .sql()
        .submit(
            statement, table.schema() == null ? Map.of() : Map.of("odps.namespace.schema", "true"))
        .await(LONGEST_CREATION);
  }

  private static TunnelException told(TunnelException e, UpsertJob job, PartitionSpec partition) {
    return e.withReason(
        "The partition "
            + partition
            + " of "
            + job.table()
            + " is missing and was not created: "
            + e.reason()
            + "; create it before rows are written into it, or let this account add partitions");
  }
}
