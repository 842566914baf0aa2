package io.tunnel.protocol.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.XmlElement;
import io.tunnel.protocol.session.DownloadSession;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement that runs, or has run, on the service. Thread safe. */
public final class SqlTask {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ERROR_CODE = Pattern.compile("(ODPS-\\d{7})\\s*:\\s*");
  private static final Duration FIRST_POLL = Duration.ofMillis(20);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

  private final TunnelConfig config;
  private final HttpTransport transport;
  private final SqlTasks.ResultSource results;
  private final String id;

  /** The result document; it does not change any more once the task has ended. */
  private volatile @Nullable XmlElement result;

  private volatile @Nullable String resultRequestId;

  private volatile TaskStatus lastStatus = TaskStatus.RUNNING;

  SqlTask(TunnelConfig config, HttpTransport transport, SqlTasks.ResultSource results, String id) {
    this.config = config;
    this.transport = transport;
    this.results = results;
    this.id = id;
  }

  /** The answer to the submission has brought the result already. */
  void remember(XmlElement document, @Nullable String requestId) {
    XmlElement task = taskIn(document);
    TaskStatus status = task == null ? TaskStatus.RUNNING : TaskStatus.of(task.childText("Status"));
    if (status.isFinal()) {
      lastStatus = status;
      result = document;
      resultRequestId = requestId;
    }
  }

  /** The id that the service has given. */
  public String id() {
    return id;
  }

  /**
   * The state; asks the service unless it was final before.
   *
   * @throws TunnelException if the service cannot say, with code {@code MalformedAnswer} if the
   *     task has ended and the service does not tell how
   */
  public TaskStatus status() throws TunnelException {
    if (lastStatus.isFinal()) {
      return lastStatus;
    }
    XmlElement instance = call("status", null).xml();
    String word = instance.childText("Status");
    if (!word.equalsIgnoreCase("Terminated")) {
      return word.equalsIgnoreCase("Suspended") ? TaskStatus.SUSPENDED : TaskStatus.RUNNING;
    }
    ApiAnswer answer = call("task status", "taskstatus");
    XmlElement task = taskIn(answer.xml());
    if (task == null) {
      throw answer.malformed("Task with the Status that it has ended with", null);
    }
    TaskStatus status = TaskStatus.of(task.childText("Status"));
    lastStatus = status;
    return status;
  }

  /**
   * Waits until the task has succeeded.
   *
   * @param limit how long to wait at most; the task goes on when the time is over
   * @throws TunnelException if it fails, with the code and the text of the service; with code
   *     {@code TaskCancelled} if it was cancelled; with code {@code TimedOut} when the time is over
   */
  public void await(Duration limit) throws TunnelException {
    Instant end = transport.policy().clock().instant().plus(limit);
    Duration wait = FIRST_POLL;
    TaskStatus status = status();
    while (!status.isFinal()) {
      Duration left = Duration.between(transport.policy().clock().instant(), end);
      if (left.isNegative() || left.isZero()) {
        throw TunnelException.of(
            "TimedOut", "SQL task " + id + " has not ended within " + limit.toMillis() + " ms");
      }
      transport.policy().pause(wait.compareTo(left) < 0 ? wait : left);
      wait = wait.multipliedBy(2).compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wait.multipliedBy(2);
      status = status();
    }
    if (status == TaskStatus.FAILED) {
      throw failure(resultText());
    }
    if (status == TaskStatus.CANCELLED) {
      throw TunnelException.of("TaskCancelled", "SQL task " + id + " was cancelled");
    }
  }

  private TunnelException failure(String text) {
    XmlElement error = errorDocument(text);
    String reason = error == null ? text.strip() : error.childText("Message").strip();
    String code = error == null ? "" : error.childText("Code");
    Matcher matcher = ERROR_CODE.matcher(reason);
    if (matcher.find()) {
      code = code.isEmpty() ? matcher.group(1) : code;
      if (matcher.start() == 0) {
        reason = reason.substring(matcher.end());
      }
    }
    return TunnelException.of(
        code.isEmpty() ? "TaskFailed" : code,
        reason.isEmpty() ? "SQL task " + id + " failed" : reason,
        resultRequestId,
        null);
  }

  /** The text of a failure may be a document as other errors have it (section 4.4). */
  private static @Nullable XmlElement errorDocument(String text) {
    if (!text.stripLeading().startsWith("<")) {
      return null;
    }
    try {
      XmlElement root = XmlElement.parse(text.strip().getBytes(UTF_8));
      return root.name().equals("Error") ? root : null;
    } catch (IOException noDocument) {
      return null;
    }
  }

  /**
   * Asks the service to stop the task. One that has ended already stays as it is.
   *
   * @throws TunnelException if the service refuses
   */
  public void cancel() throws TunnelException {
    try {
      transport.call(
          request("PUT", "Cancelling SQL task " + id)
              .xml("<Instance><Status>Terminated</Status></Instance>")
              .repeat(Repeat.SAFE));
    } catch (TunnelException e) {
      if (!e.code().equals("InvalidStateSetting")) {
        throw e;
      }
    }
  }

  /**
   * The result as text: CSV with a header line for a query, at most 10,000 rows; plain text for
   * other statements; the error text of a task that has failed.
   */
  public String resultText() throws TunnelException {
    XmlElement document = result;
    if (document == null) {
      ApiAnswer answer = call("result", "result");
      document = answer.xml();
      resultRequestId = answer.requestId();
      if (lastStatus.isFinal()) {
        result = document;
      }
    }
    XmlElement task = taskIn(document);
    XmlElement text = task == null ? null : task.child("Result");
    if (text == null) {
      return "";
    }
    return "Base64".equalsIgnoreCase(text.attributes().get("Transform"))
        ? new String(Base64.getMimeDecoder().decode(text.text().strip()), UTF_8)
        : text.text();
  }

  /** How many rows the task has written, all tables together; -1 if the service does not say. */
  public long outputRows() throws TunnelException {
    ApiAnswer answer =
        transport.call(
            request("GET", "Reading the summary of SQL task " + id)
                .flag("instancesummary")
                .parameter("taskname", SqlTasks.TASK_NAME));
    String summary = answer.json().path("Instance").path("JsonSummary").asText();
    if (summary.isEmpty()) {
      return -1;
    }
    try {
      JsonNode outputs = JSON.readTree(summary).path("Outputs");
      long rows = outputs.isEmpty() ? -1 : 0;
      for (JsonNode output : outputs) {
        rows += output.path(0).asLong();
      }
      return rows;
    } catch (JsonProcessingException e) {
      throw answer.malformed("JsonSummary in JSON", e);
    }
  }

  /**
   * The rows of a finished query, complete.
   *
   * @throws TunnelException with code {@code InstanceTypeNotSupported} if the statement was not a
   *     query; its answer is in {@link #resultText()}
   */
  public DownloadSession openResult() throws TunnelException {
    return results.open(id);
  }

  private static @Nullable XmlElement taskIn(XmlElement document) {
    XmlElement tasks = document.child("Tasks");
    return tasks == null ? null : tasks.child("Task");
  }

  private ApiAnswer call(String what, @Nullable String flag) throws TunnelException {
    ApiRequest request = request("GET", "Reading the " + what + " of SQL task " + id);
    return transport.call(flag == null ? request : request.flag(flag));
  }

  private ApiRequest request(String method, String purpose) {
    return ApiRequest.of(
            method,
            purpose,
            config.endpoint(),
            List.of("projects", config.project(), "instances", id))
        .parameter("curr_project", config.project());
  }
}
