package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.PartitionEntry;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.session.Partitions;
import java.io.IOException;
import java.util.List;

/**
 * {@code /projects/p/tables/t} and {@code /projects/p/schemas/s/tables/t}: metadata here, sessions
 * in the two resources behind (specification: control plane, sections 3.4, 3.5 and 3.7).
 */
final class TableResource implements Resource {
  private final Catalog catalog;
  private final TableSizes sizes;
  private final UploadResource uploads;
  private final DownloadResource downloads;

  TableResource(
      Catalog catalog, TableSizes sizes, UploadResource uploads, DownloadResource downloads) {
    this.catalog = catalog;
    this.sizes = sizes;
    this.uploads = uploads;
    this.downloads = downloads;
  }

  @Override
  public void serve(Call call) throws IOException {
    boolean threeTiers = call.segment(2).equals("schemas");
    int at = threeTiers ? 5 : 3;
    if (threeTiers) {
      Schemas.require(call.segment(3), call.segment(1));
      if (!call.segment(4).equals("tables")) {
        throw ServiceError.NO_SUCH_OBJECT.exception();
      }
    }
    Schemas.require(call.parameter("curr_schema"), call.segment(1));
    String project = catalog.project(call.segment(1));
    String name = call.segment(at);
    if (call.segments().size() > at + 1) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server does not implement "
              + String.join("/", call.segments().subList(at + 1, call.segments().size()))
              + " of a table");
    }
    if (call.has("uploads") || call.has("uploadid")) {
      uploads.serve(call, project, name);
    } else if (call.has("downloads") || call.has("downloadid")) {
      downloads.serveTable(call, project, name);
    } else if (call.isGet()) {
      metadata(call, catalog.table(project, name));
    } else {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server does not implement this call on a table");
    }
  }

  private void metadata(Call call, TableEntry table) throws IOException {
    if (call.has("partitions")) {
      partitions(call, table);
    } else if (call.has("partition")) {
      partition(call, table);
    } else {
      long rows = sizes.rows(table);
      long bytes = sizes.bytes(table, rows);
      Xml xml = Xml.document();
      TableRepresentation.element(
          xml,
          table,
          call.has("extended")
              ? TableRepresentation.extended(table, rows, bytes)
              : TableRepresentation.schema(table, rows, bytes));
      call.sendXml(200, xml.toString());
    }
  }

  private void partitions(Call call, TableEntry table) throws ServiceException {
    PartitionSpec prefix = Partitions.parse(call.parameter("partition"));
    List<PartitionEntry> found =
        catalog.partitions(table).stream()
            .filter(
                p ->
                    prefix == null
                        || p.spec().values().entrySet().containsAll(prefix.values().entrySet()))
            .toList();
    Page<PartitionEntry> page = Page.of(found, p -> p.spec().toString(), call);
    Xml xml = Xml.document().open("Partitions");
    for (PartitionEntry partition : page.items()) {
      xml.open("Partition");
      if (call.has("name")) {
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
    page.end(xml);
    call.sendXml(200, xml.close("Partitions").toString());
  }

  private void partition(Call call, TableEntry table) throws ServiceException {
    PartitionSpec spec = Partitions.align(table, Partitions.parse(call.required("partition")));
    PartitionEntry partition = spec == null ? null : catalog.partition(table, spec).orElse(null);
    if (spec == null || partition == null) {
      throw ServiceError.NO_SUCH_PARTITION.exception(
          "ODPS-0130131:Partition not found - "
              + table.qualifiedName()
              + " has no partition "
              + spec);
    }
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
      node.put("Reserved", "{}");
    }
    call.sendXml(
        200,
        Xml.document()
            .open("Partition")
            .data("Schema", "", node.toString())
            .close("Partition")
            .toString());
  }
}
