package io.tunnel.spark;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.spark.connection.Connection;
import io.tunnel.spark.write.UpsertSettings;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The options of one read or write.
 *
 * @param connection how to reach the service
 * @param table the table
 * @param partition the option {@code partition}, or null
 * @param createPartitions whether a write creates partitions that are missing
 * @param rowsPerSplit the option {@code rowsPerSplit}, or 0 if the reader shall choose
 * @param upsert the options of a write by primary key, or null if rows are added
 */
record TunnelOptions(
    Connection connection,
    TableName table,
    @Nullable PartitionSpec partition,
    boolean createPartitions,
    long rowsPerSplit,
    @Nullable UpsertSettings upsert) {
  private static final String TABLE = "table";
  private static final String PARTITION = "partition";
  private static final String CREATE_PARTITIONS = "createPartitions";
  private static final String ROWS_PER_SPLIT = "rowsPerSplit";

  /** The options that only the data source knows. */
  static final Set<String> OWN = own();

  private static Set<String> own() {
    Set<String> names = new HashSet<>(UpsertSettings.NAMES);
    names.addAll(Set.of(TABLE, PARTITION, CREATE_PARTITIONS, ROWS_PER_SPLIT));
    return Set.copyOf(names);
  }

  /**
   * Reads the options in any case.
   *
   * @throws IllegalArgumentException if one is unknown, missing or cannot be read; the message
   *     names it
   */
  static TunnelOptions of(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    if (options.containsKey("path") || options.containsKey("paths")) {
      throw new IllegalArgumentException(
          "The format tunnel has no path: call save() and load() without an argument and name the"
              + " table with option(\"table\", …)");
    }
    Connection connection = Connection.of(options, OWN);
    String table = options.get(TABLE);
    if (table == null || table.isBlank()) {
      throw new IllegalArgumentException(
          "The option table is missing: table, project.table or project.schema.table");
    }
    TunnelConfig config = connection.config();
    String partition = options.get(PARTITION);
    boolean createPartitions = creates(options.get(CREATE_PARTITIONS));
    return new TunnelOptions(
        connection,
        TableName.parse(table, config.project(), config.schema()),
        partition == null || partition.isBlank() ? null : PartitionSpec.parse(partition),
        createPartitions,
        rows(options.get(ROWS_PER_SPLIT)),
        UpsertSettings.of(options, createPartitions));
  }

  private static boolean creates(@Nullable String text) {
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "", "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "The option createPartitions cannot be \"" + text + "\"; it is true or false");
    };
  }

  private static long rows(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return 0;
    }
    try {
      long rows = Long.parseLong(text.strip().toLowerCase(Locale.ROOT));
      if (rows > 0) {
        return rows;
      }
    } catch (NumberFormatException e) {
      throw notRows(text, e);
    }
    throw notRows(text, null);
  }

  private static IllegalArgumentException notRows(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "The option rowsPerSplit cannot be \"" + text + "\"; write for example 1000000", cause);
  }
}
