package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.server.error.ServiceError;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * Every row of the error table, brought about over HTTP on both endpoints (specification: regular
 * tunnel, sections 7.1 and 7.2; control plane, sections 1.7, 2.3 and 5.3).
 */
@Timeout(120)
class ErrorTableTest {
  /** The statuses that the service publishes as the valid ones. */
  static final List<Integer> STATUSES =
      List.of(200, 201, 400, 401, 403, 404, 405, 409, 422, 429, 499, 500, 502, 503, 504);

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = ErrorCases.server();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  static Stream<Arguments> cases() {
    return ErrorCases.all().stream()
        .flatMap(c -> Stream.of(Arguments.of(c, "/api"), Arguments.of(c, "")));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("cases")
  @Tag("covers:error/every-row")
  @Tag("covers:error/json")
  @Tag("covers:error/xml")
  @Tag("covers:request/request-id")
  @Tag("covers:upload-create/impossible-name")
  @Tag("covers:upload-put/unknown-coding")
  @Tag("covers:download-create/no-partition-named")
  @Tag("covers:download-create/view")
  @Tag("covers:instance/missing")
  @Tag("covers:instance-download/not-terminated")
  @Tag("covers:partition-get/missing")
  @Tag("covers:project/missing")
  @Tag("covers:upload-reload/unknown-session")
  @Tag("covers:upload-reload/other-table")
  void isAnsweredWithStatusCodeMessageAndRequestId(ErrorCases.Case row, String prefix)
      throws Exception {
    Endpoint endpoint = new Endpoint(server, prefix);
    RawConnection.Answer answer = row.trigger().bringAbout(endpoint);
    assertThat(answer.status()).as(answer.body()).isEqualTo(row.status());
    if (endpoint.isService()) {
      assertServiceError(answer, row);
    } else {
      assertTunnelError(answer, row);
    }
  }

  @Test
  void everyRowOfTheTableHasACase() {
    assertThat(ErrorCases.all().stream().map(ErrorCases.Case::error))
        .containsExactlyInAnyOrder(ServiceError.values());
  }

  @Test
  void theTableHasOnlyStatusesOfTheService() {
    for (ServiceError error : ServiceError.values()) {
      assertThat(STATUSES).as(error.name()).contains(error.status());
    }
  }

  /** Clients in Python take an error for a generic one if an element is missing. */
  private static void assertServiceError(RawConnection.Answer answer, ErrorCases.Case row)
      throws Exception {
    assertThat(answer.headers().get("content-type")).startsWith("application/xml");
    Element error =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(answer.body())))
            .getDocumentElement();
    assertThat(error.getTagName()).isEqualTo("Error");
    List<String> names = new ArrayList<>();
    NodeList children = error.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      names.add(children.item(i).getNodeName());
    }
    assertThat(names).containsExactly("Code", "Message", "RequestId", "HostId");
    assertThat(text(error, "Code")).isEqualTo(row.code());
    assertThat(text(error, "Message")).contains(row.message());
    assertThat(text(error, "RequestId")).isNotBlank().isEqualTo(answer.requestId());
    assertThat(text(error, "HostId")).matches("http://127\\.0\\.0\\.1:[0-9]+/api");
  }

  private static String text(Element parent, String name) {
    return parent.getElementsByTagName(name).item(0).getTextContent();
  }

  private static void assertTunnelError(RawConnection.Answer answer, ErrorCases.Case row)
      throws IOException {
    assertThat(answer.headers().get("content-type")).startsWith("application/json");
    JsonNode error = TestServer.JSON.readTree(answer.body());
    assertThat(error.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("Code", "Message", "RequestId");
    assertThat(error.path("Code").textValue()).isEqualTo(row.code());
    assertThat(error.path("Message").textValue()).contains(row.message());
    assertThat(error.path("RequestId").textValue()).isNotBlank().isEqualTo(answer.requestId());
  }
}
