package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** {@code /projects/p/schemas} (specification: control plane, section 3.2). */
final class SchemasResource implements Resource {
  private final Catalog catalog;

  SchemasResource(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    if (!call.isGet()) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "Projects of the local server have the one schema default");
    }
    if (call.segments().size() == 3) {
      Page<String> page = Page.of(List.of(Schemas.DEFAULT), name -> name, call);
      Xml xml = Xml.document().open("Schemas");
      for (String name : page.items()) {
        xml.open("Schema").element("Name", name).element("Owner", call.owner()).close("Schema");
      }
      page.end(xml);
      call.sendXml(200, xml.close("Schemas").toString());
    } else if (call.segments().size() == 4) {
      Schemas.require(call.segment(3), call.segment(1));
      Instant created = catalog.projects().getOrDefault(project, Instant.EPOCH);
      call.answerHeader("x-odps-creation-time", TableRepresentation.date(created));
      call.answerHeader("Last-Modified", TableRepresentation.date(created));
      call.sendXml(
          200,
          Xml.document()
              .open("Schema")
              .element("Name", Schemas.DEFAULT)
              .element("Type", "managed")
              .element("Comment", "")
              .element("Owner", call.owner())
              .close("Schema")
              .toString());
    } else {
      throw ServiceError.NO_SUCH_OBJECT.exception();
    }
  }
}
