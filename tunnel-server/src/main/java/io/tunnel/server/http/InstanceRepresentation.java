package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.ResultText;
import io.tunnel.server.sql.TaskResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** An instance in the forms of the service endpoint (specification: control plane, 4.3 to 4.5). */
final class InstanceRepresentation {
  private static final String STAGE = "M1_job_0";

  private InstanceRepresentation() {}

  /** The state of the instance as a whole, which knows less than that of its task. */
  static String word(Instance instance) {
    return instance.status().isFinal() ? "Terminated" : "Running";
  }

  /**
   * The answer to a plain status call, with the headers without which clients fail. In an
   * interactive quota it has the result too (control plane, section 4.9).
   */
  static void sendStatus(Call call, Instance instance, ResultText resultText) throws IOException {
    String word = word(instance);
    Instant end = instance.endTime();
    call.answerHeader("x-odps-owner", instance.job().owner());
    call.answerHeader("x-odps-start-time", TableRepresentation.date(instance.started()));
    // Present, and empty while it runs: the official client needs it so.
    call.answerHeader("x-odps-end-time", end == null ? "" : TableRepresentation.date(end));
    Xml xml = Xml.document().open("Instance").element("Status", word);
    if (call.target().interactive() && instance.status().isFinal()) {
      ResultDescriptor descriptor = ResultDescriptor.of(instance);
      xml.open("Tasks").open("Task", "Type", instance.job().taskType().word());
      xml.element("Name", instance.job().taskName());
      resultElement(xml, instance, descriptor.isInline() ? resultText : null);
      xml.element("Status", instance.status().word())
          .data("ResultDescriptor", "", descriptor.json())
          .close("Task")
          .close("Tasks");
    }
    call.sendXml(200, xml.close("Instance").toString());
  }

  /** An element of the list of instances. */
  static void listElement(Xml xml, Instance instance) {
    xml.open("Instance")
        .element("Name", instance.id())
        .element("Owner", instance.job().owner())
        .element("StartTime", TableRepresentation.date(instance.started()));
    Instant end = instance.endTime();
    if (end != null) {
      xml.element("EndTime", TableRepresentation.date(end));
    }
    xml.element("Status", word(instance)).close("Instance");
  }

  static String tasks(Instance instance) {
    Xml xml = Xml.document().open("Instance").element("Status", word(instance)).open("Tasks");
    xml.open("Task", "Type", instance.job().taskType().word())
        .element("Name", instance.job().taskName())
        .element("StartTime", TableRepresentation.date(instance.started()));
    Instant end = instance.endTime();
    if (end != null) {
      xml.element("EndTime", TableRepresentation.date(end));
    }
    return xml.element("Status", instance.status().word())
        .element("Histories", "")
        .close("Task")
        .close("Tasks")
        .close("Instance")
        .toString();
  }

  /** The result; its text is Base64 of CSV for rows, of plain text otherwise. */
  static String result(Instance instance, ResultText resultText) throws IOException {
    Xml xml =
        Xml.document()
            .open("Instance")
            .open("Tasks")
            .open("Task", "Type", instance.job().taskType().word());
    xml.element("Name", instance.job().taskName());
    resultElement(xml, instance, resultText);
    return xml.element("Status", instance.status().word())
        .close("Task")
        .close("Tasks")
        .close("Instance")
        .toString();
  }

  /**
   * The element of the result.
   *
   * @param resultText makes the text; null if it is not wanted here
   */
  private static void resultElement(Xml xml, Instance instance, @Nullable ResultText resultText)
      throws IOException {
    TaskResult result = instance.result();
    if (result == null) {
      text(xml, "text", instance.failure());
    } else {
      text(
          xml,
          result.rows() == null ? "text" : "csv",
          resultText == null ? "" : resultText.of(result));
    }
  }

  private static void text(Xml xml, String format, String text) {
    xml.data(
        "Result",
        " Transform=\"Base64\" Format=\"" + format + "\"",
        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The job as it was submitted. */
  static String source(Instance instance) throws ServiceException {
    String document = instance.job().document();
    int start = document.indexOf("<Job>");
    int end = document.lastIndexOf("</Job>");
    if (start < 0 || end < 0) {
      throw ServiceError.NO_SUCH_OBJECT.exception("The instance has no source");
    }
    return document.substring(start, end + "</Job>".length());
  }

  static String progress(Instance instance) {
    boolean ended = instance.status().isFinal();
    return Xml.document()
        .open("Progress")
        .open("Stage", "ID", STAGE)
        .element("Status", ended ? "Terminated" : "Running")
        .element("BackupWorkers", 0)
        .element("TerminatedWorkers", ended ? 1 : 0)
        .element("RunningWorkers", ended ? 0 : 1)
        .element("TotalWorkers", 1)
        .element("InputRecords", 0)
        .element("OutputRecords", InstanceSummary.written(instance))
        .element("FinishedPercentage", ended ? 100 : 0)
        .close("Stage")
        .close("Progress")
        .toString();
  }

  /** The task with its one stage, as JSON. */
  static String detail(Instance instance) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ObjectNode detail = node.putObject("Instance");
    detail.put("TaskName", instance.job().taskName());
    detail.put("TaskType", instance.job().taskType().word());
    detail.put("Status", instance.status().word());
    detail.put("StartTime", instance.started().getEpochSecond());
    Instant end = instance.endTime();
    if (end != null) {
      detail.put("EndTime", end.getEpochSecond());
    }
    detail
        .putArray("Stages")
        .addObject()
        .put("Name", STAGE)
        .put("Status", word(instance))
        .put("OutputRecords", InstanceSummary.written(instance));
    return node.toString();
  }

  /** What the queue of the project knows of the instance. */
  static ObjectNode queueing(Instance instance) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("instanceId", instance.id());
    node.put("instancePriority", instance.job().priority());
    node.put("instanceProgress", instance.status().isFinal() ? 1 : 0);
    node.put("jobName", "");
    node.put("projectName", instance.job().project());
    node.put("skynetId", "");
    node.put("startTime", TableRepresentation.date(instance.started()));
    node.put("taskType", instance.job().taskType().word());
    node.put("taskName", instance.job().taskName());
    node.put("userAccount", instance.job().owner());
    node.put("status", word(instance));
    return node;
  }
}
