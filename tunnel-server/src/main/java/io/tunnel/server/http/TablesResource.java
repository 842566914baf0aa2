package io.tunnel.server.http;

import io.tunnel.server.auth.Right;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableEntry;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code /projects/p/tables}: lists, and loads many (specification: control plane, 3.3, 3.6). */
final class TablesResource implements Resource {
  private final Catalog catalog;
  private final TableSizes sizes;

  TablesResource(Catalog catalog, TableSizes sizes) {
    this.catalog = catalog;
    this.sizes = sizes;
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    String schema = Schemas.find(catalog, project, call.parameter("curr_schema"));
    if (call.isGet()) {
      list(call, project, schema);
    } else if (call.isPost() && call.has("query")) {
      load(call);
    } else {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private void list(Call call, String project, String schema) {
    String prefix = Optional.ofNullable(call.parameter("name")).orElse("").toLowerCase(Locale.ROOT);
    String type = call.parameter("type");
    String owner = call.parameter("owner");
    Page<TableEntry> page =
        Page.of(
            catalog.tables(project, schema).stream()
                .filter(t -> t.name().startsWith(prefix))
                .filter(t -> type == null || type.equals(TableRepresentation.type(t)))
                .filter(t -> owner == null || owner.equals(t.owner()))
                .toList(),
            TableEntry::name,
            call);
    Xml xml = Xml.document().open("Tables");
    page.items().forEach(t -> TableRepresentation.listElement(xml, t, call.has("extended")));
    page.end(xml);
    call.sendXml(200, xml.close("Tables").toString());
  }

  private void load(Call call) throws IOException {
    Element root = Xml.parse(call.document());
    Xml xml = Xml.document().open("Tables");
    NodeList tables = root.getElementsByTagName("Table");
    for (int i = 0; i < tables.getLength(); i++) {
      if (tables.item(i) instanceof Element element) {
        String project = Xml.childText(element, "Project");
        String schema = Xml.childText(element, "Schema");
        String name = Xml.childText(element, "Name");
        CallRights.require(call, Right.READ, project, "projects/" + project + "/tables/" + name);
        @Nullable TableEntry table =
            catalog
                .find(project, schema.isEmpty() ? TableEntry.DEFAULT_SCHEMA : schema, name)
                .orElse(null);
        if (table != null) {
          TableRepresentation.element(
              xml, table, TableRepresentation.schema(table, sizes.rows(table), sizes.bytes(table)));
        }
      }
    }
    call.sendXml(200, xml.close("Tables").toString());
  }
}
