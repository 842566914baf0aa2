package io.tunnel.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.server.control.Fault;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.io.EofException;

/**
 * The body of an error answer: XML on the service endpoint, JSON on the tunnel endpoint
 * (specification: control plane, section 2.3).
 *
 * @param status the HTTP status
 * @param code the error code
 * @param type the content type
 * @param text the body, which is never empty
 */
record ErrorAnswer(int status, String code, String type, String text) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The answer to a failed request.
   *
   * @param service whether the request came to the service endpoint
   * @param endpoint the service endpoint as the client knows it
   */
  static ErrorAnswer of(
      ServiceException failure, boolean service, String requestId, String endpoint) {
    ServiceError error = failure.error();
    String message = failure.getMessage() == null ? error.message() : failure.getMessage();
    return service
        ? xml(error.status(), error.code(), message, requestId, endpoint)
        : json(error.status(), error.code(), message, requestId, Duration.ZERO);
  }

  /** The answer to a call that is refused because a test wants it so. */
  static ErrorAnswer of(Fault.Refuse fault, boolean service, String requestId, String endpoint) {
    return service
        ? xml(fault.status(), fault.code(), fault.message(), requestId, endpoint)
        : json(fault.status(), fault.code(), fault.message(), requestId, fault.hold());
  }

  private static ErrorAnswer xml(
      int status, String code, String message, String requestId, String endpoint) {
    return new ErrorAnswer(
        status,
        code,
        "application/xml",
        Xml.DECLARATION
            + Xml.document()
                .open("Error")
                .element("Code", code)
                .data("Message", "", message)
                .element("RequestId", requestId)
                .element("HostId", endpoint)
                .close("Error"));
  }

  private static ErrorAnswer json(
      int status, String code, String message, String requestId, Duration hold) {
    ObjectNode node = JSON.createObjectNode().put("Code", code).put("Message", message);
    if (!hold.isZero()) {
      node.put("HoldClientMillis", hold.toMillis());
    }
    return new ErrorAnswer(
        status, code, "application/json", node.put("RequestId", requestId).toString());
  }

  /** The row of the error table for a failure, whatever it is. */
  static ServiceException reason(Throwable failure) {
    if (failure instanceof ServiceException service) {
      return service;
    }
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return reason(failure.getCause());
    }
    if (failure instanceof MalformedBodyException body) {
      ServiceError error =
          body.code().equals(MalformedBodyException.CORRUPTED)
              ? ServiceError.CORRUPTED_DATA_STREAM
              : ServiceError.MALFORMED_DATA_STREAM;
      return error.exception(String.valueOf(body.getMessage()), body);
    }
    if (failure instanceof EofException) {
      return ServiceError.INCOMPLETE_BODY.exception("The body broke off", failure);
    }
    return ServiceError.INTERNAL_SERVER_ERROR.exception(
        "The server failed: " + failure.getMessage(), failure);
  }
}
