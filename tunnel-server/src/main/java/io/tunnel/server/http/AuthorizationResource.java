package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.auth.BearerTokens;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.w3c.dom.Element;

/**
 * {@code /projects/p/authorization}: signs tokens and answers questions about rights
 * (specification: control plane, section 3.9). The texts of the answers are not specified; they are
 * in the service's style.
 */
final class AuthorizationResource implements Resource {
  private final Catalog catalog;
  private final BearerTokens tokens;
  private final List<String> users;

  AuthorizationResource(Catalog catalog, BearerTokens tokens, List<String> users) {
    this.catalog = catalog;
    this.tokens = tokens;
    this.users = List.copyOf(users);
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    if (!call.isPost() || call.segments().size() != 3) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
    if (call.has("sign_bearer_token")) {
      result(call, tokens.sign(call.owner(), project, call.document()));
      return;
    }
    Element request = Xml.parse(call.document());
    boolean json = Xml.childText(request, "ResponseInJsonFormat").equals("true");
    String query = Xml.childText(request, "Query").replaceAll("[\\s;]+", " ").strip();
    String command = query.toLowerCase(Locale.ROOT);
    if (command.equals("whoami")) {
      result(call, json ? whoami(call) : "Name: " + call.owner() + "\nProject: " + project);
    } else if (command.equals("show grants") || command.startsWith("show grants for ")) {
      result(call, grants(json, project, user(call, query)));
    } else if (command.equals("list users")) {
      result(call, json ? list("Users", users) : String.join("\n", users));
    } else if (command.equals("list roles")) {
      result(call, json ? list("Roles", List.of(SecurityResource.ROLE)) : SecurityResource.ROLE);
    } else {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "Rights of the local server are given at its start; \""
              + query
              + "\" is not implemented, only whoami, show grants, list users and list roles are");
    }
  }

  private static String whoami(Call call) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("DisplayName", call.owner())
        .put("ID", call.owner())
        .toString();
  }

  private static String list(String name, List<String> values) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach(node.putArray(name)::add);
    return node.toString();
  }

  /** The user behind {@code show grants for}, or the caller. */
  private String user(Call call, String query) throws ServiceException {
    int start = "show grants for ".length();
    String user = query.length() <= start ? call.owner() : query.substring(start).strip();
    if (!user.equals(call.owner()) && !users.contains(user)) {
      throw ServiceError.NO_SUCH_OBJECT.exception("The user " + user + " does not exist");
    }
    return user;
  }

  private static String grants(boolean json, String project, String user) {
    if (!json) {
      return "[roles]\n"
          + SecurityResource.ROLE
          + "\n\nAuthorization Type: ACL\n[user/"
          + user
          + "]\nA\tprojects/"
          + project
          + ": *\n";
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.putArray("Roles").add(SecurityResource.ROLE);
    ObjectNode grant = node.putObject("ACL").putArray("user/" + user).addObject();
    grant.putArray("Action").add("*");
    grant.put("Effect", "Allow");
    grant.putArray("Principal").add(user);
    grant.putArray("Resource").add("acs:odps:*:projects/" + project);
    return node.toString();
  }

  private static void result(Call call, String text) {
    call.sendXml(
        200,
        Xml.document()
            .open("Authorization")
            .element("Result", text)
            .close("Authorization")
            .toString());
  }
}
