package io.tunnel.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.server.auth.Rights;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.JobRequest;
import io.tunnel.server.sql.TaskType;
import java.util.HashMap;
import java.util.Map;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The document of a submission (specification: control plane, section 4.1). */
final class JobDocument {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOWEST_PRIORITY = 9;

  /** The one interactive service, which clients name unless they are told otherwise. */
  private static final String DEFAULT_SERVICE = "public.default";

  private JobDocument() {}

  /**
   * Reads a document.
   *
   * @throws ServiceException if it is not well-formed, or asks for a kind of task that the local
   *     server does not run
   */
  static JobRequest read(String document, String project, String owner, Rights rights)
      throws ServiceException {
    Element root = Xml.parse(document);
    Element job = Xml.child(root, "Job").orElseThrow(() -> malformed("Job"));
    Element tasks = Xml.child(job, "Tasks").orElseThrow(() -> malformed("Tasks"));
    Element task = onlyTask(tasks);
    TaskType type = type(task.getTagName());
    Map<String, String> settings = settings(task);
    if (type == TaskType.SESSION) {
      requireKnownService(settings);
    }
    String priority = Xml.childText(job, "Priority");
    return new JobRequest(
        project,
        owner,
        rights,
        type,
        Xml.childText(task, "Name"),
        query(task, type),
        settings,
        priority.matches("[0-9]") ? Integer.parseInt(priority) : LOWEST_PRIORITY,
        Xml.childText(job, "Guid"),
        document);
  }

  private static String query(Element task, TaskType type) throws ServiceException {
    String element =
        switch (type) {
          case SQL -> "Query";
          case MERGE -> "TableName";
          case SESSION -> "";
        };
    return element.isEmpty()
        ? ""
        : Xml.child(task, element).map(Node::getTextContent).orElseThrow(() -> malformed(element));
  }

  /** The code makes clients fall back to submitting each statement by itself. */
  private static void requireKnownService(Map<String, String> settings) throws ServiceException {
    String name = settings.getOrDefault("odps.sql.session.name", DEFAULT_SERVICE);
    if (!name.equals(DEFAULT_SERVICE)) {
      throw ServiceError.NOT_IMPLEMENTED.exception(
          "ODPS-1850001:Unsupported feature - the local server has no interactive service "
              + name
              + ", only "
              + DEFAULT_SERVICE
              + "; or submit the statement offline, it runs at once");
    }
  }

  private static Element onlyTask(Element tasks) throws ServiceException {
    Element found = null;
    NodeList children = tasks.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element task) {
        if (found != null) {
          throw ServiceError.NOT_IMPLEMENTED.exception(
              "The local server runs jobs of one task; submit the tasks one by one");
        }
        found = task;
      }
    }
    if (found == null) {
      throw malformed("SQL");
    }
    return found;
  }

  private static TaskType type(String element) throws ServiceException {
    for (TaskType type : TaskType.values()) {
      if (type.word().equals(element)) {
        return type;
      }
    }
    throw ServiceError.NOT_IMPLEMENTED.exception(
        "The local server runs tasks of SQL, Merge and SQLRT, not of " + element);
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
}
