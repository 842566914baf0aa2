package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * {@code /projects}, {@code /projects/p} and the small calls below it (specification: control
 * plane, sections 3.1, 3.8 and 6.1).
 */
final class ProjectResource implements Resource {
  private static final String OWNER = "ALIYUN$local";

  private final Catalog catalog;

  ProjectResource(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public void serve(Call call) throws IOException {
    if (call.segments().size() == 1) {
      requireGet(call);
      list(call);
      return;
    }
    String project = catalog.project(call.segment(1));
    if (call.segments().size() == 2) {
      requireGet(call);
      get(call, project);
      return;
    }
    switch (call.segment(2)) {
      case "tunnel" -> call.sendText(call.hostAndPort());
      // Counters of the client about itself; nobody reads them.
      case "logs" -> {
        call.document();
        call.sendEmpty(200);
      }
      case "registration" ->
          call.sendXml(200, "<Functions><Marker/><MaxItems>1000</MaxItems></Functions>");
      case "cachedinstances" ->
          call.sendXml(
              200,
              "<Instances><Content>[]</Content><Marker/><MaxItems>1000</MaxItems></Instances>");
      default -> throw ServiceError.NO_SUCH_OBJECT.exception();
    }
  }

  private static void requireGet(Call call) throws IOException {
    if (!call.isGet()) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "Projects of the local server are named when it is started");
    }
  }

  private void list(Call call) {
    List<Map.Entry<String, Instant>> all = List.copyOf(catalog.projects().entrySet());
    Page<Map.Entry<String, Instant>> page = Page.of(all, Map.Entry::getKey, call);
    Xml xml = Xml.document().open("Projects");
    for (Map.Entry<String, Instant> project : page.items()) {
      xml.open("Project")
          .element("Name", project.getKey())
          .element("Owner", OWNER)
          .element("Comment", "")
          .element("CreationTime", TableRepresentation.date(project.getValue()))
          .element("LastModifiedTime", TableRepresentation.date(project.getValue()))
          .element("State", "AVAILABLE")
          .close("Project");
    }
    page.end(xml);
    call.sendXml(200, xml.close("Projects").toString());
  }

  private void get(Call call, String project) {
    Instant created = catalog.projects().getOrDefault(project, Instant.EPOCH);
    call.answerHeader("x-odps-owner", OWNER);
    call.answerHeader("x-odps-creation-time", TableRepresentation.date(created));
    call.answerHeader("Last-Modified", TableRepresentation.date(created));
    Xml xml =
        Xml.document()
            .open("Project")
            .element("Name", project)
            .element("Type", "managed")
            .element("Comment", "")
            .element("ProjectGroupName", "")
            .open("Properties");
    property(xml, "odps.schema.model.enabled", "false");
    property(xml, "odps.sql.timezone", "UTC");
    property(xml, "odps.sql.type.system.odps2", "true");
    xml.close("Properties");
    if (call.has("extended")) {
      xml.open("ExtendedProperties").close("ExtendedProperties");
    }
    call.sendXml(
        200,
        xml.element("State", "AVAILABLE")
            .element("DefaultQuotaNickname", "")
            .element("Region", "local")
            .element("TenantId", "1")
            .element("IsExternalCatalogBound", "false")
            .close("Project")
            .toString());
  }

  private static void property(Xml xml, String name, String value) {
    xml.open("Property").element("Name", name).element("Value", value).close("Property");
  }
}
