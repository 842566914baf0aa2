package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * {@code /projects/p/tables/t} and {@code /projects/p/schemas/s/tables/t}: metadata here, sessions
 * in the resources behind (specification: control plane, sections 3.4 and 3.5).
 */
final class TableResource implements Resource {
  private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9_]{1,128}");

  private final Catalog catalog;
  private final TableSizes sizes;
  private final PartitionsResource partitions;
  private final UploadResource uploads;
  private final UpsertResource upserts;
  private final DownloadResource downloads;

  TableResource(
      Catalog catalog,
      TableSizes sizes,
      PartitionsResource partitions,
      UploadResource uploads,
      UpsertResource upserts,
      DownloadResource downloads) {
    this.partitions = partitions;
    this.catalog = catalog;
    this.sizes = sizes;
    this.uploads = uploads;
    this.upserts = upserts;
    this.downloads = downloads;
  }

  @Override
  public void serve(Call call) throws IOException {
    boolean threeTiers = call.segment(2).equals("schemas");
    int at = threeTiers ? 5 : 3;
    if (threeTiers && !call.segment(4).equals("tables")) {
      throw ServiceError.NO_SUCH_OBJECT.exception();
    }
    String project = catalog.project(call.segment(1));
    String schema =
        Schemas.find(
            catalog, project, threeTiers ? call.segment(3) : call.parameter("curr_schema"));
    String name = call.segment(at);
    if (call.segments().size() == at + 2 && call.segment(at + 1).equals("preview")) {
      downloads.preview(call, catalog.table(project, schema, name));
      return;
    }
    if (call.segments().size() == at + 2 && call.segment(at + 1).equals("upserts")) {
      upserts.serve(call, project, schema, name);
      return;
    }
    if (call.segments().size() > at + 1) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server does not implement "
              + String.join("/", call.segments().subList(at + 1, call.segments().size()))
              + " of a table");
    }
    if ((call.has("uploads") || call.has("downloads"))
        && !TABLE_NAME.matcher(name).matches()
        && catalog.find(project, schema, name).isEmpty()) {
      throw ServiceError.INVALID_PROJECT_TABLE.exception(
          "\"" + name + "\" cannot be the name of a table: letters, digits and _, at most 128");
    }
    if (call.has("uploads") || call.has("uploadid")) {
      uploads.serve(call, project, schema, name);
    } else if (call.has("downloads") || call.has("downloadid")) {
      downloads.serveTable(call, project, schema, name);
    } else if (call.isGet()) {
      metadata(call, catalog.table(project, schema, name));
    } else if (call.isPut() && "alterPartition".equalsIgnoreCase(call.parameter("op"))) {
      partitions.alter(call, catalog.table(project, schema, name));
    } else {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server does not implement this call on a table");
    }
  }

  private void metadata(Call call, TableEntry table) throws IOException {
    if (call.has("partitions")) {
      partitions.list(call, table);
    } else if (call.has("partition")) {
      partitions.get(call, table);
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
}
