package io.tunnel.protocol.session;

import static io.tunnel.protocol.http.FakeService.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.type.SchemaJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form of an error answer after every kind of call (specification: regular tunnel, sections
 * 7.1 and 7.2; control plane, section 2.3): one exception with code, status, request id and a
 * sentence that begins with what was tried.
 */
class ErrorFormsTest {
  private static final TableName TABLE = new TableName("demo", null, "t");

  private final RootAllocator allocator = new RootAllocator();
  private FakeService service;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    client = service.client(b -> b.retryTimeout(Duration.ZERO));
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** A call that gets an error answer. */
  interface FailingCall {
    void run(ErrorFormsTest test) throws IOException;
  }

  private static final Map<String, FailingCall> CALLS =
      Map.of(
          "Asking for the tunnel endpoint of project demo", ErrorFormsTest::discover,
          "Creating an upload session for demo.t", ErrorFormsTest::createUpload,
          "Reading the state of upload session up1 of demo.t", ErrorFormsTest::attach,
          "Writing block 0 of upload session up1 of demo.t", ErrorFormsTest::write,
          "Creating a download session for demo.t", ErrorFormsTest::createDownload,
          "Reading rows 0 to 9 of demo.t", ErrorFormsTest::read,
          "Reading the table demo.t", test -> test.client.catalog().table(TABLE),
          "Submitting the statement", test -> test.client.sql().submit("select 1", Map.of()));

  /** What the exception says of an answer. */
  record Form(
      String name, int status, Map<String, String> headers, String body, String code, String text) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String XML =
      "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchObject</Code><Message>It is not there</Message>";

  private static final List<Form> FORMS =
      List.of(
          new Form(
              "7.1 JSON",
              404,
              Map.of("x-odps-request-id", "r1"),
              "{\"Code\":\"NoSuchTable\",\"Message\":\"It is not there.\",\"RequestId\":\"body\"}",
              "NoSuchTable",
              "It is not there (code NoSuchTable, request id r1)"),
          new Form(
              "7.1 JSON with the request id in the body only",
              409,
              Map.of(),
              "{\"Code\":\"TableModified\",\"Message\":\"It changed\",\"RequestId\":\"r1\"}",
              "TableModified",
              "It changed (code TableModified, request id r1)"),
          new Form(
              "7.1 JSON with a code only",
              403,
              Map.of("x-odps-request-id", "r1"),
              "{\"Code\":\"NoPermission\"}",
              "NoPermission",
              "NoPermission (code NoPermission, request id r1)"),
          new Form(
              "7.1 JSON with a message only",
              400,
              Map.of("x-odps-request-id", "r1"),
              "{\"Message\":\"It is wrong\"}",
              "Http400",
              "It is wrong (code Http400, request id r1)"),
          new Form(
              "7.2 a code of the service layer",
              400,
              Map.of("x-odps-request-id", "r1"),
              "{\"Code\":\"ODPS-0130131\",\"Message\":\"Table not found\"}",
              "ODPS-0130131",
              "Table not found (code ODPS-0130131, request id r1)"),
          new Form(
              "7.1 XML",
              404,
              Map.of("x-odps-request-id", "r1", "Content-Type", "text/xml"),
              XML + "<RequestId>body</RequestId><HostId>h</HostId></Error>",
              "NoSuchObject",
              "It is not there (code NoSuchObject, request id r1)"),
          new Form(
              "7.1 XML without the header",
              404,
              Map.of(),
              XML + "<RequestId>r1</RequestId><HostId>h</HostId></Error>",
              "NoSuchObject",
              "It is not there (code NoSuchObject, request id r1)"),
          new Form(
              "2.3 XML without HostId and RequestId",
              404,
              Map.of("x-odps-request-id", "r1"),
              XML + "</Error>",
              "NoSuchObject",
              "It is not there (code NoSuchObject, request id r1)"),
          new Form(
              "an HTML page of a gateway",
              502,
              Map.of("Server", "Tengine", "Content-Type", "text/html"),
              "<!DOCTYPE HTML><html><head><title>502 Bad Gateway</title></head></html>",
              "Http502",
              "from Tengine, with HTTP status 502 and the title \"502 Bad Gateway\""),
          new Form(
              "an HTML page of a login portal",
              403,
              Map.of("Content-Type", "text/html"),
              "<html>Please log in</html>",
              "Http403",
              "check the endpoint and any proxy in between"),
          new Form("nothing", 503, Map.of(), "", "Http503", "HTTP status 503 without any text"),
          new Form("text", 500, Map.of(), "upstream down", "Http500", "status 500: upstream down"),
          new Form("JSON of another kind", 500, Map.of(), "[1]", "Http500", "status 500: [1]"));

  static Stream<Arguments> formsAndCalls() {
    return CALLS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(
            call -> FORMS.stream().map(form -> arguments(form, call.getKey(), call.getValue())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("formsAndCalls")
  @Tag("covers:client-answer/every-call")
  void everyFormAfterEveryCall(Form form, String purpose, FailingCall call) {
    service.answer(r -> answer(form.status(), form.headers(), form.body()));
    assertThatThrownBy(() -> call.run(this))
        .isInstanceOfSatisfying(
            TunnelException.class,
            e -> {
              assertThat(e.code()).isEqualTo(form.code());
              assertThat(e.status()).isEqualTo(form.status());
              assertThat(e.requestId()).isEqualTo(form.text().contains("id r1") ? "r1" : null);
              assertThat(e).hasMessageStartingWith(purpose).hasMessageContaining(form.text());
            });
    assertThat(service.requests()).hasSize(1);
  }

  private void discover() throws IOException {
    try (TunnelClient discovering =
        TunnelClient.open(
            TunnelConfig.builder(service.endpoint(), "demo").retryTimeout(Duration.ZERO).build(),
            service.time(),
            service.time())) {
      discovering.createDownload(TABLE, null);
    }
  }

  private void createUpload() throws IOException {
    client.createUpload(TABLE, UploadOptions.append());
  }

  private void attach() throws IOException {
    client.attachUpload(Rows.handle(tunnel()));
  }

  private void write() throws IOException {
    try (BlockWriter writer = client.openBlock(Rows.handle(tunnel()), 0, allocator);
        VectorSchemaRoot batch = Rows.batch(allocator, 0, 3)) {
      writer.write(batch);
      writer.finish();
    }
  }

  private void createDownload() throws IOException {
    client.createDownload(TABLE, null);
  }

  private void read() throws IOException {
    DownloadHandle handle =
        new DownloadHandle(
            "demo",
            null,
            "t",
            null,
            null,
            "d1",
            tunnel(),
            SchemaJson.write(Rows.SCHEMA).toString(),
            10,
            true);
    client.read(handle, 0, 10, List.of(), allocator).close();
  }

  private String tunnel() {
    return "http://localhost:" + service.server().getPort();
  }
}
