package io.tunnel.server.http;

import io.tunnel.server.auth.Account;
import io.tunnel.server.auth.Accounts;
import io.tunnel.server.auth.Right;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Users, roles, policy and security settings of a project (specification: control plane, section
 * 3.9). They are what the server was started with, so they can be read and not changed.
 */
final class SecurityResource implements Resource {
  /** The roles: one for each right. */
  static final List<String> ROLES = Arrays.stream(Right.values()).map(Right::word).toList();

  private final Catalog catalog;
  private final Accounts accounts;

  SecurityResource(Catalog catalog, Accounts accounts) {
    this.catalog = catalog;
    this.accounts = accounts;
  }

  /** Whether a request to a project is for its policy or its security settings. */
  static boolean isFor(Call call) {
    return call.has("policy") || call.has("security_configuration");
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
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
      serveUsers(call, project);
    } else {
      serveRoles(call);
    }
  }

  private void serveUsers(Call call, String project) throws IOException {
    if (call.segments().size() > 3) {
      String user = call.segment(3);
      Account account =
          accounts
              .ofOwner(user)
              .orElseThrow(
                  () ->
                      ServiceError.NO_SUCH_OBJECT.exception(
                          "The user " + user + " does not exist"));
      sendRoles(call, account.rights().in(project).map(Right::word).stream().toList());
      return;
    }
    Xml xml = Xml.document().open("Users");
    for (String user : accounts.owners(project)) {
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
      sendRoles(call, ROLES);
    } else if (!ROLES.contains(call.segment(3))) {
      throw ServiceError.NO_SUCH_OBJECT.exception(
          "The role "
              + call.segment(3)
              + " does not exist; the local server has "
              + String.join(", ", ROLES));
    } else if (call.has("policy")) {
      call.sendText("{\"Version\":\"1\",\"Statement\":[]}");
    } else {
      Xml xml = Xml.document();
      role(xml, call.segment(3));
      call.sendXml(200, xml.toString());
    }
  }

  private static void sendRoles(Call call, List<String> roles) {
    Xml xml = Xml.document().open("Roles");
    roles.forEach(role -> role(xml, role));
    call.sendXml(200, xml.close("Roles").toString());
  }

  private static void role(Xml xml, String role) {
    xml.open("Role")
        .element("Name", role)
        .element("Comment", "")
        .element("Type", role.equals(Right.ADMIN.word()) ? "ADMIN" : "RESOURCE")
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
