package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;

/** The calls outside of any project, which clients make to learn where they are. */
final class ProbesResource implements Resource {
  @Override
  public void serve(Call call) throws IOException {
    switch (String.join("/", call.segments())) {
      // Times are left out: clients do not agree on their unit.
      case "tenants" -> {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        ObjectNode tenant = node.putObject("Tenant");
        tenant.put("Name", "local");
        tenant.put("OwnerId", "1");
        tenant.put("TenantId", "1");
        tenant.put("State", "NORMAL");
        tenant.put("TenantMeta", "{}");
        tenant.putObject("Parameters");
        call.sendJson(200, node.toString());
      }
      case "logview/host" -> call.sendText("http://" + call.hostAndPort());
      // Empty means that there is only the old form of log view.
      case "webconsole/host" -> call.sendText("");
      case "quotas" -> call.sendXml(200, "<Quotas><Marker/></Quotas>");
      default ->
          throw ServiceError.NO_SUCH_OBJECT.exception(
              "The local server has nothing at /" + String.join("/", call.segments()));
    }
  }
}
