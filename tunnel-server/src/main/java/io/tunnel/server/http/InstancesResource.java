package io.tunnel.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.ResultText;
import io.tunnel.server.sql.TaskResult;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /projects/p/instances} and {@code /projects/p/cachedinstances} (specification: control
 * plane, section 4).
 */
final class InstancesResource implements Resource {
  /** How long a submission with {@code tryWait} is held. */
  private static final long TRY_WAIT_MILLIS = 1000;

  /**
   * Results of more bytes are not sent with the answer to the submission: as text they would cost
   * both sides many times their size, for rows that most clients then read through the tunnel.
   */
  private static final long INLINE_BYTES = 1L << 20;

  /** How long a request that waits for the end of a statement is held. */
  static final long HOLD_MILLIS = 5000;

  private static final Pattern DATE_RANGE = Pattern.compile("(\\d{0,12}):(\\d{0,12})");

  private final Catalog catalog;
  private final InstanceService instances;
  private final ResultText resultText;
  private final DownloadResource downloads;
  private final SessionCalls sessions;

  InstancesResource(
      Catalog catalog,
      InstanceService instances,
      ResultText resultText,
      DownloadResource downloads) {
    this.catalog = catalog;
    this.instances = instances;
    this.resultText = resultText;
    this.downloads = downloads;
    this.sessions = new SessionCalls(instances, resultText);
  }

  @Override
  public void serve(Call call) throws IOException {
    String project = catalog.project(call.segment(1));
    if (call.segments().size() == 3) {
      serveAll(call, project);
      return;
    }
    String id = call.segment(3);
    Instance instance = instances.find(project, id);
    if (call.has("downloads") || call.has("downloadid") || call.has("data")) {
      Instance source = SessionCalls.named(call, instance, instances);
      CallRights.requireResult(call, source);
      downloads.serveInstance(call, project, id, source);
      return;
    }
    CallRights.requireManage(call, instance);
    if (call.isPut()) {
      change(call, instance);
    } else if (call.isGet()) {
      read(call, instance);
    } else {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private void serveAll(Call call, String project) throws IOException {
    if (call.segment(2).equals("cachedinstances")) {
      requireGet(call);
      queue(call, project);
    } else if (call.isPost()) {
      submit(call, project);
    } else {
      requireGet(call);
      list(call, project);
    }
  }

  private static void requireGet(Call call) throws ServiceException {
    if (!call.isGet()) {
      throw ServiceError.METHOD_NOT_ALLOWED.exception();
    }
  }

  private void submit(Call call, String project) throws IOException {
    Instance instance =
        instances.submit(JobDocument.read(call.document(), project, call.owner(), call.rights()));
    call.answerHeader(
        "Location",
        call.serviceEndpoint() + "/projects/" + project + "/instances/" + instance.id());
    if (call.has("tryWait") && await(instance, TRY_WAIT_MILLIS) && isShort(instance)) {
      call.sendXml(200, InstanceRepresentation.result(instance, resultText));
    } else {
      call.sendEmpty(201);
    }
  }

  static boolean isShort(Instance instance) {
    TaskResult result = instance.result();
    return result == null || result.rows() == null || result.rows().bytes() <= INLINE_BYTES;
  }

  static boolean await(Instance instance, long millis) throws ServiceException {
    try {
      return instance.await(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceError.SERVICE_UNAVAILABLE.exception("The server is closing", e);
    }
  }

  private void list(Call call, String project) throws ServiceException {
    Predicate<Instance> wanted =
        started(call.parameter("daterange")).and(i -> CallRights.mayManage(call, i));
    String status = call.parameter("status");
    if (status != null) {
      wanted = wanted.and(i -> status.equalsIgnoreCase(InstanceRepresentation.word(i)));
    }
    if ("yes".equalsIgnoreCase(call.parameter("onlyowner"))) {
      wanted = wanted.and(i -> i.job().owner().equals(call.owner()));
    }
    List<Instance> found =
        instances.list(project).stream()
            .filter(wanted)
            .sorted(Comparator.comparing(Instance::id))
            .toList();
    Page<Instance> page = Page.of(found, Instance::id, call);
    Xml xml = Xml.document().open("Instances");
    page.items().forEach(instance -> InstanceRepresentation.listElement(xml, instance));
    page.end(xml);
    call.sendXml(200, xml.close("Instances").toString());
  }

  /** Seconds from and to, either of which may be left out. */
  private static Predicate<Instance> started(@Nullable String range) throws ServiceException {
    if (range == null) {
      return instance -> true;
    }
    Matcher matcher = DATE_RANGE.matcher(range);
    if (!matcher.matches()) {
      throw ServiceError.INVALID_PARAMETER.exception(
          "daterange \"" + range + "\" is not of the form FROM:TO in seconds since 1970");
    }
    long from = second(matcher.group(1), Long.MIN_VALUE);
    long to = second(matcher.group(2), Long.MAX_VALUE);
    return instance ->
        instance.started().getEpochSecond() >= from && instance.started().getEpochSecond() <= to;
  }

  private static long second(String digits, long ifAbsent) {
    return digits.isEmpty() ? ifAbsent : Long.parseLong(digits);
  }

  /** The instances that have not ended. */
  private void queue(Call call, String project) {
    ArrayNode running = JsonNodeFactory.instance.arrayNode();
    for (Instance instance : instances.list(project)) {
      if (!instance.status().isFinal() && CallRights.mayManage(call, instance)) {
        running.add(InstanceRepresentation.queueing(instance));
      }
    }
    call.sendXml(
        200,
        Xml.document()
            .open("Instances")
            .data("Content", "", running.toString())
            .element("Marker", "")
            .element("MaxItems", running.size())
            .close("Instances")
            .toString());
  }

  private void change(Call call, Instance instance) throws IOException {
    if (call.has("info")) {
      sessions.change(call, instance);
      return;
    }
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
      call.sendXml(200, InstanceRepresentation.tasks(instance));
    } else if (call.has("result")) {
      CallRights.requireResult(call, instance);
      call.sendXml(200, InstanceRepresentation.result(instance, resultText));
    } else if (call.has("instancesummary")) {
      call.sendJson(200, InstanceSummary.of(instance));
    } else if (call.has("summary")) {
      call.sendJson(200, InstanceSummary.mapReduce(instance));
    } else if (call.has("source")) {
      call.sendXml(200, InstanceRepresentation.source(instance));
    } else if (call.has("instanceprogress")) {
      call.sendXml(200, InstanceRepresentation.progress(instance));
    } else if (call.has("instancedetail") || call.has("detail")) {
      call.sendJson(200, InstanceRepresentation.detail(instance));
    } else if (call.has("instancequota")) {
      call.sendJson(200, "{}");
    } else if (call.has("info")) {
      sessions.read(call, instance);
    } else if (call.has("cached")) {
      call.sendJson(200, InstanceRepresentation.queueing(instance).toString());
    } else if (call.has("log")) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "The local server has no workers, so no logs of them");
    } else {
      if (call.has("instancestatus")) {
        await(instance, HOLD_MILLIS);
      }
      InstanceRepresentation.sendStatus(call, instance, resultText);
    }
  }
}
