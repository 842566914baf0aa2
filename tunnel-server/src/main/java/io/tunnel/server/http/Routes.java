package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.session.DownloadService;
import io.tunnel.server.session.UploadService;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.ResultText;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Which resource serves which path. Both endpoints share one table: a client that was given the
 * address without {@code /api} is served too.
 */
public final class Routes {
  private final Resource probes;
  private final Resource project;
  private final Resource tables;
  private final Resource schemas;
  private final Resource table;
  private final Resource instances;
  private final Resource authorization;

  /** Routes to these services. */
  public Routes(
      Catalog catalog,
      TableSizes sizes,
      UploadService uploads,
      DownloadService downloads,
      InstanceService instances,
      BufferAllocator allocator,
      int fieldBytes) {
    DownloadResource rows = new DownloadResource(catalog, downloads, instances, allocator);
    probes = new ProbesResource();
    project = new ProjectResource(catalog);
    tables = new TablesResource(catalog, sizes);
    schemas = new SchemasResource(catalog);
    table =
        new TableResource(catalog, sizes, new UploadResource(catalog, uploads, fieldBytes), rows);
    this.instances = new InstancesResource(catalog, instances, new ResultText(allocator), rows);
    authorization = new AuthorizationResource(catalog);
  }

  void serve(Call call) throws IOException {
    List<String> path = call.segments();
    int size = path.size();
    if (size == 0 || !path.get(0).equals("projects")) {
      probes.serve(call);
    } else if (size <= 2) {
      project.serve(call);
    } else {
      switch (path.get(2)) {
        case "tables" -> (size == 3 ? tables : table).serve(call);
        case "schemas" -> (size >= 6 ? table : schemas).serve(call);
        case "instances" -> instances.serve(call);
        case "authorization" -> authorization.serve(call);
        case "tunnel", "logs", "registration", "cachedinstances" -> project.serve(call);
        default ->
            throw ServiceError.NO_SUCH_OBJECT.exception(
                "The local server knows no \"" + path.get(2) + "\" of a project");
      }
    }
  }
}
