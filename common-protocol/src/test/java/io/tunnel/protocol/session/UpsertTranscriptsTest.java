package io.tunnel.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.pack.UpsertLayout;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole sessions of the official Java client, with the answers that it was given: our client sends
 * the same requests.
 */
class UpsertTranscriptsTest {
  private static final List<Column> COLUMNS =
      List.of(Column.of("k", "string"), Column.of("v", "string"));
  private static final UpsertLayout LAYOUT =
      UpsertLayout.of(COLUMNS, List.of("k"), List.of(1L, 2L));

  /**
   * What the specification asks of every request, or of a request with rows (sections 1.2, 2.5).
   */
  private static final List<String> HEADERS =
      List.of(
          "odps-tunnel-date-transform",
          "odps-tunnel-sdk-support-schema-evolution",
          "odps-tunnel-routed-server",
          "x-odps-tunnel-version",
          "Content-Encoding",
          "Content-Type",
          "Transfer-Encoding");

  /** A request and its answer. */
  private record Exchange(
      String method,
      HttpUrl url,
      Map<String, String> headers,
      byte[] body,
      int status,
      Map<String, String> answerHeaders,
      String answer) {

    Set<String> parameters() {
      Set<String> parameters = new TreeSet<>();
      for (String name : url.queryParameterNames()) {
        parameters.add(name + "=" + url.queryParameter(name));
      }
      return parameters;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "transcript-308_header  | 1000",
        "transcript-308_noheader| 1000",
        "transcript-502         | 1000",
        "transcript-429         | 1000 2000",
        "transcript-commit_poll | 1000 2000",
      })
  void sessionsWithFaults(String name, String waits) throws Exception {
    List<Exchange> exchanges = load(name);
    try (FakeService service = new FakeService()) {
      replay(service, exchanges, ContentCoding.NONE, List.of(1));
      assertThat(service.time().waits())
          .isEqualTo(
              List.of(waits.split(" ")).stream()
                  .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                  .toList());
      assertSame(service.requests(), exchanges, name);
    }
  }

  @Test
  void wholeSessionWithTwoFlushRoundsOverFourBuckets() throws Exception {
    List<Exchange> exchanges = load("session-transcript");
    try (FakeService service = new FakeService()) {
      replay(service, exchanges, ContentCoding.LZ4, List.of(4, 2));
      assertThat(service.time().waits()).isEmpty();
      assertSame(service.requests(), exchanges, "session-transcript");
    }
  }

  /** Does with our client what the official one has done: writes its rows, flushes, commits. */
  private static void replay(
      FakeService service, List<Exchange> exchanges, ContentCoding coding, List<Integer> rounds)
      throws Exception {
    service.answerInTurn(
        exchanges.stream().map(UpsertTranscriptsTest::answer).toArray(MockResponse[]::new));
    TunnelConfig config =
        TunnelConfig.builder(service.endpoint(), "proj_a")
            .tunnelEndpoint(URI.create("http://localhost:" + service.server().getPort()))
            .compression(coding)
            .build();
    String table = exchanges.get(0).url.pathSegments().get(3);
    // A pack that was sent again holds the same rows.
    Map<String, byte[]> packs = new LinkedHashMap<>();
    for (Exchange exchange : exchanges) {
      if (exchange.method.equals("PUT")) {
        packs.put(HexFormat.of().formatHex(exchange.body), exchange.body);
      }
    }
    List<byte[]> bodies = new ArrayList<>(packs.values());
    try (BufferAllocator allocator = new RootAllocator();
        TunnelClient client = TunnelClient.open(config, service.time(), service.time())) {
      UpsertSession session =
          client.createUpsert(new TableName("proj_a", null, table), UpsertOptions.defaults());
      try (UpsertWriter writer =
          session.openWriter(
              session.layout(), UpsertWriterOptions.defaults().withFlushConcurrent(1))) {
        for (int round : rounds) {
          List<FakeUpserts.Row> rows = new ArrayList<>();
          for (byte[] body : bodies.subList(0, round)) {
            rows.addAll(FakeUpserts.rows(body, coding.wireName(), LAYOUT));
          }
          bodies = bodies.subList(round, bodies.size());
          byte[] operations = new byte[rows.size()];
          for (int i = 0; i < operations.length; i++) {
            operations[i] = (byte) (rows.get(i).delete() ? 'D' : 'U');
          }
          try (VectorSchemaRoot batch =
              TableValues.batch(
                  COLUMNS,
                  rows.stream().map(FakeUpserts.Row::values).toList(),
                  Form.WIRE,
                  allocator)) {
            writer.write(batch, operations);
          }
          writer.flush();
        }
      }
      assertThat(bodies).isEmpty();
      session.commit();
      assertThat(session.status()).isEqualTo(UpsertStatus.COMMITTED);
    }
  }

