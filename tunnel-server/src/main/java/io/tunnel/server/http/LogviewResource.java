package io.tunnel.server.http;

import io.tunnel.server.auth.Accounts;
import io.tunnel.server.auth.Authenticator;
import io.tunnel.server.auth.Right;
import io.tunnel.server.catalog.Catalog;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import io.tunnel.server.sql.InstanceService;
import io.tunnel.server.sql.TaskResult;
import io.tunnel.server.store.BatchFile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code /logview/?p=PROJECT&i=INSTANCE&token=TOKEN}: the page behind the link that clients print
 * for a statement (specification: control plane, section 4.7). It shows the statement, its state,
 * its timing and its failure. The request is not signed: the token decides.
 */
final class LogviewResource {
  /** The first segment of the path. */
  static final String PATH = "logview";

  private static final int REFRESH_SECONDS = 2;

  private final Catalog catalog;
  private final InstanceService instances;
  private final Accounts accounts;
  private final Authenticator authenticator;
  private final InstantSource clock;

  LogviewResource(
      Catalog catalog,
      InstanceService instances,
      Accounts accounts,
      Authenticator authenticator,
      InstantSource clock) {
    this.catalog = catalog;
    this.instances = instances;
    this.accounts = accounts;
    this.authenticator = authenticator;
    this.clock = clock;
  }

  /** Whether a request is for the page, and not for a call of the API. */
  static boolean isPage(RequestTarget target) {
    return !target.service()
        && target.segments().size() == 1
        && target.segments().get(0).equals(PATH);
  }

  void serve(Call call) {
    // The address holds the token: it must not go to other sites, nor stay in a cache.
    call.answerHeader("Referrer-Policy", "no-referrer");
    call.answerHeader("Cache-Control", "no-store");
    call.answerHeader("X-Content-Type-Options", "nosniff");
    call.answerHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    try {
      if (!call.isGet()) {
        throw ServiceError.METHOD_NOT_ALLOWED.exception();
      }
      call.sendHtml(200, page(find(call)));
    } catch (ServiceException e) {
      call.sendHtml(
          e.error().status(),
          new Html("No log view", 0)
              .paragraph(String.valueOf(e.getMessage()))
              .paragraph("Request " + call.requestId())
              .toString());
    }
  }

  private Instance find(Call call) throws ServiceException {
    String project = call.required("p");
    String id = call.required("i");
    if (accounts.anonymous()) {
      return instances.find(catalog.project(project), id);
    }
    String token = call.parameter("token");
    if (token == null) {
      throw ServiceError.UNAUTHORIZED.exception(
          "The address has no token: take the whole link that the client printed");
    }
    String resource = "projects/" + project + "/instances/" + id;
    call.setCaller(authenticator.reader(token, resource));
    CallRights.require(call, Right.READ, project, resource);
    Instance instance = instances.find(catalog.project(project), id);
    CallRights.requireManage(call, instance);
    return instance;
  }

  private String page(Instance instance) {
    boolean ended = instance.status().isFinal();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Instance", instance.id());
    facts.put("Project", instance.job().project());
    facts.put("Owner", instance.job().owner());
    facts.put("Task", instance.job().taskName());
    facts.put("Priority", String.valueOf(instance.job().priority()));
    facts.put("State", instance.status().word());
    facts.put("Submitted", time(instance.started()));
    Instant end = instance.endTime();
    if (end != null) {
      facts.put("Ended", time(end));
    }
    Instant until = end == null ? clock.instant() : end;
    facts.put(
        ended ? "Took" : "Running for",
        Duration.between(instance.started(), until).toMillis() + " ms");
    TaskResult result = instance.result();
    if (result != null) {
      result.outputs().forEach((table, rows) -> facts.put("Rows into " + table, rows.toString()));
      BatchFile rows = result.rows();
      if (rows != null) {
        facts.put("Rows of the result", String.valueOf(rows.rows()));
      }
    }
    Html page =
        new Html(instance.status().word() + ": " + instance.id(), ended ? 0 : REFRESH_SECONDS)
            .facts(facts);
    if (!instance.failure().isEmpty()) {
      page.heading("Failure").block("failure", instance.failure());
    }
    return page.heading("Statement").block("statement", instance.job().query()).toString();
  }

  private static String time(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.truncatedTo(ChronoUnit.MILLIS));
  }
}
