package io.tunnel.protocol.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.XmlElement;
import io.tunnel.protocol.type.PartitionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is: the project, its schemas, tables and partitions. Every call asks the service;
 * nothing is cached. Lists are read to their end. Thread safe.
 */
public final class Catalog {
  private final TunnelConfig config;
  private final HttpTransport transport;

  /** Callers use {@link io.tunnel.protocol.TunnelClient#catalog()}. */
  public Catalog(TunnelConfig config, HttpTransport transport) {
    this.config = config;
    this.transport = transport;
  }

  /**
   * The default project.
   *
   * @throws TunnelException with code {@code NoSuchProject} or the like if it does not exist
   */
  public ProjectInfo project() throws TunnelException {
    String name = config.project();
    ApiAnswer answer =
        transport.call(request("Reading the project " + name, List.of("projects", name), null));
    XmlElement project = answer.xml();
    Map<String, String> properties = new LinkedHashMap<>();
    XmlElement list = project.child("Properties");
    if (list != null) {
      for (XmlElement property : list.childrenNamed("Property")) {
        properties.put(property.childText("Name"), property.childText("Value"));
      }
    }
    String owner = answer.header("x-odps-owner");
    return new ProjectInfo(
        project.childText("Name").isEmpty() ? name : project.childText("Name"),
        owner == null ? "" : owner,
        project.childText("Comment"),
        project.childText("Region"),
        properties);
  }

  /** The names of the schemas of the default project. */
  public List<String> schemas() throws TunnelException {
    ApiRequest request =
        request(
            "Listing the schemas of " + config.project(),
            List.of("projects", config.project(), "schemas"),
            null);
    List<String> names = new ArrayList<>();
    for (XmlElement schema : pages(request, "Schema")) {
      names.add(schema.childText("Name"));
    }
    return names;
  }

  /**
   * The tables of the default project.
   *
   * @param schema the schema; null for the default one
   * @param namePrefix what the names start with; null for all
   */
  public List<TableSummary> tables(@Nullable String schema, @Nullable String namePrefix)
      throws TunnelException {
    String effective = schema == null ? config.schema() : schema;
    ApiRequest request =
        request(
                "Listing the tables of "
                    + config.project()
                    + (effective == null ? "" : "." + effective),
                List.of("projects", config.project(), "tables"),
                effective)
            .flag("extended")
            .parameter("name", namePrefix);
    List<TableSummary> tables = new ArrayList<>();
    for (XmlElement table : pages(request, "Table")) {
      String type = table.childText("Type");
      tables.add(
          new TableSummary(
              new TableName(config.project(), effective, table.childText("Name")),
              type.isEmpty() ? "MANAGED_TABLE" : type,
              table.childText("Comment"),
              table.childText("Owner")));
    }
    return tables;
  }

  /**
   * One table with its columns and keys.
   *
   * @throws TunnelException with {@link TunnelException#isNotFound()} if it does not exist, with
   *     code {@code UnsupportedSchema} if it has a column of an unknown type
   */
  public TableInfo table(TableName name) throws TunnelException {
    String purpose = "Reading the table " + name;
    ApiAnswer answer = transport.call(request(purpose, path(name), name.schema()));
    TableDocument plain = document(answer);
    TableDocument extended =
        plain.isExtended()
            ? plain
            : document(
                transport.call(request(purpose, path(name), name.schema()).flag("extended")));
    try {
      return plain.toInfo(name, extended);
    } catch (IllegalArgumentException e) {
      throw TunnelException.of("UnsupportedSchema", purpose + " failed: " + e.getMessage());
    }
  }

  private static TableDocument document(ApiAnswer answer) throws TunnelException {
    try {
      return TableDocument.parse(answer.xml());
    } catch (JsonProcessingException e) {
      throw answer.malformed("Schema in JSON", e);
    }
  }

  /**
   * Whether the table exists.
   *
   * @throws TunnelException if already the project or the schema does not
   */
  public boolean tableExists(TableName name) throws TunnelException {
    return exists(request("Reading the table " + name, path(name), name.schema()), "NoSuchTable");
  }

  /**
   * The partitions of a table, in the order in which the service lists them.
   *
   * @throws TunnelException also if the table has no partition columns
   */
  public List<PartitionSpec> partitions(TableName name) throws TunnelException {
    ApiRequest request =
        request("Listing the partitions of " + name, path(name), name.schema())
            .flag("partitions")
            .parameter("maxitems", "1000");
    List<PartitionSpec> partitions = new ArrayList<>();
    for (XmlElement partition : pages(request, "Partition")) {
      Map<String, String> values = new LinkedHashMap<>();
      for (XmlElement column : partition.childrenNamed("Column")) {
        values.put(
            column.attributes().getOrDefault("Name", ""),
            column.attributes().getOrDefault("Value", ""));
      }
      partitions.add(new PartitionSpec(values));
    }
    return partitions;
  }

  /**
   * Whether the partition exists.
   *
   * @throws TunnelException if already the table does not
   */
  public boolean partitionExists(TableName name, PartitionSpec partition) throws TunnelException {
    return exists(
        request("Reading partition " + partition + " of " + name, path(name), name.schema())
            .parameter("partition", partition.toQuotedString()),
        "NoSuchPartition");
  }

  /** Something above the object that is missing gives an error, not false. */
  private boolean exists(ApiRequest request, String absent) throws TunnelException {
    try {
      transport.call(request);
      return true;
    } catch (TunnelException e) {
      if (e.code().equals(absent) || e.code().equals("NoSuchObject")) {
        return false;
      }
      throw e;
    }
  }

  /** All elements of a list, page by page; a page may be empty while others follow (2.5). */
  private List<XmlElement> pages(ApiRequest request, String element) throws TunnelException {
    request.parameter("expectmarker", "true");
    List<XmlElement> all = new ArrayList<>();
    String marker = "";
    while (true) {
      XmlElement page = transport.call(request).xml();
      all.addAll(page.childrenNamed(element));
      String next = page.childText("Marker");
      if (next.isEmpty() || next.equals(marker)) {
        return all;
      }
      marker = next;
      request.parameter("marker", marker);
    }
  }

  private static List<String> path(TableName name) {
    return List.of("projects", name.project(), "tables", name.table());
  }

  private ApiRequest request(String purpose, List<String> path, @Nullable String schema) {
    return ApiRequest.of("GET", purpose, config.endpoint(), path)
        .parameter("curr_project", config.project())
        .parameter("curr_schema", schema);
  }
}
