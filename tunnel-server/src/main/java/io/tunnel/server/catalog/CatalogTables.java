package io.tunnel.server.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.protocol.type.SchemaJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The catalog's own tables in DuckDB. */
final class CatalogTables {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CatalogTables() {}

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS tunnel_data");
      statement.execute("CREATE SCHEMA IF NOT EXISTS tunnel_catalog");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.projects(name VARCHAR, created BIGINT)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.schemas(project VARCHAR, name VARCHAR,"
              + " created BIGINT)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.tables(id VARCHAR, definition VARCHAR)");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.partitions(table_id VARCHAR, spec VARCHAR,"
              + " created BIGINT, modified BIGINT)");
      // A column that databases of earlier versions do not have.
      statement.execute(
          "ALTER TABLE tunnel_catalog.partitions ADD COLUMN IF NOT EXISTS properties VARCHAR");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS tunnel_catalog.commits(session_id VARCHAR, committed BIGINT)");
    }
  }

  static void readProjects(Connection connection, BiConsumer<String, Instant> sink)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM tunnel_catalog.projects")) {
      while (rows.next()) {
        sink.accept(rows.getString(1), Instant.ofEpochMilli(rows.getLong(2)));
      }
    }
  }

  static void insertProject(Connection connection, String name, Instant now) throws SQLException {
    update(
        connection, "INSERT INTO tunnel_catalog.projects VALUES (?, ?)", name, now.toEpochMilli());
  }

  /** Takes project, name and time of every schema but the default ones. */
  static void readSchemas(Connection connection, SchemaSink sink) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM tunnel_catalog.schemas")) {
      while (rows.next()) {
        sink.accept(rows.getString(1), rows.getString(2), Instant.ofEpochMilli(rows.getLong(3)));
      }
    }
  }

  @FunctionalInterface
  interface SchemaSink {
    void accept(String project, String name, Instant created);
  }

  static void insertSchema(Connection connection, String project, String name, Instant now)
      throws SQLException {
    update(
        connection,
        "INSERT INTO tunnel_catalog.schemas VALUES (?, ?, ?)",
        project,
        name,
        now.toEpochMilli());
  }

  static void deleteSchema(Connection connection, String project, String name) throws SQLException {
    update(
        connection,
        "DELETE FROM tunnel_catalog.schemas WHERE project = ? AND name = ?",
        project,
        name);
  }

  static List<TableEntry> readTables(Connection connection) throws SQLException {
    List<TableEntry> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM tunnel_catalog.tables")) {
      while (rows.next()) {
        tables.add(parse(rows.getString(1), rows.getString(2)));
      }
    }
    return tables;
  }

  static void readPartitions(Connection connection, BiConsumer<String, PartitionEntry> sink)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM tunnel_catalog.partitions")) {
      while (rows.next()) {
        sink.accept(
            rows.getString(1),
            new PartitionEntry(
                PartitionKeys.parseExactly(rows.getString(2)),
                Instant.ofEpochMilli(rows.getLong(3)),
                Instant.ofEpochMilli(rows.getLong(4)),
                properties(rows.getString(5))));
      }
    }
  }

  private static Map<String, String> properties(@Nullable String json) throws SQLException {
    if (json == null) {
      return Map.of();
    }
    try {
      return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new SQLException("The properties of a partition are damaged", e);
    }
  }

  static void insertTable(Connection connection, TableEntry table) throws SQLException {
    update(
        connection,
        "INSERT INTO tunnel_catalog.tables VALUES (?, ?)",
        table.id(),
        definition(table));
  }

  static void updateTable(Connection connection, TableEntry table) throws SQLException {
    update(
        connection,
        "UPDATE tunnel_catalog.tables SET definition = ? WHERE id = ?",
        definition(table),
        table.id());
  }

  static void deleteTable(Connection connection, TableEntry table) throws SQLException {
    update(connection, "DELETE FROM tunnel_catalog.tables WHERE id = ?", table.id());
    update(connection, "DELETE FROM tunnel_catalog.partitions WHERE table_id = ?", table.id());
  }

  static void insertPartition(Connection connection, TableEntry table, PartitionEntry partition)
      throws SQLException {
    update(
        connection,
        "INSERT INTO tunnel_catalog.partitions VALUES (?, ?, ?, ?, ?)",
        table.id(),
        partition.spec().toString(),
        partition.created().toEpochMilli(),
        partition.modified().toEpochMilli(),
        JSON.valueToTree(partition.properties()).toString());
  }

  static void deletePartition(Connection connection, TableEntry table, PartitionSpec spec)
      throws SQLException {
    update(
        connection,
        "DELETE FROM tunnel_catalog.partitions WHERE table_id = ? AND spec = ?",
        table.id(),
        spec.toString());
  }

  static void update(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  private static String definition(TableEntry table) {
    ObjectNode node = JSON.createObjectNode();
    node.put("project", table.project());
    node.put("schemaName", table.schemaName());
    node.put("name", table.name());
    node.set("schema", SchemaJson.write(table.schema()));
    node.put("comment", table.comment());
    node.put("owner", table.owner());
    node.put("lifecycle", table.lifecycle());
    ObjectNode properties = node.putObject("properties");
    table.properties().forEach(properties::put);
    table.primaryKey().forEach(node.putArray("primaryKey")::add);
    node.put("created", table.created().toEpochMilli());
    node.put("changed", table.changed().toEpochMilli());
    node.put("modified", table.modified().toEpochMilli());
    node.put("version", table.version());
    if (table.viewText() != null) {
      node.put("viewText", table.viewText());
    }
    return node.toString();
  }

  private static TableEntry parse(String id, String definition) throws SQLException {
    JsonNode node;
    try {
      node = JSON.readTree(definition);
    } catch (JsonProcessingException e) {
      throw new SQLException("The definition of the table " + id + " is damaged", e);
    }
    Map<String, String> properties = new LinkedHashMap<>();
    node.path("properties")
        .properties()
        .forEach(p -> properties.put(p.getKey(), p.getValue().asText()));
    List<String> primaryKey = new ArrayList<>();
    node.path("primaryKey").forEach(c -> primaryKey.add(c.asText()));
    return new TableEntry(
        id,
        node.path("project").asText(),
        node.path("schemaName").asText(TableEntry.DEFAULT_SCHEMA),
        node.path("name").asText(),
        SchemaJson.read(node.path("schema")),
        node.path("comment").asText(),
        node.path("owner").asText(),
        node.path("lifecycle").asInt(),
        properties,
        primaryKey,
        Instant.ofEpochMilli(node.path("created").asLong()),
        Instant.ofEpochMilli(node.path("changed").asLong()),
        Instant.ofEpochMilli(node.path("modified").asLong()),
        node.path("version").asLong(),
        node.path("viewText").asText(null));
  }
}
