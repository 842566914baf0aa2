package io.tunnel.server.http;

import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.util.List;

/**
 * Users, roles, policy and security settings of a project (specification: control plane, section
 * 3.9). They are what the server was started with, so they can be read and not changed.
 */
final class SecurityResource implements Resource {
  /** The one role, which everybody has. */
  static final String ROLE = "admin";

  private final Catalog catalog;
  private final List<String> users;

  /**
   * The calls.
   *
   * @param users the owners' names of all accounts, as the service writes them
   */
  SecurityResource(Catalog catalog, List<String> users) {
    this.catalog = catalog;
    this.users = List.copyOf(users);
  }

  /** Whether a request to a project is for its policy or its security settings. */
  static boolean isFor(Call call) {
    return call.has("policy") || call.has("security_configuration");
  }

  @Override
  public void serve(Call call) throws IOException {
    catalog.project(call.segment(1));
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception(
          "Users and rights of the local server are given at its start and cannot be changed");
    }
    if (call.segments().size() == 2) {
      if (call.has("policy")) {
        call.sendText("{\"Version\":\"1\",\"Statement\":[]}");
      } else {
        call.sendXml(200, settings());
      }
    } else if (call.segment(2).equals("users")) {
      serveUsers(call);
    } else {
      serveRoles(call);
    }
  }

  private void serveUsers(Call call) throws IOException {
    if (call.segments().size() > 3) {
      if (!users.contains(call.segment(3))) {
        throw ServiceError.NO_SUCH_OBJECT.exception(
            "The user " + call.segment(3) + " does not exist");
      }
      sendRoles(call);
      return;
    }
    Xml xml = Xml.document().open("Users");
    for (String user : users) {
      xml.open("User")
          .element("ID", user)
          .element("DisplayName", user)
          .element("Comment", "")
          .close("User");
    }
    call.sendXml(200, xml.close("Users").toString());
  }

  private void serveRoles(Call call) throws IOException {
    if (call.segments().size() == 3) {
      sendRoles(call);
    } else if (!call.segment(3).equals(ROLE)) {
      throw ServiceError.NO_SUCH_OBJECT.exception(
          "The role " + call.segment(3) + " does not exist; the local server has " + ROLE);
    } else if (call.has("policy")) {
      call.sendText("{\"Version\":\"1\",\"Statement\":[]}");
    } else {
      Xml xml = Xml.document();
      role(xml);
      call.sendXml(200, xml.toString());
    }
  }

  private static void sendRoles(Call call) {
    Xml xml = Xml.document().open("Roles");
    role(xml);
    call.sendXml(200, xml.close("Roles").toString());
  }

  private static void role(Xml xml) {
    xml.open("Role")
        .element("Name", ROLE)
        .element("Comment", "")
        .element("Type", "ADMIN")
        .close("Role");
  }

  private static String settings() {
    Xml xml = Xml.document().open("SecurityConfiguration");
    for (String off :
        List.of(
            "CheckPermissionUsingAcl",
            "CheckPermissionUsingPolicy",
            "LabelSecurity",
            "ObjectCreatorHasGrantPermission",
            "CheckPermissionUsingAclV2",
            "CheckPermissionUsingPackageV2",
            "CheckPermissionUsingPackage",
            "SupportACL",
            "SupportPolicy",
            "SupportPackage",
            "SupportACLV2",
            "SupportPackageV2",
            "CreatePackage",
            "CreatePackageV2")) {
      xml.element(off, "false");
    }
    return xml.element("ObjectCreatorHasAccessPermission", "true")
        .open("ProjectProtection", "Protected", "false")
        .close("ProjectProtection")
        .close("SecurityConfiguration")
        .toString();
  }
}
