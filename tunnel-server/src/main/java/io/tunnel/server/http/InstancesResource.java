package io.tunnel.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.JobRequest;
import io.tunnel.server.sql.ResultText;
import io.tunnel.server.sql.TaskResult;
import io.tunnel.server.sql.TaskStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code /projects/p/instances} (specification: control plane, section 4). */
final class InstancesResource implements Resource {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long a submission with {@code tryWait} is held. */
  private static final long TRY_WAIT_MILLIS = 1000;

  /** How long a status request with {@code instancestatus} is held. */
  private static final long HOLD_MILLIS = 5000;

  private final Catalog catalog;
  private final InstanceService instances;
  private final ResultText resultText;
  private final DownloadResource downloads;

  InstancesResource(
      Catalog catalog,
      InstanceService instances,
      ResultText resultText,
      DownloadResource downloads) {
    this.catalog = catalog;
    this.instances = instances;
    this.resultText = resultText;
    this.downloads = downloads;
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    if (call.segments().size() == 3) {
      if (call.isPost()) {
        submit(call, project);
      } else if (call.isGet()) {
        list(call, project);
      } else {
        throw ServiceError.METHOD_NOT_ALLOWED.exception();
      }
      return;
    }
    String id = call.segment(3);
    if (call.has("downloads") || call.has("downloadid") || call.has("data")) {
      downloads.serveInstance(call, project, id);
      return;
    }
    Instance instance = instances.find(project, id);
    if (call.isPut()) {
      cancel(call, instance);
    } else if (call.isGet()) {
      read(call, instance);
    } else {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private void submit(Call call, String project) throws IOException {
    Instance instance = instances.submit(job(call, project));
    call.answerHeader(
        "Location",
        call.serviceEndpoint() + "/projects/" + project + "/instances/" + instance.id());
    boolean ended = false;
    if (call.has("tryWait")) {
      ended = await(instance, TRY_WAIT_MILLIS);
    }
    if (ended) {
      call.sendXml(200, result(instance));
    } else {
      call.sendEmpty(201);
    }
  }

  private static boolean await(Instance instance, long millis) throws ServiceException {
    try {
      return instance.await(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceError.SERVICE_UNAVAILABLE.exception("The server is closing", e);
    }
  }

  private static JobRequest job(Call call, String project) throws IOException {
    String document = call.document();
    Element root = Xml.parse(document);
    Element job = Xml.child(root, "Job").orElseThrow(() -> malformed("Job"));
    Element tasks = Xml.child(job, "Tasks").orElseThrow(() -> malformed("Tasks"));
    NodeList children = tasks.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element task) {
        if (!task.getTagName().equals("SQL")) {
          throw ServiceError.NOT_IMPLEMENTED.exception(
              "The local server runs SQL tasks only, not " + task.getTagName());
        }
        String priority = Xml.childText(job, "Priority");
        return new JobRequest(
            project,
            call.owner(),
            Xml.childText(task, "Name"),
            Xml.child(task, "Query").orElseThrow(() -> malformed("Query")).getTextContent(),
            settings(task),
            priority.matches("[0-9]") ? Integer.parseInt(priority) : 9,
            Xml.childText(job, "Guid"),
            document);
      }
    }
    throw malformed("SQL");
  }

  private static ServiceException malformed(String element) {
    return ServiceError.MALFORMED_XML.exception("The job has no element " + element);
  }

  private static Map<String, String> settings(Element task) throws ServiceException {
    Map<String, String> settings = new HashMap<>();
    NodeList properties = task.getElementsByTagName("Property");
    for (int i = 0; i < properties.getLength(); i++) {
      if (properties.item(i) instanceof Element property
          && Xml.childText(property, "Name").equals("settings")) {
        try {
          JsonNode node = JSON.readTree(Xml.childText(property, "Value"));
          node.properties().forEach(s -> settings.put(s.getKey(), s.getValue().asText()));
        } catch (JsonProcessingException e) {
          throw ServiceError.INVALID_PARAMETER.exception("The settings are not a JSON object", e);
        }
      }
    }
    return settings;
  }

  private void list(Call call, String project) {
    String status = call.parameter("status");
    List<Instance> found = new ArrayList<>();
    for (Instance instance : instances.list(project)) {
      if (status == null || status.equalsIgnoreCase(word(instance))) {
        found.add(instance);
      }
    }
    Page<Instance> page = Page.of(found, Instance::id, call);
    Xml xml = Xml.document().open("Instances");
    for (Instance instance : page.items()) {
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
    page.end(xml);
    call.sendXml(200, xml.close("Instances").toString());
  }

  private static String word(Instance instance) {
    return instance.status().isFinal() ? "Terminated" : "Running";
  }

  private void cancel(Call call, Instance instance) throws IOException {
    String status = Xml.childText(Xml.parse(call.document()), "Status");
    if (!status.equals("Terminated")) {
      throw ServiceError.INVALID_ARGUMENT.exception(
          "An instance can be set to Terminated only, not to \"" + status + "\"");
    }
    instances.cancel(instance);
    call.sendEmpty(200);
  }

  private void read(Call call, Instance instance) throws IOException {
    if (call.has("taskstatus")) {
      call.sendXml(200, tasks(instance).toString());
    } else if (call.has("result")) {
      call.sendXml(200, result(instance));
    } else if (call.has("instancesummary")) {
      call.sendJson(200, InstanceSummary.of(instance));
    } else if (call.has("summary")) {
      call.sendJson(200, InstanceSummary.mapReduce(instance));
    } else if (call.has("source")) {
      call.sendXml(200, source(instance));
    } else if (call.has("instanceprogress")) {
      call.sendXml(200, progress(instance));
    } else if (call.has("instancedetail") || call.has("detail") || call.has("instancequota")) {
      call.sendJson(200, "{}");
    } else if (call.has("info")) {
      call.sendJson(200, "warnings".equals(call.parameter("key")) ? "{\"warnings\":[]}" : "{}");
    } else if (call.has("cached")) {
      call.sendJson(200, queueing(instance));
    } else if (call.has("log")) {
      throw ServiceError.NOT_IMPLEMENTED.exception("The local server has no worker logs");
    } else {
      if (call.has("instancestatus")) {
        await(instance, HOLD_MILLIS);
      }
      status(call, instance);
    }
  }

  private static void status(Call call, Instance instance) {
    String word = word(instance);
    Instant end = instance.endTime();
    call.answerHeader("x-odps-owner", instance.job().owner());
    call.answerHeader("x-odps-start-time", TableRepresentation.date(instance.started()));
    // Present, and empty while it runs: the official client needs it so.
    call.answerHeader("x-odps-end-time", end == null ? "" : TableRepresentation.date(end));
    call.sendXml(
        200, Xml.document().open("Instance").element("Status", word).close("Instance").toString());
  }

  private static Xml tasks(Instance instance) {
    Xml xml = Xml.document().open("Instance").element("Status", word(instance)).open("Tasks");
    xml.open("Task", "Type", "SQL")
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
        .close("Instance");
  }

  private String result(Instance instance) throws IOException {
    TaskStatus status = instance.status();
    Xml xml = Xml.document().open("Instance").open("Tasks").open("Task", "Type", "SQL");
    xml.element("Name", instance.job().taskName());
    if (status == TaskStatus.FAILED) {
      text(xml, "text", instance.failure());
    } else if (status == TaskStatus.SUCCESS) {
      TaskResult result = instance.result();
      boolean rows = result != null && result.rows() != null;
      text(xml, rows ? "csv" : "text", result == null ? "" : resultText.of(result));
    } else {
      text(xml, "text", "");
    }
    return xml.element("Status", status.word())
        .close("Task")
        .close("Tasks")
        .close("Instance")
        .toString();
  }

  private static void text(Xml xml, String format, String text) {
    xml.data(
        "Result",
        " Transform=\"Base64\" Format=\"" + format + "\"",
        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String source(Instance instance) throws ServiceException {
    String document = instance.job().document();
    int start = document.indexOf("<Job>");
    int end = document.lastIndexOf("</Job>");
    if (start < 0 || end < 0) {
      throw ServiceError.NO_SUCH_OBJECT.exception("The instance has no source");
    }
    return document.substring(start, end + "</Job>".length());
  }

  private static String progress(Instance instance) {
    boolean ended = instance.status().isFinal();
    return Xml.document()
        .open("Progress")
        .open("Stage", "ID", "M1_job_0")
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

  private static String queueing(Instance instance) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("instanceId", instance.id());
    node.put("instancePriority", instance.job().priority());
    node.put("instanceProgress", instance.status().isFinal() ? 1 : 0);
    node.put("jobName", "");
    node.put("projectName", instance.job().project());
    node.put("skynetId", "");
    node.put("startTime", TableRepresentation.date(instance.started()));
    node.put("taskType", "SQL");
    node.put("taskName", instance.job().taskName());
    node.put("userAccount", instance.job().owner());
    node.put("status", word(instance));
    return node.toString();
  }
}
