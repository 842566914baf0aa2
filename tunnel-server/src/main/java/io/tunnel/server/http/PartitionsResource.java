package io.tunnel.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.PartitionProperties;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.Partitions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The partitions of a table (specification: control plane, section 3.7). */
final class PartitionsResource {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Catalog catalog;
  private final TableSizes sizes;
  private final PartitionProperties properties;

  PartitionsResource(Catalog catalog, TableSizes sizes, PartitionProperties properties) {
    this.catalog = catalog;
    this.sizes = sizes;
    this.properties = properties;
  }

  /** The list, or the names only, of all partitions or of those below a prefix. */
  void list(Call call, TableEntry table) throws ServiceException {
    Map<String, String> prefix = prefix(call, table);
    Comparator<String> order =
        call.isFlag("reverse") ? Comparator.reverseOrder() : Comparator.naturalOrder();
    List<PartitionEntry> found = new ArrayList<>();
    for (PartitionEntry partition : catalog.partitions(table)) {
      if (partition.spec().values().entrySet().containsAll(prefix.entrySet())) {
        found.add(partition);
      }
    }
    found.sort(Comparator.comparing(PartitionsResource::name, order));
    Page<PartitionEntry> page = Page.of(found, PartitionsResource::name, order, call);
    Xml xml = Xml.document().open("Partitions");
    page.items().forEach(partition -> element(xml, partition, call.has("name")));
    page.end(xml);
    call.sendXml(200, xml.close("Partitions").toString());
  }

  private static String name(PartitionEntry partition) {
    return partition.spec().toString();
  }

  /** The values of the first partition columns that the call names. */
  private static Map<String, String> prefix(Call call, TableEntry table) throws ServiceException {
    PartitionSpec spec = Partitions.parse(call.parameter("partition"));
    Map<String, String> values = spec == null ? Map.of() : spec.values();
    for (String column : values.keySet()) {
      if (table.schema().partitionColumns().stream()
          .noneMatch(c -> c.name().equalsIgnoreCase(column))) {
        throw ServiceError.INVALID_PARTITION_SPEC.exception(
            "The table " + table.qualifiedName() + " has no partition column " + column);
      }
    }
    return values;
  }

  private static void element(Xml xml, PartitionEntry partition, boolean nameOnly) {
    xml.open("Partition");
    if (nameOnly) {
      xml.element("Name", partition.spec().toQuotedString());
    } else {
      partition
          .spec()
          .values()
          .forEach(
              (name, value) -> xml.open("Column", "Name", name, "Value", value).close("Column"));
      xml.element("CreationTime", partition.created().getEpochSecond())
          .element("LastDDLTime", partition.created().getEpochSecond())
          .element("LastModifiedTime", partition.modified().getEpochSecond());
    }
    xml.close("Partition");
  }

  /** One partition, plain or extended. */
  void get(Call call, TableEntry table) throws ServiceException {
    PartitionEntry partition = find(table, call.required("partition"));
    long rows = sizes.rows(table, partition);
    long bytes = sizes.bytes(table, rows);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("createTime", partition.created().getEpochSecond());
    node.put("lastDDLTime", partition.created().getEpochSecond());
    node.put("lastModifiedTime", partition.modified().getEpochSecond());
    node.put("lastAccessTime", 0);
    node.put("partitionSize", bytes);
    node.put("partitionRecordNum", rows);
    node.put("lifecycle", -1);
    if (call.has("extended")) {
      node.put("IsArchived", false);
      node.put("IsExstore", false);
      node.put("LifeCycle", -1);
      node.put("PhysicalSize", bytes);
      node.put("FileNum", 1);
      ObjectNode reserved = JSON.createObjectNode();
      partition.properties().forEach(reserved::put);
      node.put("Reserved", reserved.toString());
    }
    call.sendXml(
        200,
        Xml.document()
            .open("Partition")
            .data("Schema", "", node.toString())
            .close("Partition")
            .toString());
  }

  private PartitionEntry find(TableEntry table, String text) throws ServiceException {
    PartitionSpec spec = Partitions.align(table, Partitions.parse(text));
    PartitionEntry partition = spec == null ? null : catalog.partition(table, spec).orElse(null);
    if (partition == null) {
      throw ServiceError.NO_SUCH_PARTITION.exception(
          "ODPS-0130131:Partition not found - "
              + table.qualifiedName()
              + " has no partition "
              + text);
    }
    return partition;
  }

  /** Sets properties of a partition, by a JSON document with its name and the properties. */
  void alter(Call call, TableEntry table) throws IOException {
    JsonNode document;
    try {
      document = JSON.readTree(call.document());
    } catch (JsonProcessingException e) {
      throw ServiceError.INVALID_PARAMETER.exception("The document is not JSON", e);
    }
    if (!document.path("partitionName").isTextual() || !document.path("properties").isObject()) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "The document needs a text partitionName and an object properties");
    }
    PartitionEntry partition = find(table, document.path("partitionName").asText());
    Map<String, String> values = new LinkedHashMap<>();
    document
        .path("properties")
        .properties()
        .forEach(property -> values.put(property.getKey(), property.getValue().asText()));
    properties.set(table, partition.spec(), values);
    call.sendEmpty(200);
  }
}
