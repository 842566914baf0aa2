package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;

/** The calls outside of any project, which clients make to learn where they are. */
final class ProbesResource implements Resource {
  /** The one tenant. */
  static final String TENANT = "1";

  @Override
  public void serve(Call call) throws IOException {
    String path = String.join("/", call.segments());
    switch (path) {
      // Times are left out: clients do not agree on their unit.
      case "tenants" -> {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode tenant = node.putObject("Tenant");
        tenant.put("Name", "local");
        tenant.put("OwnerId", TENANT);
        tenant.put("TenantId", TENANT);
        tenant.put("State", "NORMAL");
        tenant.put("TenantMeta", "{}");
        tenant.putObject("Parameters");
        call.sendJson(200, node.toString());
      }
      case "logview/host" -> call.sendText(call.scheme() + "://" + call.hostAndPort());
      // Empty means that there is only the old form of log view.
      case "webconsole/host" -> call.sendText("");
      case "connection/mcqa" -> connect(call);
      default ->
          throw ServiceError.NO_SUCH_OBJECT.exception("The local server has nothing at /" + path);
    }
  }

  /** The one quota is interactive too; what clients send back as their connection is not needed. */
  private static void connect(Call call) throws IOException {
    String quota = call.parameter("quota");
    if (quota != null && !quota.equalsIgnoreCase(QuotasResource.DEFAULT)) {
      // An error makes clients use the other ways to run a statement.
      throw ServiceError.NO_SUCH_OBJECT.exception(
          "The local server has no interactive quota "
              + quota
              + ", only "
              + QuotasResource.DEFAULT);
    }
    call.sendJson(
        200,
        JsonNodeFactory.instance
            .objectNode()
            .put("quotaNickName", QuotasResource.DEFAULT)
            .put("connInfo", ProjectResource.REGION)
            .put("regionId", ProjectResource.REGION)
            .toString());
  }
}
