package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer. Used by one thread. */
final class Call {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final long MAX_DOCUMENT_BYTES = 16L << 20;
  private static final long MAX_DRAINED_BYTES = 256L << 20;

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final RequestTarget target;
  private final String requestId;
  private String owner = "";
  private boolean answered;

  Call(
      Request request,
      Response response,
      Callback callback,
      RequestTarget target,
      String requestId) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.target = target;
    this.requestId = requestId;
    response.getHeaders().put("x-odps-request-id", requestId);
  }

  String method() {
    return request.getMethod();
  }

  boolean isGet() {
    return method().equals("GET") || method().equals("HEAD");
  }

  boolean isPost() {
    return method().equals("POST");
  }

  boolean isPut() {
    return method().equals("PUT");
  }

  /** Where the request goes to. */
  RequestTarget target() {
    return target;
  }

  /** The segment of the path, decoded; segment 0 is {@code projects} and the like. */
  String segment(int index) {
    return target.segments().get(index);
  }

  /** Whether the query has the parameter, with or without a value. */
  boolean has(String parameter) {
    return target.parameters().containsKey(parameter);
  }

  /** The value of a parameter, or null if it is absent or empty. */
  @Nullable String parameter(String name) {
    String value = target.parameters().get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The value of a parameter that must be there. */
  String required(String name) throws ServiceException {
    String value = parameter(name);
    if (value == null) {
      throw ServiceError.INVALID_PARAMETER.exception("The parameter " + name + " is missing");
    }
    return value;
  }

  boolean isTrue(String name) {
    return "true".equalsIgnoreCase(parameter(name));
  }

  @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  /** All header fields as received. */
  Iterable<HttpField> headers() {
    return request.getHeaders();
  }

  String requestId() {
    return requestId;
  }

  /** Who sent the request. */
  String owner() {
    return owner;
  }

  void setOwner(String value) {
    owner = value;
  }

  /** The address under which the client knows this server: {@code host:port}. */
  String hostAndPort() {
    String host = header("Host");
    return host == null
        ? Request.getServerName(request) + ":" + Request.getServerPort(request)
        : host;
  }

  /** The service endpoint under the address that the client used. */
  String serviceEndpoint() {
    return (request.isSecure() ? "https://" : "http://") + hostAndPort() + "/api";
  }

  /**
   * The body as it arrives; a body that breaks off gives an IOException, never an early end.
   * Closing it leaves the rest of the body readable.
   */
  InputStream body() {
    return new FilterInputStream(Content.Source.asInputStream(request)) {
      @Override
      public void close() {}
    };
  }

  /**
   * Reads and drops the rest of the body. A client reads the answer only when it has sent its body,
   * and an answer before that costs it the connection, with the answer in it.
   */
  void drain() {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream rest = body()) {
      long left = MAX_DRAINED_BYTES;
      int read = 0;
      while (read >= 0 && left > 0) {
        left -= read;
        read = rest.read(buffer);
      }
    } catch (IOException e) {
      // The body has broken off: the answer may still arrive.
      return;
    }
  }

  /** A small body as text. */
  String document() throws IOException {
    byte[] bytes = body().readNBytes((int) MAX_DOCUMENT_BYTES + 1);
    if (bytes.length > MAX_DOCUMENT_BYTES) {
      throw ServiceError.MAX_MESSAGE_LENGTH_EXCEEDED.exception(
          "The document has more than " + MAX_DOCUMENT_BYTES + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Sets a header of the answer. */
  void answerHeader(String name, String value) {
    response.getHeaders().put(name, value);
  }

  void sendXml(int status, String body) {
    send(status, "application/xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body);
  }

  void sendJson(int status, String body) {
    send(status, "application/json", body);
  }

  void sendText(String body) {
    send(200, "text/plain", body);
  }

  void sendEmpty(int status) {
    send(status, "application/xml", "");
  }

  private void send(int status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    answered = true;
    boolean head = method().equals("HEAD");
    response.write(true, head ? null : ByteBuffer.wrap(bytes), callback);
  }

  /** Starts a streamed answer. The caller closes the stream, which ends the answer. */
  AnswerStream stream(@Nullable String coding) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
    if (coding != null) {
      response.getHeaders().put(HttpHeader.CONTENT_ENCODING, coding);
    }
    answered = true;
    return new AnswerStream(Content.Sink.asOutputStream(response), callback, BUFFER_BYTES);
  }

  /** Whether an answer has been started: then no error answer can follow. */
  boolean isAnswered() {
    return answered;
  }

  /** Breaks the connection, so that the client does not take a cut answer for a complete one. */
  void abort(Throwable cause) {
    callback.failed(cause);
  }

  List<String> segments() {
    return target.segments();
  }
}
