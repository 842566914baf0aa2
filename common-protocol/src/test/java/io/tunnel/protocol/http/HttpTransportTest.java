package io.tunnel.protocol.http;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.Credentials;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpTransportTest {
  private FakeService service;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private HttpTransport transport(UnaryOperator<TunnelConfig.Builder> settings) {
    TunnelConfig config = settings.apply(service.config()).build();
    return new HttpTransport(
        config, new RetryPolicy(config.retryTimeout(), service.time(), service.time()));
  }

  private ApiRequest request(String method) {
    return ApiRequest.of(method, "Doing it", service.endpoint(), List.of("projects", "a b+c"));
  }

  private String call(ApiRequest request) throws TunnelException {
    try (HttpTransport transport = transport(b -> b)) {
      return transport.call(request).text();
    }
  }

  private static void assertFails(ThrowingCallable call, String code, String... messageParts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TunnelException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(List.of(messageParts))
                  .allSatisfy(p -> assertThat(e).hasMessageContaining(p));
            });
  }

  @Test
  void signsWhatItSendsSoThatTheVerifierAcceptsIt() throws Exception {
    service.answer(r -> json(200, "{}"));
    for (String region : new String[] {"", "cn-hangzhou"}) {
      try (HttpTransport transport =
          transport(
              b -> b.credentials(new Credentials.AccessKey("id", "s3cret", "token+/=", region)))) {
        transport.call(
            request("POST")
                .flag("uploads")
                .parameter("partition", "pt='a&b=c+%41 中'")
                .header("x-odps-tunnel-version", "6")
                .xml("<a>ü</a>"));
      }
      RecordedRequest received = service.requests().get(service.requests().size() - 1);
      Map<String, String> headers = new java.util.TreeMap<>();
      received.getHeaders().forEach(h -> headers.put(h.getFirst(), h.getSecond()));
      assertThat(headers).containsEntry("authorization-sts-token", "token+/=");
      String target = received.getTarget();
      int question = target.indexOf('?');
      assertThat(
              SignatureVerifier.signedParameters(
                  SignatureVerifier.Authorization.parse(headers.get("Authorization")),
                  "s3cret",
                  "POST",
                  target.substring("/api".length(), question),
                  target.substring(question + 1),
                  headers))
          .isPresent();
      assertThat(target).startsWith("/api/projects/a%20b%2Bc?uploads&partition=pt%3D%27a%26b");
      assertThat(headers.get("User-Agent")).startsWith("Tunnel/").doesNotContain("$");
    }
  }

  @Test
  void anonymousRequestsCarryNoSignature() throws Exception {
    service.answer(r -> json(200, "{}"));
    call(request("GET"));
    assertThat(service.request(0).getHeaders().get("Authorization")).isNull();
    assertThat(service.request(0).getHeaders().get("Date")).endsWith("GMT");
  }

  @Test
  void getIsRepeatedWithGrowingWaits() throws Exception {
    service.answerInTurn(error(503, "a"), error(500, "b"), error(429, "c"), json(200, "ok"));
    assertThat(call(request("GET"))).isEqualTo("ok");
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L);
  }

  @Test
  void nothingIsRepeatedWithinASecond() throws Exception {
    service.answerInTurn(
        error(408, "RequestTimeOut"), answer(503, Map.of("Retry-After", "00"), "x"), json(200, ""));
    call(request("GET"));
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L);
  }

  @Test
  @Tag("covers:client-answer/retry-after")
  void retryAfterIsObeyedAndZeroDoesNotMakeItFaster() throws Exception {
    service.answerInTurn(
        answer(503, Map.of("Retry-After", "0"), "x"),
        answer(429, Map.of("Retry-After", "9"), "x"),
        json(200, "ok"));
    assertThat(call(request("GET"))).isEqualTo("ok");
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 9L);
  }

  @Test
  @Tag("covers:client-answer/hold")
  void holdIsWaitedForInAddition() throws Exception {
    service.answerInTurn(
        answer(500, Map.of(), "{\"Code\":\"x\",\"HoldClientMillis\":300}"), json(200, "ok"));
    assertThat(call(request("GET"))).isEqualTo("ok");
    assertThat(service.time().waits())
        .containsExactly(Duration.ofMillis(300), Duration.ofSeconds(1));
  }

  @Test
  void statusOfTheCallersMistakeIsFinal() {
    service.answer(r -> error(404, "NoSuchTable"));
    assertFails(
        () -> call(request("GET")), "NoSuchTable", "Doing it failed", "NoSuchTable", "req-404");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void postIsNotRepeatedUnlessItIsSaidToBeSafe() throws Exception {
    service.answer(r -> error(503, "ServiceUnavailable"));
    assertFails(() -> call(request("POST")), "ServiceUnavailable");
    assertFails(() -> call(request("POST").repeat(Repeat.IF_REFUSED)), "ServiceUnavailable");
    assertThat(service.requests()).hasSize(2);

    service.requests().clear();
    service.answerInTurn(error(503, "x"), json(200, "ok"));
    assertThat(call(request("POST").repeat(Repeat.SAFE))).isEqualTo("ok");

    service.requests().clear();
    service.answerInTurn(error(429, "FlowExceeded"), error(308, "x"), json(200, "ok"));
    assertThat(call(request("POST").repeat(Repeat.IF_REFUSED))).isEqualTo("ok");
  }

  @Test
  void brokenConnectionIsRepeatedForGetOnly() throws Exception {
    MockResponse cut =
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
    service.answerInTurn(cut, json(200, "ok"));
    assertThat(call(request("GET"))).isEqualTo("ok");

    service.requests().clear();
    service.answerInTurn(cut, json(200, "ok"));
    assertFails(() -> call(request("POST")), "ConnectionLost", "broke");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void givesUpAfterTheTotalLimit() {
    service.answer(r -> error(503, "ServiceUnavailable"));
    try (HttpTransport transport = transport(b -> b.retryTimeout(Duration.ofSeconds(40)))) {
      assertFails(
          () -> transport.call(request("GET")),
          "ServiceUnavailable",
          "given up after 6 attempts in 31 s");
    }
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void interruptedThreadGetsAnErrorAtOnceAndStaysInterrupted() {
    service.answer(r -> error(503, "ServiceUnavailable"));
    Thread.currentThread().interrupt();
    assertFails(() -> call(request("GET")), "Interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void unreachableHostIsReportedAfterSevenSecondsAndNamed() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + port + "/api");
    try (HttpTransport transport = transport(b -> b)) {
      assertFails(
          () -> transport.call(ApiRequest.of("GET", "Doing it", nobody, List.of("projects"))),
          "Unreachable",
          "http://127.0.0.1:" + port + "/api cannot be reached",
          "check the endpoint");
    }
    assertThat(service.time().waitsInSeconds()).containsExactly(1L, 2L, 4L);
  }

  @Test
  void endpointThatWasReachedBeforeGetsTheWholeLimit() throws Exception {
    service.answer(r -> json(200, "ok"));
    try (HttpTransport transport = transport(b -> b.retryTimeout(Duration.ofSeconds(100)))) {
      transport.call(request("GET"));
      service.close();
      assertThatThrownBy(() -> transport.call(request("GET"))).isInstanceOf(TunnelException.class);
    }
    assertThat(service.time().waitsInSeconds()).startsWith(1L, 2L, 4L, 8L, 16L, 32L);
  }

  @Test
  void silenceEndsWithTheReadTimeout() {
    service.answer(
        r -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    try (HttpTransport transport =
        transport(b -> b.readTimeout(Duration.ofMillis(50)).retryTimeout(Duration.ZERO))) {
      assertFails(() -> transport.call(request("GET")), "TimedOut", "did not answer in time");
    }
  }

  @Test
  void wholeCallEndsWithTheCallTimeout() {
    service.answer(
        r -> new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE).build());
    try (HttpTransport transport =
        transport(b -> b.callTimeout(Duration.ofMillis(50)).retryTimeout(Duration.ZERO))) {
      assertFails(() -> transport.call(request("GET")), "TimedOut");
    }
  }

  @Test
  void connectionsAreUsedAgainForEveryKindOfCall() throws Exception {
    service.answer(r -> json(200, "ok"));
    try (HttpTransport transport = transport(b -> b)) {
      transport.call(request("GET"));
      transport.upload(request("PUT"), out -> out.write(new byte[300_000])).execute();
      transport.call(request("POST"));
      try (StreamAnswer answer = transport.open(request("GET"))) {
        assertThat(answer.body().readAllBytes()).hasSize(2);
      }
      transport.call(request("GET"));
    }
    assertThat(service.requests())
        .extracting(RecordedRequest::getConnectionIndex)
        .containsExactly(0, 0, 0, 0, 0);
    assertThat(service.requests())
        .extracting(RecordedRequest::getExchangeIndex)
        .containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void hostThatDoesNotTakeConnectionsEndsWithTheConnectTimeout() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fill(full, waiting);
      URI endpoint = URI.create("http://127.0.0.1:" + full.getLocalPort());
      try (HttpTransport transport =
          transport(b -> b.connectTimeout(Duration.ofMillis(50)).retryTimeout(Duration.ZERO))) {
        assertFails(
            () -> transport.call(ApiRequest.of("GET", "Doing it", endpoint, List.of("projects"))),
            "Unreachable",
            endpoint + " cannot be reached");
      }
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Takes all places in the queue of a listener that accepts nobody. */
  private static void fill(ServerSocket listener, List<Socket> waiting) throws IOException {
    try {
      while (true) {
        Socket socket = new Socket();
        waiting.add(socket);
        socket.connect(listener.getLocalSocketAddress(), 200);
      }
    } catch (SocketTimeoutException full) {
      assertThat(waiting).hasSizeLessThan(100);
    }
  }

  @Test
  void peerThatReadsNothingEndsWithTheWriteTimeout() throws Exception {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpTransport transport =
            transport(b -> b.writeTimeout(Duration.ofMillis(50)).retryTimeout(Duration.ZERO))) {
      URI endpoint = URI.create("http://127.0.0.1:" + deaf.getLocalPort());
      ApiRequest put = ApiRequest.of("PUT", "Doing it", endpoint, List.of("projects"));
      UploadCall call = transport.upload(put, out -> out.write(new byte[64 << 20]));
      assertFails(call::execute, "TimedOut", "did not answer in time");
    }
  }

  @Test
  @Tag("covers:client-answer/redirect")
  void redirectIsNotFollowedBecauseTheSignatureWouldGoElsewhere() {
    service.answer(r -> answer(302, Map.of("Location", "http://127.0.0.1:1/"), "moved"));
    assertFails(() -> call(request("GET")), "Http302");
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void serverWithAnUnknownCertificateIsNotTrusted() throws Exception {
    service.server().useHttps(javax.net.ssl.SSLContext.getDefault().getSocketFactory());
    URI https = URI.create("https://localhost:" + service.server().getPort());
    try (HttpTransport transport = transport(b -> b.retryTimeout(Duration.ZERO))) {
      assertFails(
          () -> transport.call(ApiRequest.of("GET", "Doing it", https, List.of("projects"))),
          "UntrustedServer");
    }
  }

  @Test
  void blockGoesOverTlsToAServerWhoseCertificateIsTrustedForItsName(@TempDir Path folder)
      throws Exception {
    Path store = ServerKeys.create(folder);
    service.server().useHttps(ServerKeys.context(store).getSocketFactory());
    service.answer(r -> json(200, r.getMethod()));
    URI https = URI.create("https://localhost:" + service.server().getPort());
    byte[] block = new byte[1_000_000];
    new Random(1).nextBytes(block);
    String before =
        System.setProperty("javax.net.ssl.trustStore", ServerKeys.trustStore(store).toString());
    try (HttpTransport transport = transport(b -> b.retryTimeout(Duration.ZERO))) {
      URI another = URI.create("https://127.0.0.1:" + service.server().getPort());
      assertFails(
          () -> transport.call(ApiRequest.of("GET", "Doing it", another, List.of("projects"))),
          "UntrustedServer",
          "the identity of " + another + " could not be verified");

      ApiRequest put = ApiRequest.of("PUT", "Doing it", https, List.of("projects"));
      assertThat(transport.upload(put, out -> out.write(block)).execute().text()).isEqualTo("PUT");
      ApiRequest get = ApiRequest.of("GET", "Doing it", https, List.of("projects"));
      assertThat(transport.call(get).text()).isEqualTo("GET");
    } finally {
      if (before == null) {
        System.clearProperty("javax.net.ssl.trustStore");
      } else {
        System.setProperty("javax.net.ssl.trustStore", before);
      }
    }
    assertThat(Objects.requireNonNull(service.request(0).getBody()).toByteArray()).isEqualTo(block);
  }

  @Test
  void proxyIsUsedWithItsPassword() throws Exception {
    service.answer(
        r ->
            r.getHeaders().get("Proxy-Authorization") == null
                ? answer(407, Map.of("Proxy-Authenticate", "Basic realm=x"), "")
                : json(200, "via proxy"));
    URI unknownHost = URI.create("http://only-the-proxy-knows.invalid/api");
    try (HttpTransport transport =
        transport(
            b ->
                b.proxy(
                    new TunnelConfig.ProxyAddress(
                        false, "localhost", service.server().getPort(), "u", "p")))) {
      assertThat(
              transport
                  .call(ApiRequest.of("GET", "Doing it", unknownHost, List.of("projects")))
                  .text())
          .isEqualTo("via proxy");
    }
    assertThat(service.request(1).getRequestLine()).contains("only-the-proxy-knows.invalid");
  }

  @Test
  void socksProxyIsUsedAndResolvesTheName() throws Exception {
    try (SocksProxy proxy = new SocksProxy("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        HttpTransport transport =
            transport(
                b ->
                    b.proxy(
                        new TunnelConfig.ProxyAddress(
                            true, "127.0.0.1", proxy.port(), null, null)))) {
      URI unknownHost = URI.create("http://only-the-proxy-knows.invalid:81/api");
      assertThat(
              transport
                  .call(ApiRequest.of("GET", "Doing it", unknownHost, List.of("projects")))
                  .text())
          .isEqualTo("ok");
      assertThat(proxy.target()).isEqualTo("only-the-proxy-knows.invalid:81");
    }
  }

  @Test
  void answerOfTheWrongKindIsQuotedWithItsStart() throws Exception {
    service.answer(r -> answer(200, Map.of("x-odps-request-id", "r9"), "<html>Login</html>"));
    try (HttpTransport transport = transport(b -> b)) {
      ApiAnswer answer = transport.call(request("GET"));
      assertFails(answer::json, "MalformedAnswer", "<html>Login", "r9", "check that the endpoint");
    }
  }

  @Test
  void namesThatWouldLeaveThePathAreRefused() {
    for (String name : List.of("", ".", "..")) {
      assertThatThrownBy(
              () -> ApiRequest.of("GET", "x", service.endpoint(), List.of("projects", name)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
