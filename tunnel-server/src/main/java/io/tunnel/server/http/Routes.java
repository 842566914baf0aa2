package io.tunnel.server.http;

import io.tunnel.server.auth.Accounts;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.auth.BearerTokens;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.catalog.PartitionProperties;
import io.tunnel.server.catalog.TableSizes;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.session.DownloadService;
import io.tunnel.server.session.Previews;
import io.tunnel.server.session.UploadService;
import io.tunnel.server.session.UpsertService;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.ResultText;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Which resource serves which path. Both endpoints share one table: a client that was given the
 * address without {@code /api} is served too.
 */
public final class Routes {
  private final Resource probes;
  private final Resource quotas;
  private final Resource project;
  private final Resource security;
  private final Resource tables;
  private final Resource schemas;
  private final Resource table;
  private final Resource instances;
  private final Resource authorization;
  private final LogviewResource logview;

  /**
   * Routes to these services.
   *
   * @param accounts who may do what
   * @param authenticator checks the tokens of those who look at a page
   */
  public Routes(
      Catalog catalog,
      TableSizes sizes,
      PartitionProperties partitionProperties,
      UploadService uploads,
      UpsertService upserts,
      DownloadService downloads,
      Previews previews,
      InstanceService instances,
      BearerTokens tokens,
      Accounts accounts,
      Authenticator authenticator,
      InstantSource clock,
      BufferAllocator allocator,
      int fieldBytes) {
    DownloadResource rows =
        new DownloadResource(catalog, downloads, previews, instances, allocator);
    probes = new ProbesResource();
    quotas = new QuotasResource();
    project = new ProjectResource(catalog);
    security = new SecurityResource(catalog, accounts);
    tables = new TablesResource(catalog, sizes);
    schemas = new SchemasResource(catalog, instances);
    table =
        new TableResource(
            catalog,
            sizes,
            new PartitionsResource(catalog, sizes, partitionProperties),
            new UploadResource(catalog, uploads, fieldBytes),
            new UpsertResource(catalog, upserts),
            rows);
    this.instances = new InstancesResource(catalog, instances, new ResultText(allocator), rows);
    authorization = new AuthorizationResource(catalog, tokens, accounts);
    logview = new LogviewResource(catalog, instances, accounts, authenticator, clock);
  }

  void serve(Call call) throws IOException {
    List<String> path = call.segments();
    int size = path.size();
    if (LogviewResource.isPage(call.target())) {
      logview.serve(call);
    } else if (size > 0 && path.get(0).equals("quotas")) {
      quotas.serve(call);
    } else if (size == 0 || !path.get(0).equals("projects")) {
      probes.serve(call);
    } else if (size <= 2) {
      (size == 2 && SecurityResource.isFor(call) ? security : project).serve(call);
    } else {
      switch (path.get(2)) {
        case "tables" -> (size == 3 ? tables : table).serve(call);
        case "schemas" -> (size >= 6 ? table : schemas).serve(call);
        case "instances", "cachedinstances" -> instances.serve(call);
        case "authorization" -> authorization.serve(call);
        case "users", "roles" -> security.serve(call);
        case "tunnel", "logs", "registration", "resources" -> project.serve(call);
        default ->
            throw ServiceError.NO_SUCH_OBJECT.exception(
                "The local server knows no \"" + path.get(2) + "\" of a project");
      }
    }
  }
}
