package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import java.io.IOException;

/**
 * {@code /quotas}: the local server has one quota, which is the whole machine (specification:
 * control plane, section 6.2).
 */
final class QuotasResource implements Resource {
  /** The name and nickname of the quota, which sessions name too. */
  static final String DEFAULT = "default";

  private static final String ID = "1";

  @Override
  public void serve(Call call) throws IOException {
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception(
          "The local server has the one quota " + DEFAULT + ", which cannot be changed");
    }
    Xml xml = Xml.document();
    if (call.segments().size() == 1) {
      xml.open("Quotas");
      if (call.parameter("marker") == null) {
        quota(xml);
      }
      call.sendXml(
          200, xml.element("Marker", "").element("MaxItems", 1000).close("Quotas").toString());
    } else if (call.segments().size() == 2 && call.segment(1).equalsIgnoreCase(DEFAULT)) {
      quota(xml);
      call.sendXml(200, xml.toString());
    } else {
      throw ServiceError.NO_SUCH_OBJECT.exception(
          "The quota " + call.segment(1) + " does not exist; the local server has " + DEFAULT);
    }
  }

  private static void quota(Xml xml) {
    long cores = Runtime.getRuntime().availableProcessors();
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    xml.open("Quota")
        .element("Name", DEFAULT)
        .element("ID", ID)
        .element("Nickname", DEFAULT)
        .element("ParentId", "")
        .element("ParentNickname", "")
        .element("Region", ProjectResource.REGION)
        .element("TenantId", ProbesResource.TENANT)
        .element("Status", "ON")
        // In hundredths of a core, as the service counts.
        .element("CPU", cores * 100)
        .element("MinCPU", cores * 100)
        .element("Memory", megabytes)
        .element("ResourceSystemType", "FUXI_OFFLINE")
        .data("BillingPolicy", "", "{\"billingMethod\":\"payasyougo\"}")
        .data("Properties", "", "{}")
        .close("Quota");
  }
}
