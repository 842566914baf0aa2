package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.auth.Accounts;
import io.tunnel.server.auth.BearerTokens;
import io.tunnel.server.auth.Right;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * {@code /projects/p/authorization}: signs tokens and answers questions about rights
 * (specification: control plane, section 3.9). The texts of the answers are not specified; they are
 * in the service's style.
 */
final class AuthorizationResource implements Resource {
  private final Catalog catalog;
  private final BearerTokens tokens;
  private final Accounts accounts;

  AuthorizationResource(Catalog catalog, BearerTokens tokens, Accounts accounts) {
    this.catalog = catalog;
    this.tokens = tokens;
    this.accounts = accounts;
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
      String user = user(call, project, query);
      result(call, grants(json, project, user, rightOf(call, project, user)));
    } else if (command.equals("list users")) {
      requireAdmin(call, project);
      List<String> users = accounts.owners(project);
      result(call, json ? list("Users", users) : String.join("\n", users));
    } else if (command.equals("list roles")) {
      result(
          call,
          json ? list("Roles", SecurityResource.ROLES) : String.join("\n", SecurityResource.ROLES));
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
  private String user(Call call, String project, String query) throws ServiceException {
    int start = "show grants for ".length();
    String user = query.length() <= start ? call.owner() : query.substring(start).strip();
    if (!user.equals(call.owner())) {
      requireAdmin(call, project);
      if (accounts.ofOwner(user).isEmpty()) {
        throw ServiceError.NO_SUCH_OBJECT.exception("The user " + user + " does not exist");
      }
    }
    return user;
  }

  private static void requireAdmin(Call call, String project) throws ServiceException {
    CallRights.require(call, Right.ADMIN, project, "projects/" + project);
  }

  private Optional<Right> rightOf(Call call, String project, String user) {
    Rights rights =
        user.equals(call.owner()) ? call.rights() : accounts.ofOwner(user).orElseThrow().rights();
    return rights.in(project);
  }

  /** What the right lets the user do, in the service's words. */
  private static Map<String, List<String>> actions(String project, Optional<Right> right) {
    Map<String, List<String>> actions = new LinkedHashMap<>();
    if (right.isEmpty()) {
      return actions;
    }
    String all = "projects/" + project;
    switch (right.get()) {
      case ADMIN -> actions.put(all, List.of("*"));
      case WRITE, READ -> {
        actions.put(all, List.of("CreateInstance", "List", "Read"));
        actions.put(
            all + "/tables/*",
            right.get() == Right.WRITE
                ? List.of("Describe", "Download", "Select", "Update")
                : List.of("Describe", "Download", "Select"));
      }
    }
    return actions;
  }

  private static String grants(boolean json, String project, String user, Optional<Right> right) {
    Map<String, List<String>> actions = actions(project, right);
    if (!json) {
      StringBuilder text =
          new StringBuilder("[roles]\n")
              .append(right.map(Right::word).orElse(""))
              .append("\n\nAuthorization Type: ACL\n[user/")
              .append(user)
              .append("]\n");
      actions.forEach(
          (object, names) ->
              text.append("A\t")
                  .append(object)
                  .append(": ")
                  .append(String.join(" | ", names))
                  .append('\n'));
      return text.toString();
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ArrayNode roles = node.putArray("Roles");
    right.map(Right::word).ifPresent(roles::add);
    ArrayNode grants = node.putObject("ACL").putArray("user/" + user);
    actions.forEach(
        (object, names) -> {
          ObjectNode grant = grants.addObject();
          names.forEach(grant.putArray("Action")::add);
          grant.put("Effect", "Allow");
          grant.putArray("Principal").add(user);
          grant.putArray("Resource").add("acs:odps:*:" + object);
        });
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
