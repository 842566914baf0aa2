package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.TableEntry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An upload session and its blocks. Thread safe; every change is made under its monitor. */
public final class UploadSession {
  /** What never changes in a session. */
  record Identity(
      String id,
      String project,
      String schemaName,
      String table,
      String tableId,
      TableSchema schema,
      @Nullable PartitionSpec partition,
      boolean overwrite,
      boolean createPartition,
      String owner,
      String quota,
      Instant created) {
    /** The target for messages. */
    String target() {
      return TableEntry.qualifiedName(project, schemaName, table)
          + (partition == null ? "" : " partition " + partition);
    }
  }

  /**
   * A finished block.
   *
   * @param id the block id
   * @param rows its rows
   * @param finished when it was finished
   * @param version the version that its writer gave, or 0
   * @param file where it is; null if it is not kept, as after the commit
   */
  public record Block(int id, long rows, Instant finished, long version, @Nullable Path file) {}

  private final Identity identity;
  private final Path folder;
  private final TreeMap<Integer, Block> blocks = new TreeMap<>();
  private UploadStatus status;
  private @Nullable RunningCommit commit;

  UploadSession(Identity identity, Path folder, UploadStatus status) {
    this.identity = identity;
    this.folder = folder;
    this.status = status;
  }

  Identity identity() {
    return identity;
  }

  Path folder() {
    return folder;
  }

  /** The id. */
  public String id() {
    return identity.id();
  }

  /** The columns as they were when the session began. */
  public TableSchema schema() {
    return identity.schema();
  }

  /** Whether the commit replaces the old rows. */
  public boolean isOverwrite() {
    return identity.overwrite();
  }

  /** Who began the session. */
  public String owner() {
    return identity.owner();
  }

  /** The quota that the session began with. */
  public String quota() {
    return identity.quota();
  }

  /** When the session began. */
  public Instant created() {
    return identity.created();
  }

  /** The state as far as the session itself knows it: neither its age nor its table counts. */
  synchronized UploadStatus status() {
    return status;
  }

  /** The finished blocks in order of their ids. */
  public synchronized List<Block> blocks() {
    return List.copyOf(blocks.values());
  }

  /** Puts a block in its place; returns the one it replaces. */
  synchronized @Nullable Block put(Block block) {
    return blocks.put(block.id(), block);
  }

  synchronized @Nullable Block block(int id) {
    return blocks.get(id);
  }

  synchronized void restore(Collection<Block> found) {
    found.forEach(b -> blocks.put(b.id(), b));
  }

  /** The commit that runs; null if none does. */
  synchronized @Nullable RunningCommit runningCommit() {
    return commit;
  }

  /** Begins the commit; from here on no block is taken. */
  synchronized RunningCommit beginCommit() {
    status = UploadStatus.CLOSING;
    commit = new RunningCommit();
    return commit;
  }

  /** Ends the commit; if it has failed the session is as it was before. */
  synchronized void endCommit(boolean committed) {
    status = committed ? UploadStatus.CLOSED : UploadStatus.NORMAL;
    commit = null;
  }

  /**
   * Ends the session without a commit, unless its commit runs or has been done. From here on no
   * block is taken, not even one that is on its way.
   *
   * @return whether it has ended in this way
   */
  synchronized boolean end(UploadStatus reason) {
    if (status == UploadStatus.CLOSING || status == UploadStatus.CLOSED) {
      return false;
    }
    status = reason;
    return true;
  }
}
