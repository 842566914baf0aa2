package io.tunnel.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.catalog.TableClustering;
import io.tunnel.server.catalog.TableEntry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** A table in the forms of the service endpoint (specification: control plane, 3.3 to 3.6). */
final class TableRepresentation {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The JDK's own RFC 1123 form leaves out the zero of the first nine days. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private TableRepresentation() {}

  /** A time in the form of headers and XML elements. */
  static String date(Instant instant) {
    return DATE.format(instant);
  }

  /** The word for what a table is. */
  static String type(TableEntry table) {
    return table.isView() ? "VIRTUAL_VIEW" : "MANAGED_TABLE";
  }

  /** An element of a list. */
  static void listElement(Xml xml, TableEntry table, boolean extended) {
    xml.open("Table")
        .element("Name", table.name())
        .element("Project", table.project())
        .element("SchemaName", table.schemaName())
        .element("Owner", table.owner());
    if (extended) {
      xml.element("Type", type(table)).element("Comment", table.comment());
    }
    xml.element("CreationTime", date(table.created()))
        .element("LastModifiedTime", date(table.modified()))
        .close("Table");
  }

  /** The complete element, with the JSON document that a client asked for. */
  static void element(Xml xml, TableEntry table, ObjectNode schema) {
    xml.open("Table", "format", "Json")
        .element("Name", table.name())
        .element("TableId", table.id())
        .element("Type", type(table))
        .element("Owner", table.owner())
        .element("Project", table.project())
        .element("SchemaName", table.schemaName())
        .element("TableLabel", "")
        .element("CryptoAlgo", "CLEAR")
        .element("TableMaskInfo", "")
        .element("CreationTime", date(table.created()))
        .element("LastModifiedTime", date(table.modified()))
        .data("Schema", " format=\"Json\"", schema.toString())
        .close("Table");
  }

  /** The document of the plain call. */
  static ObjectNode schema(TableEntry table, long rows, long bytes) {
    ObjectNode node = JSON.createObjectNode();
    node.put("tableName", table.name());
    node.put("comment", table.comment());
    node.put("owner", table.owner());
    node.put("createTime", table.created().getEpochSecond());
    node.put("lastDDLTime", table.changed().getEpochSecond());
    node.put("lastModifiedTime", table.modified().getEpochSecond());
    node.put("lastAccessTime", 0);
    node.put("isVirtualView", table.isView());
    if (table.isView()) {
      node.put("viewText", table.viewText());
      node.put("viewExpandedText", table.viewText());
    }
    node.put("isExternal", false);
    node.put("isMaterializedView", false);
    node.put("lifecycle", table.lifecycle());
    node.put("size", bytes);
    node.put("recordNum", rows);
    node.put("tableLabel", "");
    node.put("shardExist", false);
    columns(node.putArray("columns"), table.schema().columns());
    node.putArray("extendedLabel");
    columns(node.putArray("partitionKeys"), table.schema().partitionColumns());
    return node;
  }

  private static void columns(ArrayNode array, List<Column> columns) {
    for (Column column : columns) {
      ObjectNode node = array.addObject();
      node.put("name", column.name());
      node.put("type", column.type().toString());
      node.put("comment", column.comment());
      node.put("label", "");
      node.putArray("extendedLabels");
      node.put("isNullable", column.nullable());
      node.put("hasGenerateExpression", false);
      String defaultValue = column.defaultValue();
      if (defaultValue != null) {
        node.put("defaultValue", defaultValue);
      }
    }
  }

  /** The document of the extended call, which has the keys of both. */
  static ObjectNode extended(TableEntry table, long rows, long bytes) {
    ObjectNode node = schema(table, rows, bytes);
    node.put("IsArchived", false);
    node.put("PhysicalSize", bytes);
    node.put("FileNum", 1);
    ObjectNode reserved = JSON.createObjectNode();
    reserved.put("Transactional", Boolean.toString(table.isTransactional()));
    reserved.put("schema_version", "0");
    reserved.put(
        "acid.data.retain.hours", table.properties().getOrDefault("acid.data.retain.hours", "24"));
    if (!table.primaryKey().isEmpty()) {
      table.primaryKey().forEach(reserved.putArray("PrimaryKey")::add);
      reserved.put("BucketNum", table.writeBuckets());
      reserved.put("ClusterType", "hash");
      table.primaryKey().forEach(reserved.putArray("ClusterCols")::add);
    }
    TableClustering clustering = TableClustering.of(table);
    if (clustering != null) {
      clustering.addTo(reserved);
    }
    node.put("Reserved", reserved.toString());
    return node;
  }
}