  private static void assertSame(
      List<RecordedRequest> requests, List<Exchange> exchanges, String name) throws IOException {
    assertThat(requests).hasSameSizeAs(exchanges);
    for (int i = 0; i < requests.size(); i++) {
      RecordedRequest request = requests.get(i);
      Exchange exchange = exchanges.get(i);
      String at = name + ", exchange " + (i + 1);
      assertThat(request.getMethod()).as(at).isEqualTo(exchange.method);
      assertThat(request.getUrl().encodedPath()).as(at).isEqualTo(exchange.url.encodedPath());
      Set<String> parameters = new TreeSet<>();
      for (String parameter : request.getUrl().queryParameterNames()) {
        parameters.add(parameter + "=" + request.getUrl().queryParameter(parameter));
      }
      assertThat(parameters).as(at).isEqualTo(exchange.parameters());
      for (String header : HEADERS) {
        String expected = exchange.headers.get(header.toLowerCase(Locale.ROOT));
        if (name.equals("transcript-502") && i == 3 && header.endsWith("routed-server")) {
          // The official client asks for the new server, and goes to the old one once more.
          expected = "10.0.0.1:9600";
        }
        assertThat(request.getHeaders().get(header)).as("%s, %s", at, header).isEqualTo(expected);
      }
      if (exchange.method.equals("PUT")) {
        byte[] body = request.getBody().toByteArray();
        assertThat(request.getHeaders().get("Content-Length"))
            .as(at)
            .isEqualTo(Integer.toString(body.length));
        ContentCoding coding = ContentCoding.forWireName(exchange.headers.get("content-encoding"));
        assertThat(decoded(body, coding)).as(at).isEqualTo(decoded(exchange.body, coding));
      }
    }
  }

  private static byte[] decoded(byte[] body, ContentCoding coding) throws IOException {
    try (InputStream in = coding.decode(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    }
  }

  private static MockResponse answer(Exchange exchange) {
    return FakeService.answer(exchange.status, exchange.answerHeaders, exchange.answer);
  }

  private static List<Exchange> load(String name) throws IOException {
    String text;
    try (InputStream in =
        UpsertTranscriptsTest.class.getResourceAsStream("/vectors/upsert/" + name + ".txt")) {
      text = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
    List<Exchange> exchanges = new ArrayList<>();
    for (String part : text.split("===== exchange \\d+: request =====\n")) {
      if (!part.isBlank()) {
        exchanges.add(exchange(part));
      }
    }
    return exchanges;
  }

  private static Exchange exchange(String part) {
    String[] halves = part.split("----- response -----\n", 2);
    String[] request = halves[0].split("\n\n", 2);
    String[] response = halves[1].split("\n\n", 2);
    String[] line = request[0].lines().findFirst().orElseThrow().split(" ");
    String hex = request[1].lines().filter(l -> l.matches("[0-9a-f]+")).findFirst().orElse("");
    String statusLine = response[0].lines().findFirst().orElseThrow();
    Map<String, String> answerHeaders = headers(response[0]);
    answerHeaders.keySet().removeIf(header -> header.equals("server"));
    return new Exchange(
        line[0],
        HttpUrl.get("http://tunnel.example" + line[1]),
        headers(request[0]),
        HexFormat.of().parseHex(hex),
        Integer.parseInt(statusLine.split(" ")[1]),
        answerHeaders,
        response.length == 1 ? "" : response[1].strip());
  }

  private static Map<String, String> headers(String head) {
    Map<String, String> headers = new LinkedHashMap<>();
    head.lines()
        .skip(1)
        .filter(line -> line.contains(": "))
        .forEach(
            line -> {
              String[] header = line.split(": ", 2);
              headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
            });
    return headers;
  }
}
