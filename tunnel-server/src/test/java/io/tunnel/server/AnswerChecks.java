package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.server.Transcript.Message;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What the specification of the control plane says clients need of an answer. The numbers in the
 * names of failures are its sections.
 */
final class AnswerChecks {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TASK_STATES =
      Set.of("Waiting", "Running", "Success", "Failed", "Suspended", "Cancelled");

  private AnswerChecks() {}

  static int status(Message answer) {
    return Integer.parseInt(answer.firstLine().split(" ")[1]);
  }

  /** What holds for every answer. */
  static void everyAnswer(Message answer) {
    assertThat(answer.headers()).as("2.2").containsKey("x-odps-request-id");
    assertThat(answer.headers()).as("5.1").doesNotContainKey("odps-tunnel-date-transform");
  }

  /** An error of the service endpoint has four elements, one of the tunnel endpoint is JSON. */
  static void error(Message answer, boolean service) throws Exception {
    assertThat(answer.body()).as("2.2, body of an error").isNotEmpty();
    if (service) {
      Element error = xml(answer, "Error");
      for (String name : List.of("Code", "Message", "RequestId", "HostId")) {
        assertThat(text(error, name)).as("2.3, " + name).isNotEmpty();
      }
    } else {
      JsonNode error = json(answer);
      for (String name : List.of("Code", "Message", "RequestId")) {
        assertThat(error.path(name).asText()).as("2.3, " + name).isNotEmpty();
      }
    }
  }

  static void project(Message answer) throws Exception {
    date(answer, "x-odps-creation-time");
    date(answer, "last-modified");
    Element project = xml(answer, "Project");
    assertThat(text(project, "Name")).as("3.1").isNotEmpty();
    assertThat(text(project, "State")).as("3.1").isEqualTo("AVAILABLE");
    Element properties = only(project, "Properties");
    assertThat(texts(properties, "Name")).as("3.1").contains("odps.schema.model.enabled");
  }

  static void projects(Message answer) throws Exception {
    assertThat(elements(list(answer, "Projects"), "Project"))
        .as("3.1")
        .isNotEmpty()
        .allSatisfy(project -> assertThat(text(project, "Name")).isNotEmpty());
  }

  static void tenant(Message answer) throws Exception {
    JsonNode tenant = json(answer).path("Tenant");
    assertThat(tenant.path("TenantId").asText()).as("3.1").isNotEmpty();
    assertThat(tenant.path("Parameters").isObject()).as("3.1").isTrue();
    // Seconds or absent: Python fails on milliseconds.
    assertThat(tenant.path("CreateTime").asLong(0)).as("3.1").isLessThan(100_000_000_000L);
  }

  static void schemas(Message answer) throws Exception {
    assertThat(texts(list(answer, "Schemas"), "Name")).as("3.2").contains("default");
  }

  static void schema(Message answer) throws Exception {
    date(answer, "x-odps-creation-time");
    date(answer, "last-modified");
    assertThat(text(xml(answer, "Schema"), "Name")).as("3.2").isNotEmpty();
  }

  static void tables(Message answer, boolean extended) throws Exception {
    for (Element table : elements(list(answer, "Tables"), "Table")) {
      for (String name : List.of("Name", "Project", "SchemaName", "Owner")) {
        assertThat(text(table, name)).as("3.3, " + name).isNotEmpty();
      }
      if (extended) {
        assertThat(text(table, "Type")).as("3.3").isNotEmpty();
        only(table, "Comment");
      }
    }
  }

  static void table(Message answer, boolean extended) throws Exception {
    table(xml(answer, "Table"), extended);
  }

  static void manyTables(Message answer, int count) throws Exception {
    List<Element> tables = elements(xml(answer, "Tables"), "Table");
    assertThat(tables).as("3.6").hasSize(count);
    for (Element table : tables) {
      table(table, false);
    }
  }

  private static void table(Element table, boolean extended) throws Exception {
    for (String name : List.of("Name", "Project", "SchemaName", "CreationTime")) {
      assertThat(text(table, name)).as("3.4, " + name).isNotEmpty();
    }
    JsonNode schema = JSON.readTree(only(table, "Schema").getTextContent());
    noNulls(schema);
    for (String time : List.of("createTime", "lastModifiedTime", "lastDDLTime")) {
      assertThat(schema.path(time).isIntegralNumber()).as("3.4, " + time).isTrue();
    }
    for (String flag : List.of("isVirtualView", "isExternal", "isMaterializedView", "shardExist")) {
      assertThat(schema.path(flag).isBoolean()).as("3.4, " + flag).isTrue();
    }
    assertThat(schema.path("lifecycle").isInt()).as("3.4, lifecycle").isTrue();
    assertThat(schema.path("size").isIntegralNumber()).as("3.4, size").isTrue();
    assertThat(schema.path("recordNum").isIntegralNumber()).as("3.4, recordNum").isTrue();
    assertThat(schema.path("columns")).as("3.4, columns").isNotEmpty();
    for (String list : List.of("columns", "partitionKeys")) {
      for (JsonNode column : schema.path(list)) {
        assertThat(column.path("name").isTextual()).as("3.4, name").isTrue();
        assertThat(column.path("type").isTextual()).as("3.4, type").isTrue();
        assertThat(column.path("isNullable").isBoolean()).as("3.4, isNullable").isTrue();
      }
    }
    if (extended) {
      assertThat(schema.path("IsArchived").isBoolean()).as("3.5").isTrue();
      assertThat(schema.path("PhysicalSize").isIntegralNumber()).as("3.5").isTrue();
      assertThat(schema.path("FileNum").isIntegralNumber()).as("3.5").isTrue();
      assertThat(schema.path("Reserved").isTextual()).as("3.5, Reserved").isTrue();
      JsonNode reserved = JSON.readTree(schema.path("Reserved").asText());
      assertThat(reserved.path("Transactional").asText()).as("3.5").isIn("true", "false");
      assertThat(reserved.path("schema_version").isTextual()).as("3.5").isTrue();
    }
  }

