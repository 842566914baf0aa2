package io.tunnel.server.session;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.server.catalog.TableEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An upsert session and its packs. Thread safe; every change is made under its monitor. */
public final class UpsertSession {
  /**
   * What never changes in a session.
   *
   * @param buckets into how many buckets clients divide the rows
   * @param slots over how many slots the buckets are spread
   * @param partialUpdate whether a row may write some columns only
   * @param life how long the session can be written and committed
   */
  record Identity(
      String id,
      String project,
      String schemaName,
      String table,
      String tableId,
      TableSchema schema,
      List<String> primaryKey,
      @Nullable PartitionSpec partition,
      int buckets,
      int slots,
      boolean partialUpdate,
      String owner,
      String quota,
      Instant created,
      Duration life) {
    /** The target for messages. */
    String target() {
      return TableEntry.qualifiedName(project, schemaName, table)
          + (partition == null ? "" : " partition " + partition);
    }
  }

  /**
   * A pack whose rows wait for the commit.
   *
   * @param number its place among the packs of the session: the order in which their requests came
   * @param file where its rows are
   */
  record Pack(long number, Path file) {}

  private final Identity identity;
  private final Path folder;
  private final TreeMap<Long, Pack> packs = new TreeMap<>();
  private UpsertStatus status;
  private @Nullable RunningCommit commit;

  UpsertSession(Identity identity, Path folder, UpsertStatus status) {
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

  /** The columns of the primary key. */
  public List<String> primaryKey() {
    return identity.primaryKey();
  }

  /** Into how many buckets clients divide the rows. */
  public int buckets() {
    return identity.buckets();
  }

  /** Over how many slots the buckets are spread. */
  public int slots() {
    return identity.slots();
  }

  /** Whether a row may write some columns only. */
  public boolean allowsPartialUpdate() {
    return identity.partialUpdate();
  }

  /** The quota that the session began with. */
  public String quota() {
    return identity.quota();
  }

  /** The state as far as the session itself knows it: neither its age nor its table counts. */
  synchronized UpsertStatus status() {
    return status;
  }

  /** The packs in their order. */
  synchronized List<Pack> packs() {
    return List.copyOf(packs.values());
  }

  synchronized void put(Pack pack) {
    packs.put(pack.number(), pack);
  }

  synchronized void restore(Collection<Pack> found) {
    found.forEach(this::put);
  }

  /** The commit that runs; null if none does. */
  synchronized @Nullable RunningCommit runningCommit() {
    return commit;
  }

  /** Begins the commit; from here on no pack is taken. */
  synchronized RunningCommit beginCommit() {
    status = UpsertStatus.COMMITTING;
    commit = new RunningCommit();
    return commit;
  }

  /** Ends the commit; if it has failed the session is as it was before. */
  synchronized void endCommit(boolean committed) {
    status = committed ? UpsertStatus.COMMITTED : UpsertStatus.NORMAL;
    commit = null;
  }

  /**
   * Ends the session without a commit, unless its commit runs or has been done. From here on no
   * pack is taken, not even one that is on its way.
   *
   * @return whether it has ended in this way
   */
  synchronized boolean end(UpsertStatus reason) {
    if (status == UpsertStatus.COMMITTING || status == UpsertStatus.COMMITTED) {
      return false;
    }
    status = reason;
    return true;
  }
}
