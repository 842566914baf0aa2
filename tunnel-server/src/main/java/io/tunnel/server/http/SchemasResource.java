package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.JobRequest;
import io.tunnel.server.sql.TaskStatus;
import io.tunnel.server.sql.TaskType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * {@code /projects/p/schemas} (specification: control plane, section 3.2). Changes run as
 * statements, so that they take turns with those of SQL.
 */
final class SchemasResource implements Resource {
  private static final int LOWEST_PRIORITY = 9;
  private static final long WAIT_MILLIS = 60_000;

  private final Catalog catalog;
  private final InstanceService instances;

  SchemasResource(Catalog catalog, InstanceService instances) {
    this.catalog = catalog;
    this.instances = instances;
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    int size = call.segments().size();
    if (size == 3 && call.isGet()) {
      list(call, project);
    } else if (size == 3 && call.isPost()) {
      create(call, project);
    } else if (size == 4 && call.isGet()) {
      get(call, project);
    } else if (size == 4 && call.method().equals("DELETE")) {
      String name = Schemas.find(catalog, project, call.segment(3));
      run(call, project, "DROP SCHEMA `" + project + "`.`" + name + "`;");
    } else {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private void list(Call call, String project) {
    String prefix = Optional.ofNullable(call.parameter("name")).orElse("").toLowerCase(Locale.ROOT);
    List<String> names =
        catalog.schemas(project).keySet().stream().filter(n -> n.startsWith(prefix)).toList();
    Page<String> page = Page.of(names, name -> name, call);
    Xml xml = Xml.document().open("Schemas");
    for (String name : page.items()) {
      xml.open("Schema").element("Name", name).element("Owner", call.owner()).close("Schema");
    }
    page.end(xml);
    call.sendXml(200, xml.close("Schemas").toString());
  }

  private void get(Call call, String project) throws ServiceException {
    String name = Schemas.find(catalog, project, call.segment(3));
    Instant created = catalog.schemas(project).getOrDefault(name, Instant.EPOCH);
    call.answerHeader("x-odps-creation-time", TableRepresentation.date(created));
    call.answerHeader("Last-Modified", TableRepresentation.date(created));
    call.sendXml(
        200,
        Xml.document()
            .open("Schema")
            .element("Name", name)
            .element("Type", "managed")
            .element("Comment", "")
            .element("Owner", call.owner())
            .close("Schema")
            .toString());
  }

  private void create(Call call, String project) throws IOException {
    Element request = Xml.parse(call.document());
    String name = Xml.childText(request, "Name");
    if (!name.matches("[A-Za-z][A-Za-z0-9_]{0,127}")) {
      throw ServiceError.INVALID_ARGUMENT.exception(
          "Schema \"" + name + "\": a letter must come first, then letters, digits and _");
    }
    boolean ifNotExists = Xml.childText(request, "IfNotExists").equals("true");
    run(
        call,
        project,
        "CREATE SCHEMA " + (ifNotExists ? "IF NOT EXISTS `" : "`") + project + "`.`" + name + "`;");
  }

  /** Runs a statement to its end; its failure is that of the call. */
  private void run(Call call, String project, String statement) throws ServiceException {
    Instance instance =
        instances.submit(
            new JobRequest(
                project,
                call.owner(),
                call.rights(),
                TaskType.SQL,
                "AnonymousSQLTask",
                statement,
                Map.of(),
                LOWEST_PRIORITY,
                "",
                ""));
    try {
      if (!instance.await(WAIT_MILLIS)) {
        throw ServiceError.SERVICE_UNAVAILABLE.exception("\"" + statement + "\" takes too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceError.SERVICE_UNAVAILABLE.exception("The server is closing", e);
    }
    if (instance.status() != TaskStatus.SUCCESS) {
      throw ServiceError.INVALID_ARGUMENT.exception(instance.failure());
    }
    call.sendEmpty(200);
  }
}
