package io.tunnel.protocol.http;

import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelConfig;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;

/** A service whose answers a test makes up, and a client that talks to it without real waiting. */
public final class FakeService implements AutoCloseable {
  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final FakeTime time = new FakeTime();
  private volatile Function<RecordedRequest, MockResponse> answers =
      request -> json(404, "{\"Code\":\"Unexpected\",\"Message\":\"" + request.getTarget() + "\"}");

  public FakeService() throws Exception {
    server.setServerSocketFactory(new PromptServerSockets());
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            requests.add(request);
            return answers.apply(request);
          }
        });
    server.start();
  }

  public void answer(Function<RecordedRequest, MockResponse> newAnswers) {
    answers = newAnswers;
  }

  /** Answers in this order, whatever is asked. */
  public void answerInTurn(MockResponse... responses) {
    answers = request -> responses[Math.min(requests.size(), responses.length) - 1];
  }

  public List<RecordedRequest> requests() {
    return requests;
  }

  public RecordedRequest request(int index) {
    return requests.get(index);
  }

  /** Method and target of each request, without {@code curr_project}. */
  public List<String> lines() {
    return requests.stream()
        .map(
            r ->
                r.getMethod()
                    + " "
                    + r.getTarget().replaceAll("curr_project=[^&]*&?", "").replaceAll("[?&]$", ""))
        .toList();
  }

  public FakeTime time() {
    return time;
  }

  public MockWebServer server() {
    return server;
  }

  public URI endpoint() {
    return URI.create("http://localhost:" + server.getPort() + "/api");
  }

  public TunnelConfig.Builder config() {
    return TunnelConfig.builder(endpoint(), "demo")
        .tunnelEndpoint(URI.create("http://localhost:" + server.getPort()));
  }

  public TunnelClient client() {
    return client(builder -> builder);
  }

  public TunnelClient client(UnaryOperator<TunnelConfig.Builder> settings) {
    return TunnelClient.open(settings.apply(config()).build(), time, time);
  }

  public static MockResponse json(int status, String body) {
    return answer(status, Map.of("Content-Type", "application/json"), body);
  }

  public static MockResponse xml(String body) {
    return answer(200, Map.of("Content-Type", "application/xml"), body);
  }

  public static MockResponse error(int status, String code) {
    return answer(
        status,
        Map.of("x-odps-request-id", "req-" + status),
        "{\"Code\":\"" + code + "\",\"Message\":\"It is " + code + "\"}");
  }

  public static MockResponse answer(int status, Map<String, String> headers, String body) {
    MockResponse.Builder builder = new MockResponse.Builder().code(status).body(body);
    headers.forEach(builder::setHeader);
    return builder.build();
  }

  public static MockResponse bytes(byte[] body, Map<String, String> headers) {
    MockResponse.Builder builder =
        new MockResponse.Builder().code(200).body(new Buffer().write(body));
    headers.forEach(builder::setHeader);
    return builder.build();
  }

  @Override
  public void close() {
    server.close();
  }
}