  private static void noNulls(JsonNode node) {
    assertThat(node.isNull()).as("3.4: a value is JSON null").isFalse();
    node.forEach(AnswerChecks::noNulls);
  }

  static void partitions(Message answer) throws Exception {
    List<Element> partitions = elements(list(answer, "Partitions"), "Partition");
    assertThat(partitions).as("3.7").isNotEmpty();
    for (Element partition : partitions) {
      Element column = only(partition, "Column");
      assertThat(column.getAttribute("Name")).as("3.7").isNotEmpty();
      assertThat(column.getAttribute("Value")).as("3.7").isNotEmpty();
      for (String time : List.of("CreationTime", "LastDDLTime", "LastModifiedTime")) {
        assertThat(text(partition, time)).as("3.7, " + time).matches("\\d+");
      }
      // An empty one breaks the Java client.
      assertThat(elements(partition, "LastAccessTime")).as("3.7").isEmpty();
    }
  }

  static void partitionNames(Message answer) throws Exception {
    assertThat(texts(xml(answer, "Partitions"), "Name"))
        .as("3.7")
        .isNotEmpty()
        .allSatisfy(name -> assertThat(name).matches("\\w+='[^']*'(,\\w+='[^']*')*"));
  }

  static void partition(Message answer) throws Exception {
    JsonNode partition = JSON.readTree(only(xml(answer, "Partition"), "Schema").getTextContent());
    noNulls(partition);
    for (String number :
        List.of(
            "createTime",
            "lastDDLTime",
            "lastModifiedTime",
            "partitionSize",
            "partitionRecordNum")) {
      assertThat(partition.path(number).isIntegralNumber()).as("3.7, " + number).isTrue();
    }
  }

  static void emptyList(Message answer, String root) throws Exception {
    list(answer, root);
  }

  static void submitted(Message answer) throws Exception {
    assertThat(status(answer)).as("4.2").isIn(200, 201);
    assertThat(answer.headers().get("location")).as("4.2").matches("http://.*/instances/[^/]+");
    if (status(answer) == 201) {
      assertThat(answer.body()).as("4.2: Python reads a body as a result").isEmpty();
    } else {
      result(answer);
    }
  }

  static void instance(Message answer) throws Exception {
    date(answer, "x-odps-start-time");
    assertThat(answer.headers()).as("2.2").containsKey("x-odps-end-time");
    assertThat(text(xml(answer, "Instance"), "Status")).as("4.3").isIn("Running", "Terminated");
    if (state(answer).equals("Terminated")) {
      date(answer, "x-odps-end-time");
    }
  }

  /** The state of an instance. */
  static String state(Message answer) throws Exception {
    return text(xml(answer, "Instance"), "Status");
  }

  /**
   * @param taskName the name under which the task was submitted
   * @param expected the state that the transcript shows
   */
  static void tasks(Message answer, String taskName, String expected) throws Exception {
    Element task = only(only(xml(answer, "Instance"), "Tasks"), "Task");
    assertThat(text(task, "Name")).as("4.3, name of the task").isEqualTo(taskName);
    assertThat(TASK_STATES).as("4.3").contains(text(task, "Status"));
    assertThat(text(task, "Status")).as("4.3").isEqualTo(expected);
    assertThat(text(task, "StartTime")).as("4.3").isNotEmpty();
    assertThat(task.getAttribute("Type")).as("4.3").isNotEmpty();
  }

  /** Returns the decoded text. */
  static String result(Message answer) throws Exception {
    Element task = only(only(xml(answer, "Instance"), "Tasks"), "Task");
    assertThat(text(task, "Name")).as("4.4").isNotEmpty();
    assertThat(TASK_STATES).as("4.4").contains(text(task, "Status"));
    Element result = only(task, "Result");
    assertThat(result.getAttribute("Transform")).as("4.4").isEqualTo("Base64");
    assertThat(result.getAttribute("Format")).as("4.4").isIn("csv", "text");
    return new String(Base64.getDecoder().decode(result.getTextContent()), StandardCharsets.UTF_8);
  }

  static void source(Message answer, String taskName) throws Exception {
    Element job = xml(answer, "Job");
    assertThat(texts(job, "Name")).as("4.5").contains(taskName);
    assertThat(texts(job, "Query")).as("4.5").isNotEmpty();
  }

