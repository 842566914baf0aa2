package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.limit.Clients;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers what is refused before it is a request: headers that are too large, addresses and header
 * lines that are no HTTP. The answers have the form of all other errors; where the address cannot
 * be read they are JSON, which every client understands on both endpoints.
 */
final class ConnectionErrors implements Request.Handler {
  private final RequestIds ids;
  private final Clients clients;

  /**
   * Answers with these ids.
   *
   * @param clients count what has been refused, too
   */
  ConnectionErrors(RequestIds ids, Clients clients) {
    this.ids = ids;
    this.clients = clients;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String requestId = ids.next();
    Object status = request.getAttribute(ErrorHandler.ERROR_STATUS);
    Object message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    ServiceException error =
        reason(
            status instanceof Integer number ? number : HttpStatus.INTERNAL_SERVER_ERROR_500,
            message == null ? "" : message.toString());
    String path = request.getHttpURI().getPath();
    String host = request.getHeaders().get(HttpHeader.HOST);
    ErrorAnswer answer =
        ErrorAnswer.of(
            error,
            path != null && RequestTarget.isService(path),
            requestId,
            (request.getConnectionMetaData().isSecure() ? "https" : "http")
                + "://"
                + (host == null ? "localhost" : host)
                + RequestTarget.PREFIX);
    byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
    response.setStatus(answer.status());
    response.getHeaders().put(Call.REQUEST_ID, requestId);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    // Nobody knows where the next request would begin, so Jetty closes: clients should know.
    response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    // The request has neither a sender nor a target that anybody could read.
    Clients.Visit visit = clients.arrive("", Request.getRemoteAddr(request), "", "", "");
    visit.fails(answer.status(), answer.code());
    visit.end(0, bytes.length);
    boolean head = request.getMethod().equals("HEAD");
    response.write(true, head ? null : ByteBuffer.wrap(bytes), callback);
    return true;
  }

  private static ServiceException reason(int status, String message) {
    return switch (status) {
      case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431,
          HttpStatus.URI_TOO_LONG_414,
          HttpStatus.PAYLOAD_TOO_LARGE_413 ->
          ServiceError.MAX_MESSAGE_LENGTH_EXCEEDED.exception(
              "The head of the request is too large: address and headers may have "
                  + TunnelHandler.HEAD_BYTES
                  + " bytes together");
      case HttpStatus.REQUEST_TIMEOUT_408 -> ServiceError.REQUEST_TIME_OUT.exception();
      case HttpStatus.SERVICE_UNAVAILABLE_503 -> ServiceError.SERVICE_UNAVAILABLE.exception();
      default ->
          status >= 500 && status != HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
              ? ServiceError.INTERNAL_SERVER_ERROR.exception()
              : ServiceError.INVALID_ARGUMENT.exception(
                  "The request is not HTTP as the server reads it: " + message);
    };
  }
}
