package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** {@code /projects/p/authorization} (specification: control plane, section 3.9). */
final class AuthorizationResource implements Resource {
  private final Catalog catalog;

  AuthorizationResource(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public void serve(Call call) throws IOException {
    catalog.project(call.segment(1));
    if (!call.isPost() || call.segments().size() != 3) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
    String document = call.document();
    if (call.has("sign_bearer_token")) {
      // It opens a log view, which shows nothing here that needs protection.
      byte[] token = ("local:" + call.owner()).getBytes(StandardCharsets.UTF_8);
      result(call, Base64.getEncoder().encodeToString(token));
      return;
    }
    String query = Xml.childText(Xml.parse(document), "Query");
    if (!query.toLowerCase(Locale.ROOT).startsWith("whoami")) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server has no rights to administer: \"" + query + "\" is not implemented");
    }
    result(
        call,
        JsonNodeFactory.instance
            .objectNode()
            .put("DisplayName", call.owner())
            .put("ID", call.owner())
            .toString());
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
