package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.protocol.type.PartitionSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upload sessions of one table, one for each partition. Several uploads may write into them;
 * all of it becomes visible by one commit for each session.
 */
final class TableSessions extends TableCommit {
  private final Map<Optional<PartitionSpec>, PartitionSession> sessions = new LinkedHashMap<>();
  private final Set<Optional<PartitionSpec>> committed = new HashSet<>();
  private final List<TableUpload> uploads = new ArrayList<>();

  TableSessions(TableTarget target) {
    super(target);
  }

  /**
   * Takes over an upload, which is committed or given up with the others. Called by the user's
   * thread, while the worker is not committing.
   */
  void add(TableUpload upload) {
    uploads.add(upload);
  }

  @Override
  void finish() throws IOException {
    for (TableUpload upload : uploads) {
      upload.finish();
    }
  }

  PartitionSession session(@Nullable PartitionSpec partition) {
    return sessions.computeIfAbsent(
        Optional.ofNullable(partition), key -> new PartitionSession(target(), partition));
  }

  @Override
  void commit() throws SQLException {
    for (Map.Entry<Optional<PartitionSpec>, PartitionSession> entry : sessions.entrySet()) {
      if (committed.contains(entry.getKey())) {
        continue;
      }
      try {
        entry.getValue().commit();
      } catch (IOException e) {
        throw SqlErrors.of("Committing the rows of " + entry.getValue() + committedText(), e);
      }
      committed.add(entry.getKey());
    }
  }

  @Override
  boolean mayCommitAgain() {
    return false;
  }

  private String committedText() {
    if (committed.isEmpty()) {
      return "";
    }
    List<String> names =
        committed.stream().map(p -> p.map(PartitionSpec::toString).orElse("")).toList();
    return " (already committed: " + String.join("; ", names) + ")";
  }

  @Override
  boolean isPartlyCommitted() {
    return !committed.isEmpty();
  }

  @Override
  boolean isCommitted(@Nullable PartitionSpec partition) {
    return committed.contains(Optional.ofNullable(partition));
  }

  @Override
  void close() {
    uploads.forEach(TableUpload::close);
  }
}
