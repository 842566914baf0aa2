package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upload sessions of one table, one for each partition: the unit of visibility. Several uploads
 * may write into them; all of it becomes visible by one commit for each session. On the worker
 * thread only, except {@link #fail}, {@link #end} and {@link #isEnded}.
 */
final class TableSessions {
  private final UploadTarget target;
  private final Map<Optional<PartitionSpec>, PartitionSession> sessions = new LinkedHashMap<>();
  private final Set<Optional<PartitionSpec>> committed = new HashSet<>();
  private volatile boolean ended;
  private volatile @Nullable SQLException failure;

  TableSessions(UploadTarget target) {
    this.target = target;
  }

  UploadTarget target() {
    return target;
  }

  PartitionSession session(@Nullable PartitionSpec partition) {
    return sessions.computeIfAbsent(
        Optional.ofNullable(partition), key -> new PartitionSession(target, partition));
  }

  /**
   * Makes the rows visible, one partition after the other.
   *
   * @throws SQLException if a commit fails; the message tells which partitions are visible already
   */
  void commit() throws SQLException {
    for (Map.Entry<Optional<PartitionSpec>, PartitionSession> entry : sessions.entrySet()) {
      try {
        entry.getValue().commit();
      } catch (IOException e) {
        throw SqlErrors.of("Committing the rows of " + entry.getValue() + committedText(), e);
      }
      committed.add(entry.getKey());
    }
  }

  private String committedText() {
    if (committed.isEmpty()) {
      return "";
    }
    List<String> names =
        committed.stream().map(p -> p.map(PartitionSpec::toString).orElse("")).toList();
    return " (already committed: " + String.join("; ", names) + ")";
  }

  /** Whether rows of any partition have become visible. */
  boolean isPartlyCommitted() {
    return !committed.isEmpty();
  }

  boolean isCommitted(@Nullable PartitionSpec partition) {
    return committed.contains(Optional.ofNullable(partition));
  }

  /** Lets the commit fail: rows are missing. */
  void fail(SQLException cause) {
    failure = cause;
  }

  /** Throws if rows are missing. */
  void checkComplete() throws SQLException {
    SQLException earlier = failure;
    if (earlier != null) {
      throw SqlErrors.aborted(earlier);
    }
  }

  /** Marks that the transaction is over: what is written from now on would be lost. */
  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }
}
