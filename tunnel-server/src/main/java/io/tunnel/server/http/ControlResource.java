package io.tunnel.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.ServerStatistics;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.control.ControlJson;
import io.tunnel.server.control.RecordedRequest;
import io.tunnel.server.control.ServerControl;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code /-/}: the control for tests over HTTP, in JSON. No client uses the prefix: all their paths
 * begin with a word of the API ({@code projects}, {@code quotas}, {@code tenants}, {@code logview}
 * and so on) or with {@code api}, and no name of a project can be a hyphen.
 */
final class ControlResource implements Resource {
  private static final String PREFIX = "-";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerControl control;
  private final Authenticator authenticator;
  private final Supplier<ServerStatistics> statistics;

  ControlResource(
      ServerControl control, Authenticator authenticator, Supplier<ServerStatistics> statistics) {
    this.control = control;
    this.authenticator = authenticator;
    this.statistics = statistics;
  }

  static boolean isFor(RequestTarget target) {
    return !target.service()
        && !target.segments().isEmpty()
        && target.segments().get(0).equals(PREFIX);
  }

  /** Who judges the signatures of calls to the control. */
  Authenticator authenticator() {
    return authenticator;
  }

  @Override
  public void serve(Call call) throws IOException {
    List<String> path = call.segments();
    String what = path.size() == 2 ? path.get(1) : "";
    try {
      switch (what) {
        case "clock" -> clock(call);
        case "faults" -> faults(call);
        case "requests" -> requests(call);
        case "reset" -> reset(call);
        case "statistics" -> {
          requireGet(call);
          call.sendJson(200, statistics.get().json());
        }
        default ->
            throw ServiceError.NO_SUCH_OBJECT.exception(
                "The control for tests is at /-/clock, /-/faults, /-/requests, /-/reset and"
                    + " /-/statistics");
      }
    } catch (IllegalArgumentException e) {
      throw ServiceError.INVALID_ARGUMENT.exception(String.valueOf(e.getMessage()), e);
    }
  }

  private void clock(Call call) throws IOException {
    if (call.isPost()) {
      ControlJson.setClock(control.clock(), document(call));
    } else if (isDelete(call)) {
      control.clock().reset();
    } else {
      requireGet(call);
    }
    call.sendJson(200, ControlJson.write(control.clock()).toString());
  }

  private void faults(Call call) throws IOException {
    if (call.isPost()) {
      call.sendJson(200, ControlJson.write(ControlJson.fail(control, document(call))).toString());
      return;
    }
    if (isDelete(call)) {
      control.clearFaults();
    } else {
      requireGet(call);
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode rules = answer.putArray("faults");
    control.faults().forEach(rule -> rules.add(ControlJson.write(rule)));
    call.sendJson(200, answer.toString());
  }

  private void requests(Call call) throws IOException {
    if (isDelete(call)) {
      control.clearRequests();
    } else {
      requireGet(call);
    }
    List<RecordedRequest> requests = control.requests();
    long last =
        call.parameter("last") == null
            ? requests.size()
            : UploadResource.number(call, "last", call.parameter("last"), Integer.MAX_VALUE);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode list = answer.putArray("requests");
    requests.stream()
        .skip(Math.max(0, requests.size() - last))
        .forEach(request -> list.add(ControlJson.write(request)));
    call.sendJson(200, answer.toString());
  }

  private void reset(Call call) throws IOException {
    if (!call.isPost()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception("A reset is asked for with POST");
    }
    if (call.isFlag("tables")) {
      control.resetWithTables();
    } else {
      control.reset();
    }
    call.sendJson(200, "{}");
  }

  private static JsonNode document(Call call) throws ServiceException {
    try {
      return JSON.readTree(call.document());
    } catch (JsonProcessingException e) {
      throw ServiceError.INVALID_ARGUMENT.exception(
          "The document is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static boolean isDelete(Call call) {
    return call.method().equals("DELETE");
  }

  private static void requireGet(Call call) throws ServiceException {
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }
}
