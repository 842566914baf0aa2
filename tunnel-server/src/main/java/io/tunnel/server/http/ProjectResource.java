package io.tunnel.server.http;

import io.tunnel.server.auth.Right;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /projects}, {@code /projects/p} and the small calls below it (specification: control
 * plane, sections 3.1, 3.8 and 6.1).
 */
final class ProjectResource implements Resource {
  /** The region of the local server. */
  static final String REGION = "local";

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
      case "registration" -> none(call, 4, "functions", "Functions");
      case "resources" -> none(call, 3, "resources", "Resources");
      default -> throw ServiceError.NO_SUCH_OBJECT.exception();
    }
  }

  /** Functions and resources of users: the local server runs none, so the lists are empty. */
  private static void none(Call call, int listSegments, String last, String root)
      throws IOException {
    if (!call.isGet()) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server runs no functions of users, so it keeps none of their " + last);
    }
    if (call.segments().size() != listSegments || !call.segment(listSegments - 1).equals(last)) {
      throw ServiceError.NO_SUCH_OBJECT.exception(
          "The local server has nothing at /" + String.join("/", call.segments()));
    }
    call.sendXml(
        200,
        Xml.document()
            .open(root)
            .element("Marker", "")
            .element("MaxItems", 1000)
            .close(root)
            .toString());
  }

  private static void requireGet(Call call) throws IOException {
    if (!call.isGet()) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "Projects of the local server are named when it is started");
    }
  }

  private void list(Call call) {
    String owner = call.parameter("owner");
    String prefix = Optional.ofNullable(call.parameter("name")).orElse("");
    List<Map.Entry<String, Instant>> all =
        catalog.projects().entrySet().stream()
            .filter(project -> call.rights().allow(Right.READ, project.getKey()))
            .filter(project -> owner == null || owner.equals(OWNER))
            .filter(project -> project.getKey().startsWith(prefix.toLowerCase(Locale.ROOT)))
            .toList();
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
    if (call.isTrue("isGroupApi")) {
      xml.element("DefaultCluster", REGION)
          .open("Clusters")
          .open("Cluster")
          .element("Name", REGION)
          .element("QuotaID", QuotasResource.DEFAULT)
          .element("Quotas", "")
          .close("Cluster")
          .close("Clusters");
    }
    call.sendXml(
        200,
        xml.element("State", "AVAILABLE")
            .element("DefaultQuotaNickname", QuotasResource.DEFAULT)
            .element("DefaultQuotaRegion", REGION)
            .element("Region", REGION)
            .element("TenantId", ProbesResource.TENANT)
            .element("SuperAdministrator", "")
            .element("DefaultCtrlService", "")
            .element("IsExternalCatalogBound", "false")
            .close("Project")
            .toString());
  }

  private static void property(Xml xml, String name, String value) {
    xml.open("Property").element("Name", name).element("Value", value).close("Property");
  }
}
