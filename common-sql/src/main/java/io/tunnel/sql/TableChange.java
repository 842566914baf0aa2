package io.tunnel.sql;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an ALTER TABLE changes. */
public sealed interface TableChange {

  /** ADD COLUMNS. */
  record AddColumns(List<ColumnDefinition> columns, boolean ifNotExists) implements TableChange {}

  /** DROP COLUMNS. */
  record DropColumns(List<String> columns) implements TableChange {}

  /**
   * CHANGE COLUMN with a new definition.
   *
   * @param column the column as it is called now
   * @param definition its new name, type and comment; a null comment keeps the old one
   * @param position where it goes, or null to leave it where it is
   */
  record ChangeColumn(String column, ColumnDefinition definition, @Nullable Position position)
      implements TableChange {}

  /**
   * FIRST or AFTER.
   *
   * @param after the column before the place, or null for the first place
   */
  record Position(@Nullable String after) {}

  /** CHANGE COLUMN … RENAME TO, RENAME COLUMN … TO. */
  record RenameColumn(String column, String name) implements TableChange {}

  /** CHANGE COLUMN … COMMENT. */
  record CommentColumn(String column, String comment) implements TableChange {}

  /** CHANGE COLUMN … NULL: NOT NULL is taken away. */
  record AllowNull(String column) implements TableChange {}

  /** RENAME TO. */
  record Rename(String name) implements TableChange {}

  /** SET COMMENT. */
  record SetComment(String comment) implements TableChange {}

  /** SET LIFECYCLE. */
  record SetLifecycle(int days) implements TableChange {}

  /** ENABLE LIFECYCLE and DISABLE LIFECYCLE. */
  record EnableLifecycle(boolean enabled) implements TableChange {}

  /** SET TBLPROPERTIES. */
  record SetProperties(Map<String, String> properties) implements TableChange {}

  /**
   * CLUSTERED BY, RANGE CLUSTERED BY and NOT CLUSTERED.
   *
   * @param clustering how rows are clustered from now on, or null for not at all
   */
  record SetClustering(@Nullable Clustering clustering) implements TableChange {}

  /** CHANGEOWNER TO. */
  record ChangeOwner(String owner) implements TableChange {}

  /** TOUCH: only the time of the last change becomes another. */
  record Touch() implements TableChange {}

  /** PARTITION (…) RENAME TO PARTITION (…). */
  record RenamePartition(List<PartitionItem> name) implements TableChange {}
}
