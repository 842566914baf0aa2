package io.tunnel.protocol.sql;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.ApiAnswer;
import io.tunnel.protocol.http.ApiRequest;
import io.tunnel.protocol.http.HttpTransport;
import io.tunnel.protocol.http.Repeat;
import io.tunnel.protocol.http.XmlElement;
import io.tunnel.protocol.session.DownloadSession;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs SQL (specification: control plane, section 4). Thread safe. */
public final class SqlTasks {
  /** The name under which statements run, the one that the official clients use. */
  static final String TASK_NAME = "AnonymousSQLTask";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final TunnelConfig config;
  private final HttpTransport transport;
  private final ResultSource results;

  /** Opens the rows of a finished task. */
  @FunctionalInterface
  public interface ResultSource {
    /**
     * Opens them.
     *
     * @param instance the id of the task
     */
    DownloadSession open(String instance) throws TunnelException;
  }

  /** Callers use {@link io.tunnel.protocol.TunnelClient#sql()}. */
  public SqlTasks(TunnelConfig config, HttpTransport transport, ResultSource results) {
    this.config = config;
    this.transport = transport;
    this.results = results;
  }

  /**
   * Submits a statement. A lost answer does not run it twice: the request carries an id of its own,
   * by which the service knows a repetition.
   *
   * @param statement one statement, with or without a semicolon at the end
   * @param settings what {@code SET name=value} says
   * @throws TunnelException if the service does not take it
   */
  public SqlTask submit(String statement, Map<String, String> settings) throws TunnelException {
    ApiAnswer answer =
        transport.call(
            ApiRequest.of(
                    "POST",
                    "Submitting the statement",
                    config.endpoint(),
                    List.of("projects", config.project(), "instances"))
                .flag("tryWait")
                .parameter("curr_project", config.project())
                .parameter("curr_schema", config.schema())
                .xml(job(statement, settings))
                .repeat(Repeat.SAFE));
    String location = answer.header("Location");
    String id = location == null ? "" : location.substring(location.lastIndexOf('/') + 1);
    if (id.isEmpty()) {
      throw answer.malformed("Location of the task", null);
    }
    SqlTask task = attach(id);
    if (answer.status() == 200 && !answer.isEmpty()) {
      task.remember(answer.xml(), answer.requestId());
    }
    return task;
  }

  /** A task that was submitted before, perhaps by another process. */
  public SqlTask attach(String id) {
    return new SqlTask(config, transport, results, id);
  }

  private String job(String statement, Map<String, String> settings) {
    ObjectNode json = JSON.createObjectNode();
    String schema = config.schema();
    if (schema != null) {
      json.put("odps.namespace.schema", "true");
      json.put("odps.default.schema", schema);
    }
    settings.forEach(json::put);
    String text = statement.strip();
    String query = text.endsWith(";") ? text : text + "\n;";
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <Instance><Job><Priority>9</Priority><Guid>%s</Guid><Tasks><SQL><Name>%s</Name><Config>\
        <Property><Name>type</Name><Value>sql</Value></Property>\
        <Property><Name>uuid</Name><Value>%s</Value></Property>\
        <Property><Name>settings</Name><Value>%s</Value></Property>\
        </Config><Query>%s</Query></SQL></Tasks></Job></Instance>
        """
        .formatted(
            UUID.randomUUID(),
            TASK_NAME,
            UUID.randomUUID(),
            XmlElement.escape(json.toString()),
            XmlElement.escape(query));
  }
}
