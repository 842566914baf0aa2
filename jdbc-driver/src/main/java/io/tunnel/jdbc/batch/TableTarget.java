package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Where rows go.
 *
 * @param schema the columns as planned; a session with others is refused
 * @param primaryKey the names of the key columns; empty if there is no key
 * @param allocator the connection's allocator
 * @param options what the connection says about writing
 * @param sql how SQL about the table runs
 */
public record TableTarget(
    TunnelClient client,
    TableName table,
    TableSchema schema,
    List<String> primaryKey,
    BufferAllocator allocator,
    ValueConverter converter,
    WriteOptions options,
    SqlSettings sql) {

  /**
   * What a connection says about writing.
   *
   * @param createPartitions whether missing partitions are created, as SQL does
   * @param exactCounts whether keys are looked up before rows are updated or deleted by key
   */
  public record WriteOptions(boolean createPartitions, boolean exactCounts) {}

  /**
   * How SQL runs.
   *
   * @param settings the settings that are sent along
   * @param zone the zone in which it reads the literals of instants
   */
  public record SqlSettings(Map<String, String> settings, ZoneId zone) {
    /** Copies the map. */
    public SqlSettings {
      settings = Map.copyOf(settings);
    }
  }

  /** Copies the list. */
  public TableTarget {
    primaryKey = List.copyOf(primaryKey);
  }

  /** Whether rows are written by primary key. */
  public boolean isKeyed() {
    return !primaryKey.isEmpty();
  }

  /** Whether a column is part of the primary key. */
  boolean isKey(Column column) {
    return primaryKey.stream().anyMatch(column.name()::equalsIgnoreCase);
  }

  /** Throws if a session was opened with other columns than those of the plan. */
  void checkColumns(List<Column> found) throws SQLException {
    List<Column> planned = schema.columns();
    boolean same = planned.size() == found.size();
    for (int i = 0; same && i < planned.size(); i++) {
      same =
          planned.get(i).name().equalsIgnoreCase(found.get(i).name())
              && planned.get(i).type().equals(found.get(i).type());
    }
    if (!same) {
      throw changed("The columns of " + table + " have");
    }
  }

  /** Throws if a session was opened with another key than that of the plan. */
  void checkKey(List<Column> found) throws SQLException {
    if (found.size() != primaryKey.size() || !found.stream().allMatch(this::isKey)) {
      throw changed("The primary key of " + table + " has");
    }
  }

  private SQLException changed(String what) {
    return SqlErrors.unknownColumn(
        what + " changed since the statement was planned; prepare it again");
  }
}
