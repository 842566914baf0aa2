package io.tunnel.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.JobRequest;
import io.tunnel.server.sql.ResultText;
import io.tunnel.server.sql.SessionQueries;
import io.tunnel.server.sql.TaskResult;
import io.tunnel.server.sql.TaskType;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.w3c.dom.Element;

/**
 * {@code info} of an instance: the calls of interactive sessions (MCQA; specification: control
 * plane, section 4.8).
 */
final class SessionCalls {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT = "result_";
  private static final String REFUSED =
      "ODPS-1850001:Unsupported feature - an interactive session takes queries only; submit other"
          + " statements offline";

  private static final int RUNNING = 2;
  private static final int FAILED = 4;
  private static final int TERMINATED = 5;
  private static final int CANCELLED = 6;

  private final InstanceService instances;
  private final ResultText resultText;

  SessionCalls(InstanceService instances, ResultText resultText) {
    this.instances = instances;
    this.resultText = resultText;
  }

  /** Reads what a key names. */
  void read(Call call, Instance instance) throws IOException {
    String key = call.parameter("key");
    if (key == null) {
      call.sendJson(200, "{}");
    } else if (key.equals("warnings")) {
      call.sendJson(200, "{\"warnings\":[]}");
    } else if (key.equals("wait_attach_success")) {
      call.sendJson(200, state(state(instance), "", -1));
    } else if (key.startsWith(RESULT)) {
      result(call, instance, number(key.substring(RESULT.length())));
    } else {
      call.sendJson(200, "{}");
    }
  }

  private void result(Call call, Instance session, int number) throws IOException {
    Instance statement = instances.statement(session, number);
    CallRights.requireResult(call, statement);
    InstancesResource.await(statement, InstancesResource.HOLD_MILLIS);
    TaskResult result = statement.result();
    String text = result == null ? statement.failure() : resultText.of(result);
    if (result != null && result.rows() != null) {
      // By this end of a line clients see that there are rows.
      text = text.replace("\n", "\r\n");
    }
    call.sendJson(200, state(state(statement), text, number));
  }

  private static int state(Instance instance) {
    return switch (instance.status()) {
      case WAITING, RUNNING -> RUNNING;
      case SUCCESS -> TERMINATED;
      case FAILED -> FAILED;
      case CANCELLED -> CANCELLED;
    };
  }

  private static String state(int status, String result, int statement) {
    return JSON.createObjectNode()
        .put("status", status)
        .put("result", result)
        .put("warnings", "")
        .put("subQueryId", statement)
        .toString();
  }

  /** Runs a statement in a session, or cancels one. */
  void change(Call call, Instance session) throws IOException {
    Element document = Xml.parse(call.document());
    String key = Xml.childText(document, "Key");
    String value = Xml.childText(document, "Value");
    if (!session.isOpenSession()) {
      // Clients begin another session then.
      answer(call, "NotFound", "The session " + session.id() + " has ended or never was one");
      return;
    }
    switch (key) {
      case "query" -> {
        JobRequest statement = statement(call, session, value);
        ObjectNode result = JSON.createObjectNode();
        if (SessionQueries.takes(statement.query())) {
          result.put("queryId", instances.submit(session, statement));
          result.put("isFormattedResult", false);
        } else {
          // By the code clients submit the statement outside of their session.
          result.put("queryId", -1);
          result.put("result", REFUSED);
        }
        answer(call, "ok", result.toString());
      }
      case "cancel" -> {
        Instance statement = instances.statement(session, number(value));
        if (!statement.status().isFinal()) {
          instances.cancel(statement);
        }
        answer(call, "ok", "");
      }
      default ->
          throw ServiceError.NOT_IMPLEMENTED.exception(
              "A session of the local server takes the keys query and cancel, not \"" + key + "\"");
    }
  }

  private static void answer(Call call, String status, String result) {
    call.sendJson(
        200, JSON.createObjectNode().put("result", result).put("status", status).toString());
  }

  private static JobRequest statement(Call call, Instance session, String value)
      throws ServiceException {
    JsonNode document;
    try {
      document = JSON.readTree(value);
    } catch (JsonProcessingException e) {
      throw ServiceError.INVALID_PARAMETER.exception("The value of the key query is no JSON", e);
    }
    Map<String, String> settings = new HashMap<>(session.job().settings());
    document
        .path("settings")
        .properties()
        .forEach(s -> settings.put(s.getKey(), s.getValue().asText()));
    return new JobRequest(
        session.job().project(),
        call.owner(),
        call.rights(),
        TaskType.SQL,
        session.job().taskName(),
        document.path("query").asText(),
        settings,
        session.job().priority(),
        "",
        value);
  }

  /** The statement of a session that a call names by {@code queryid}; otherwise the instance. */
  static Instance named(Call call, Instance instance, InstanceService instances)
      throws ServiceException {
    String id = call.parameter("queryid");
    return id == null ? instance : instances.statement(instance, number(id));
  }

  private static int number(String text) throws ServiceException {
    if (!text.matches("[0-9]{1,9}")) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "\"" + text + "\" is no number of a statement");
    }
    return Integer.parseInt(text);
  }
}
