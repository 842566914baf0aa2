package io.tunnel.it.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands between the data source and the server and does something to requests that a test chooses.
 * Bodies are streamed.
 */
final class FaultyProxy implements AutoCloseable {
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "connection", "transfer-encoding", "content-length");

  private final URI target;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile Predicate<Request> refused = request -> false;
  private volatile int refusedStatus = 403;
  private volatile String refusedCode = "NoPermission";
  private volatile Predicate<Request> beforeForwarding = request -> true;
  private volatile Predicate<Request> beforeAnswering = request -> true;

  /** A request by its method and query. */
  record Request(String method, String query) {
    boolean isCommit() {
      return method.equals("POST") && query.contains("uploadid=");
    }

    boolean isUpsertCommit() {
      return method.equals("POST") && query.contains("upsertid=");
    }

    boolean isUpsertAbort() {
      return method.equals("DELETE") && query.contains("upsertid=");
    }

    /** Whether this sends rows of an upsert session. */
    boolean isPack() {
      return method.equals("PUT") && query.contains("bucketid=");
    }

    boolean isPack(int bucket) {
      return isPack() && (query + "&").contains("bucketid=" + bucket + "&");
    }

    /** Whether this submits a statement. */
    boolean isStatement() {
      return method.equals("POST") && query.contains("tryWait");
    }

    boolean isBlock(int id) {
      return method.equals("PUT") && (query + "&").contains("blockid=" + id + "&");
    }
  }

  /**
   * @param endpoint of the server, whose path is not part of tunnel requests
   */
  FaultyProxy(String endpoint) throws IOException {
    target = URI.create(endpoint);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** The tunnel endpoint. */
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The endpoint for all other calls, which asks the server itself for its tunnel endpoint. */
  String serviceEndpoint() {
    return endpoint() + target.getPath();
  }

  /** Called before all else; true answers as the service does where a permission is missing. */
  FaultyProxy refuse(Predicate<Request> fault) {
    return refuse(403, "NoPermission", fault);
  }

  /** As the other method, with another answer. */
  FaultyProxy refuse(int status, String code, Predicate<Request> fault) {
    refusedStatus = status;
    refusedCode = code;
    refused = fault;
    return this;
  }

  /** Called before a request is forwarded; false drops it unanswered. */
  FaultyProxy beforeForwarding(Predicate<Request> fault) {
    beforeForwarding = fault;
    return this;
  }

  /** Called when the server has answered; false drops the answer. */
  FaultyProxy beforeAnswering(Predicate<Request> fault) {
    beforeAnswering = fault;
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    Request request = new Request(exchange.getRequestMethod(), String.valueOf(uri.getRawQuery()));
    try {
      if (refused.test(request)) {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        byte[] body =
            ("{\"Code\":\"" + refusedCode + "\",\"Message\":\"refused by the test\"}")
                .getBytes(UTF_8);
        exchange.getResponseHeaders().add("x-odps-request-id", "request-of-the-test");
        exchange.sendResponseHeaders(refusedStatus, body.length);
        exchange.getResponseBody().write(body);
        return;
      }
      // A pack is taken whole first, so that it can arrive after its sender has gone.
      InputStream sent = exchange.getRequestBody();
      InputStream body = request.isPack() ? new ByteArrayInputStream(sent.readAllBytes()) : sent;
      if (!beforeForwarding.test(request)) {
        return;
      }
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://" + target.getAuthority() + uri).toURL().openConnection();
      call.setRequestMethod(request.method());
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                  call.setRequestProperty(name, values.get(0));
                }
              });
      if (request.method().equals("PUT") || request.isStatement()) {
        call.setDoOutput(true);
        call.setChunkedStreamingMode(64 * 1024);
        forwardBody(body, call);
      }
      int status = call.getResponseCode();
      if (beforeAnswering.test(request)) {
        answer(exchange, call, status);
      }
    } finally {
      // Without an answer this closes the connection.
      exchange.close();
    }
  }

  /** A body that breaks off stays unfinished: ended properly it would be another block. */
  private static void forwardBody(InputStream body, HttpURLConnection call) throws IOException {
    OutputStream out = call.getOutputStream();
    try {
      body.transferTo(out);
    } catch (IOException e) {
      call.disconnect();
      throw e;
    }
    out.close();
  }

  private static void answer(HttpExchange exchange, HttpURLConnection call, int status)
      throws IOException {
    for (Map.Entry<String, List<String>> header : call.getHeaderFields().entrySet()) {
      String name = header.getKey();
      if (name != null && !NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
        exchange.getResponseHeaders().put(name, header.getValue());
      }
    }
    InputStream body = status < 400 ? call.getInputStream() : call.getErrorStream();
    byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
