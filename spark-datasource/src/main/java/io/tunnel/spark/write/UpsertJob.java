package io.tunnel.spark.write;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.catalog.TableInfo;
import io.tunnel.protocol.session.UpsertSession;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.SchemaJson;
import io.tunnel.protocol.type.TableSchema;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.connection.SerializedForm;
import io.tunnel.spark.connection.SessionSchema;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What driver and tasks of a write by primary key have in common. It travels to the executors, with
 * Kryo perhaps, which cannot restore records. Shows no secret.
 */
final class UpsertJob implements Serializable {
  private static final long serialVersionUID = 1;

  private final Connection connection;
  private final String project;
  private final @Nullable String tableSchema;
  private final String table;
  private final String tableJson;
  private final String[] keys;
  private final boolean byPartition;
  private final SerializedForm<UpsertSettings> settings;
  private final String rowsJson;

  /**
   * @param info the table as it was when the write was planned
   * @param byPartition whether each row tells its partition
   * @param rows the columns of the DataFrame
   */
  UpsertJob(
      Connection connection,
      TableInfo info,
      boolean byPartition,
      UpsertSettings settings,
      StructType rows) {
    this.connection = connection;
    project = info.name().project();
    tableSchema = info.name().schema();
    table = info.name().table();
    tableJson = SchemaJson.write(info.schema()).toString();
    keys = info.primaryKey().toArray(String[]::new);
    this.byPartition = byPartition;
    this.settings = SerializedForm.of(settings);
    rowsJson = rows.json();
  }

  Connection connection() {
    return connection;
  }

  TableName table() {
    return new TableName(project, tableSchema, table);
  }

  boolean isByPartition() {
    return byPartition;
  }

  UpsertSettings settings() {
    return settings.value(UpsertSettings.class);
  }

  /** The columns of the DataFrame. */
  StructType rows() {
    return (StructType) DataType.fromJson(rowsJson);
  }

  /** The columns of the table as it was when the write was planned. */
  TableSchema schema() {
    return SessionSchema.of(tableJson);
  }

  /** The columns matched with those of the table as it was when the write was planned. */
  UpsertRows matched() {
    return matched(schema(), List.of(keys));
  }

  /**
   * The columns matched with those of a session.
   *
   * @throws IllegalArgumentException if they do not fit: the table has changed meanwhile
   */
  UpsertRows matched(UpsertSession session) {
    return matched(session.schema(), session.keyColumns().stream().map(Column::name).toList());
  }

  private UpsertRows matched(TableSchema columns, List<String> keyNames) {
    return new UpsertRows(table(), columns, keyNames, byPartition, settings(), rows());
  }

  @Override
  public String toString() {
    return "UpsertJob(" + table() + ", " + connection + ")";
  }
}
