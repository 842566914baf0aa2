package io.tunnel.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.arrow.MalformedBodyException;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of the server: gives every request an id, asks who sent it, finds the resource, and
 * turns every failure into an error answer with a body, in XML on the service endpoint and in JSON
 * on the tunnel endpoint.
 */
public final class TunnelHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(TunnelHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Authenticator authenticator;
  private final CompletableFuture<Routes> routes;
  private final RequestIds ids;
  private final Object monitor = new Object();
  private int active;
  private boolean closing;

  /**
   * A handler for these routes.
   *
   * @param routes may come later; requests that come before wait for it
   */
  public TunnelHandler(
      Authenticator authenticator, CompletableFuture<Routes> routes, InstantSource clock) {
    this.authenticator = authenticator;
    this.routes = routes;
    this.ids = new RequestIds(clock);
  }

  /** Refuses new requests and waits for the end of those that run, at most for this time. */
  public void drain(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (monitor) {
      closing = true;
      try {
        long left = end - System.nanoTime();
        while (active > 0 && left > 0) {
          TimeUnit.NANOSECONDS.timedWait(monitor, left);
          left = end - System.nanoTime();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean enter() {
    synchronized (monitor) {
      active += closing ? 0 : 1;
      return !closing;
    }
  }

  private void leave() {
    synchronized (monitor) {
      active--;
      monitor.notifyAll();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String requestId = ids.next();
    RequestTarget target;
    String path = request.getHttpURI().getPath();
    try {
      target = RequestTarget.parse(path == null ? "/" : path, request.getHttpURI().getQuery());
    } catch (ServiceException e) {
      target = RequestTarget.undecodable(path == null ? "/" : path);
      Call call = new Call(request, response, callback, target, requestId);
      sendError(call, e);
      return true;
    }
    Call call = new Call(request, response, callback, target, requestId);
    if (!enter()) {
      sendError(call, ServiceError.SERVICE_UNAVAILABLE.exception());
      return true;
    }
    try {
      serve(request, call);
    } finally {
      leave();
    }
    return true;
  }

  private void serve(Request request, Call call) {
    RequestTarget target = call.target();
    // Long statements and commits are silent on the connection; only a silent client is too old.
    request.addIdleTimeoutListener(timeout -> false);
    try {
      call.setOwner(
          authenticator.authenticate(
              request.getMethod(), target.rawPath(), target.rawQuery(), headers(request)));
      routes.join().serve(call);
      if (!call.isAnswered()) {
        throw new IllegalStateException("The call was not answered: " + target.rawPath());
      }
    } catch (IOException | RuntimeException e) {
      if (call.isAnswered()) {
        LOG.info("Request {} broke off in its answer: {}", call.requestId(), e.toString());
        call.abort(e);
      } else {
        sendError(call, e);
      }
    }
  }

  private static Map<String, String> headers(Request request) {
    Map<String, String> headers = new HashMap<>();
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue() == null ? "" : field.getValue();
      headers.merge(field.getName().toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b);
    }
    return headers;
  }

  private void sendError(Call call, Exception failure) {
    ServiceException error = toServiceException(failure);
    if (!call.isGet()) {
      call.drain();
    }
    if (error.error().status() >= 500) {
      LOG.error(
          "Request {}: {} {}", call.requestId(), call.method(), call.target().rawPath(), failure);
    }
    String message = error.getMessage() == null ? error.error().message() : error.getMessage();
    if (call.target().service()) {
      call.sendXml(
          error.error().status(),
          Xml.document()
              .open("Error")
              .element("Code", error.error().code())
              .data("Message", "", message)
              .element("RequestId", call.requestId())
              .element("HostId", call.serviceEndpoint())
              .close("Error")
              .toString());
    } else {
      call.sendJson(
          error.error().status(),
          JSON.createObjectNode()
              .put("Code", error.error().code())
              .put("Message", message)
              .put("RequestId", call.requestId())
              .toString());
    }
  }

  private static ServiceException toServiceException(Exception failure) {
    if (failure instanceof ServiceException service) {
      return service;
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