  static void progress(Message answer) throws Exception {
    Element stage = only(xml(answer, "Progress"), "Stage");
    assertThat(stage.getAttribute("ID")).as("4.5").isNotEmpty();
    for (String number :
        List.of("TerminatedWorkers", "RunningWorkers", "TotalWorkers", "FinishedPercentage")) {
      assertThat(text(stage, number)).as("4.5, " + number).matches("\\d+");
    }
  }

  static void summary(Message answer) throws Exception {
    JsonNode instance = json(answer).path("Instance");
    assertThat(instance.path("Summary").isTextual()).as("4.5").isTrue();
    JsonNode json = JSON.readTree(instance.path("JsonSummary").asText());
    assertThat(json.path("Outputs").isObject()).as("4.5").isTrue();
    json.path("Outputs")
        .forEach(output -> assertThat(output.path(0).isIntegralNumber()).as("4.5").isTrue());
  }

  static void authorization(Message answer) throws Exception {
    assertThat(text(xml(answer, "Authorization"), "Result")).as("3.9").isNotEmpty();
  }

  static void host(Message answer) {
    assertThat(answer.text()).as("4.7").matches("http://[^/\\s]+");
  }

  static void tunnelEndpoint(Message answer) {
    assertThat(answer.text()).as("6.1: host and port only").matches("[^/:\\s]+(:\\d+)?");
  }

  /** Upload sessions: created, read again, committed (regular tunnel, 2.3). */
  static void upload(Message answer) throws Exception {
    JsonNode session = json(answer);
    for (String text : List.of("UploadID", "Status", "Initiated", "Owner", "QuotaName")) {
      assertThat(session.path(text).isTextual()).as("regular 2.3, " + text).isTrue();
    }
    assertThat(session.path("IsOverwrite").isBoolean()).as("regular 2.3").isTrue();
    assertThat(session.path("MaxFieldSize").isInt()).as("regular 2.3").isTrue();
    tunnelSchema(session.path("Schema"));
    assertThat(session.path("UploadedBlockList").isArray()).as("regular 2.3").isTrue();
    for (JsonNode block : session.path("UploadedBlockList")) {
      for (String number : List.of("BlockID", "CreateTime", "RecordCount", "Version")) {
        assertThat(block.path(number).isIntegralNumber()).as("regular 2.3, " + number).isTrue();
      }
      assertThat(block.path("Date").isTextual()).as("regular 2.3").isTrue();
      assertThat(block.path("FileName").isTextual()).as("regular 2.3").isTrue();
    }
  }

  static void download(Message answer) throws Exception {
    JsonNode session = json(answer);
    for (String text : List.of("DownloadID", "Initiated", "Owner", "QuotaName")) {
      assertThat(session.path(text).isTextual()).as("5.1, " + text).isTrue();
    }
    assertThat(session.path("Status").asText()).as("5.1").isEqualTo("normal");
    assertThat(session.path("RecordCount").isIntegralNumber()).as("5.1").isTrue();
    tunnelSchema(session.path("Schema"));
  }

  private static void tunnelSchema(JsonNode schema) {
    noNulls(schema);
    assertThat(schema.path("columns")).as("regular 6").isNotEmpty();
    assertThat(schema.path("partitionKeys").isArray()).as("regular 6").isTrue();
    for (JsonNode column : schema.path("columns")) {
      assertThat(column.path("name").isTextual()).as("regular 6").isTrue();
      assertThat(column.path("type").isTextual()).as("regular 6").isTrue();
      assertThat(column.path("nullable").isBoolean()).as("regular 6").isTrue();
      assertThat(column.path("column_id").isTextual()).as("regular 6").isTrue();
    }
  }

  static JsonNode json(Message answer) throws Exception {
    assertThat(answer.headers().get("content-type")).startsWith("application/json");
    return JSON.readTree(answer.body());
  }

  private static void date(Message answer, String header) {
    assertThat(answer.headers()).as("2.2").containsKey(header);
    ZonedDateTime.parse(answer.headers().get(header), DateTimeFormatter.RFC_1123_DATE_TIME);
  }

  /** A list, which needs a marker and may have a whole number of items. */
  private static Element list(Message answer, String root) throws Exception {
    Element list = xml(answer, root);
    only(list, "Marker");
    assertThat(text(list, "MaxItems")).as("2.5").matches("\\d+");
    return list;
  }

  private static Element xml(Message answer, String root) throws Exception {
    Element element =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(answer.body()))
            .getDocumentElement();
    assertThat(element.getTagName()).isEqualTo(root);
    return element;
  }

  private static Element only(Element parent, String name) {
    List<Element> found = elements(parent, name);
    assertThat(found).as(name + " in " + parent.getTagName()).hasSize(1);
    return found.get(0);
  }

  private static List<Element> elements(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    NodeList children = parent.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return only(parent, name).getTextContent();
  }

  /** The texts of all elements below, however deep. */
  private static List<String> texts(Element parent, String name) {
    List<String> texts = new ArrayList<>();
    NodeList found = parent.getElementsByTagName(name);
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent());
    }
    return texts;
  }
}
