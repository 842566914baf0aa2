package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of the control plane that no transcript shows; the names of methods say the sections. */
class ControlPlaneTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start(LocalTunnelConfig.builder().anonymous(true).clock(now::get));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String get(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", "/api" + path, null);
    assertThat(response.statusCode()).as(TestServer.text(response)).isEqualTo(200);
    return TestServer.text(response);
  }

  private HttpResponse<byte[]> send(String method, String path, String document)
      throws IOException {
    return server.send(method, "/api" + path, document.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> elements(String xml, String name) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static JsonNode schema(String xml) throws IOException {
    Matcher matcher = Pattern.compile("CDATA\\[(.*)]]>").matcher(xml);
    assertThat(matcher.find()).isTrue();
    return TestServer.JSON.readTree(matcher.group(1));
  }

  @Test
  @Tag("covers:partition-list/pages")
  @Tag("covers:partition-list/names")
  @Tag("covers:partition-list/reverse")
  @Tag("covers:partition-list/prefix")
  @Tag("covers:partition-list/wrong-prefix")
  void section37PartitionsComeInPagesForwardAndReverse() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
    server.sql(
        "ALTER TABLE p ADD PARTITION (ds='a', hh='1') PARTITION (ds='a', hh='2')"
            + " PARTITION (ds='b', hh='1')");
    assertThat(pages("&name")).containsExactly("ds='a',hh='1'", "ds='a',hh='2'", "ds='b',hh='1'");
    assertThat(pages("&name&reverse"))
        .containsExactly("ds='b',hh='1'", "ds='a',hh='2'", "ds='a',hh='1'");
    assertThat(pages("&name&reverse=false")).hasSize(3).startsWith("ds='a',hh='1'");
    String prefix = "&partition=" + TestServer.encode("ds='a'");
    assertThat(pages("&name" + prefix)).containsExactly("ds='a',hh='1'", "ds='a',hh='2'");
    HttpResponse<byte[]> unknown =
        server.send("GET", "/api/projects/demo/tables/p?partitions&partition=nope%3D1", null);
    assertThat(TestServer.text(unknown)).contains("<Code>InvalidPartitionSpec</Code>");
  }

  /** The names on pages of two, until the marker is empty. */
  private List<String> pages(String more) throws IOException {
    List<String> names = new ArrayList<>();
    String marker = "";
    do {
      String page =
          get(
              "/projects/demo/tables/p?partitions&expectmarker=true&maxitems=2"
                  + more
                  + "&marker="
                  + TestServer.encode(marker));
      assertThat(elements(page, "MaxItems")).containsExactly("2");
      names.addAll(elements(page, "Name"));
      List<String> markers = elements(page, "Marker");
      marker = markers.isEmpty() ? "" : markers.get(0);
    } while (!marker.isEmpty());
    return names;
  }

  @Test
  @Tag("covers:partition-get/state")
  @Tag("covers:partition-get/extended")
  void section37PropertiesOfAPartitionAreKept(@TempDir Path folder) throws IOException {
    String path = "/projects/demo/tables/p";
    String extended = path + "?extended&partition=" + TestServer.encode("ds='a',hh='1'");
    try (TestServer first = onDisk(folder)) {
      first.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
      first.sql("ALTER TABLE p ADD PARTITION (ds='a', hh='1')");
      assertThat(alter(first, "ds=a/hh=1").statusCode()).isEqualTo(200);
      first.sql("INSERT INTO p PARTITION (ds='a', hh='1') VALUES (1)");
      assertThat(TestServer.text(alter(first, "ds=x/hh=1"))).contains("NoSuchPartition");
      assertThat(TestServer.text(alter(first, "ds=a"))).contains("InvalidPartitionSpec");
    }
    try (TestServer second = onDisk(folder)) {
      JsonNode partition = schema(TestServer.text(second.send("GET", "/api" + extended, null)));
      assertThat(partition.path("IsArchived").isBoolean()).isTrue();
      assertThat(partition.path("partitionRecordNum").asLong()).isEqualTo(1);
      assertThat(TestServer.JSON.readTree(partition.path("Reserved").asText()))
          .isEqualTo(
              TestServer.JSON.readTree("{\"table.partition.data.ingesting.progress\":\"done\"}"));
    }
  }

  private static TestServer onDisk(Path folder) throws IOException {
    return TestServer.start(LocalTunnelConfig.builder().anonymous(true).dataDirectory(folder));
  }

  private static HttpResponse<byte[]> alter(TestServer server, String partition)
      throws IOException {
    return server.send(
        "PUT",
        "/api/projects/demo/tables/p?op=alterPartition",
        ("{\"partitionName\":\""
                + partition
                + "\",\"properties\":{\"table.partition.data.ingesting.progress\":\"done\"}}")
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @Tag("covers:instance/list")
  void section45InstancesAreListedByStateTimeAndOwner() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id = server.submit("SELECT " + i);
      server.await(id);
      ids.add(id);
      now.set(now.get().plusSeconds(10));
    }
    long first = Instant.parse("2026-01-02T03:04:05Z").getEpochSecond();
    assertThat(names("?onlyowner=yes")).containsExactlyElementsOf(ids);
    assertThat(names("?status=Running")).isEmpty();
    assertThat(names("?status=Terminated&daterange=" + (first + 10) + ":" + (first + 20)))
        .containsExactlyElementsOf(ids.subList(1, 3));
    assertThat(names("?daterange=" + (first + 30) + ":"))
        .containsExactlyElementsOf(ids.subList(3, 5));
    assertThat(names("?daterange=:" + first)).containsExactly(ids.get(0));
    String page = get("/projects/demo/instances?maxitems=3");
    assertThat(elements(page, "Name")).containsExactlyElementsOf(ids.subList(0, 3));
    assertThat(elements(page, "Marker")).containsExactly(ids.get(2));
    assertThat(names("?maxitems=3&marker=" + ids.get(2)))
        .containsExactlyElementsOf(ids.subList(3, 5));
    assertThat(elements(page, "EndTime")).hasSize(3);
    assertThat(
            TestServer.text(
                server.send("GET", "/api/projects/demo/instances?daterange=yesterday", null)))
        .contains("<Code>InvalidParameter</Code>");
  }

  private List<String> names(String query) throws IOException {
    return elements(get("/projects/demo/instances" + query), "Name");
  }

  @Test
  @Tag("covers:instance/queue")
  void section45TheQueueHoldsWhatRuns() throws IOException {
    server.await(server.submit("SELECT 1"));
    JsonNode queue = schema(get("/projects/demo/cachedinstances"));
    assertThat(queue.isArray()).isTrue();
    assertThat(queue).isEmpty();
  }

  @Test
  @Tag("covers:submit/same-guid")
  @Tag("covers:submit/synchronous")
  @Tag("covers:instance-reads/cached")
  @Tag("covers:instance-reads/detail")
  @Tag("covers:instance-reads/warnings")
  void section42AJobWithTheSameGuidIsTheSameInstance() throws IOException {
    String job =
        "<Instance><Job><Guid>g-1</Guid><Priority>3</Priority><Tasks><SQL><Name>t</Name>"
            + "<Query>SELECT 1</Query></SQL></Tasks></Job></Instance>";
    HttpResponse<byte[]> first = send("POST", "/projects/demo/instances?tryWait", job);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(TestServer.text(first)).contains("<Status>Success</Status>");
    String location = first.headers().firstValue("Location").orElseThrow();
    HttpResponse<byte[]> second = send("POST", "/projects/demo/instances", job);
    assertThat(second.headers().firstValue("Location")).hasValue(location);
    String path = location.substring(location.indexOf("/projects"));
    assertThat(get(path + "?source")).contains("<Priority>3</Priority>");
    assertThat(server.json("GET", "/api" + path + "?cached").path("instancePriority").asInt())
        .isEqualTo(3);
    JsonNode detail = server.json("GET", "/api" + path + "?instancedetail&taskname=t");
    assertThat(detail.path("Instance").path("Status").asText()).isEqualTo("Success");
    assertThat(server.json("GET", "/api" + path + "?info&key=warnings").path("warnings").isArray())
        .isTrue();
  }

  @Test
  @Tag("covers:submit/large-result")
  @Tag("covers:submit/asynchronous")
  void section42ALargeResultIsNotSentWithTheAnswerToTheSubmission() throws IOException {
    String job =
        "<Instance><Job><Tasks><SQL><Name>t</Name><Query>SELECT repeat('x', 1100000)</Query></SQL>"
            + "</Tasks></Job></Instance>";
    HttpResponse<byte[]> large = send("POST", "/projects/demo/instances?tryWait", job);
    assertThat(large.statusCode()).isEqualTo(201);
    assertThat(large.body()).isEmpty();
    String location = large.headers().firstValue("Location").orElseThrow();
    server.await(location.substring(location.lastIndexOf('/') + 1));
    assertThat(get(location.substring(location.indexOf("/projects")) + "?result"))
        .hasSizeGreaterThan(1_100_000);
  }

  @Test
  @Tag("covers:submit/merge")
  @Tag("covers:submit/other-tasks")
  void section41OtherTasks() throws IOException {
    server.sql("CREATE TABLE t (id BIGINT)");
    String merge =
        "<Instance><Job><Tasks><Merge><Name>m</Name><TableName>%s</TableName></Merge></Tasks>"
            + "</Job></Instance>";
    HttpResponse<byte[]> done =
        send("POST", "/projects/demo/instances?tryWait", String.format(merge, "t"));
    assertThat(TestServer.text(done))
        .contains("<Task Type=\"Merge\">")
        .contains("<Status>Success</Status>");
    HttpResponse<byte[]> failed =
        send("POST", "/projects/demo/instances?tryWait", String.format(merge, "demo.nope"));
    assertThat(TestServer.text(failed)).contains("<Status>Failed</Status>");
    HttpResponse<byte[]> refused =
        send(
            "POST",
            "/projects/demo/instances",
            "<Instance><Job><Tasks><XLib><Name>x</Name></XLib></Tasks></Job></Instance>");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(TestServer.text(refused)).contains("XLib");
  }

  @Test
  @Tag("covers:quota/list")
  @Tag("covers:quota/get")
  @Tag("covers:quota/missing")
  void section62TheOneQuota() throws IOException {
    String list = get("/quotas?project=demo&version=wlm");
    assertThat(elements(list, "Nickname")).containsExactly("default");
    assertThat(list).contains("<Marker/>");
    String quota = get("/quotas/default?project=demo&version=wlm&region=x");
    assertThat(elements(quota, "CPU"))
        .containsExactly(String.valueOf(Runtime.getRuntime().availableProcessors() * 100));
    HttpResponse<byte[]> missing = server.send("GET", "/api/quotas/nope?project=demo", null);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("x-odps-mcqa-conn")).isEmpty();
  }

  @Test
  @Tag("covers:authorization/whoami")
  @Tag("covers:authorization/grants")
  @Tag("covers:authorization/refused")
  @Tag("covers:authorization/policies")
  void section39UsersRolesAndRights() throws IOException {
    assertThat(ask("show grants", false)).contains("[roles]").contains("projects/demo: *");
    assertThat(TestServer.JSON.readTree(unescaped(ask("show grants;", true))).path("Roles"))
        .hasSize(1);
    assertThat(
            TestServer.JSON.readTree(unescaped(ask("whoami", true))).path("DisplayName").asText())
        .isEqualTo("ALIYUN$anonymous");
    assertThat(get("/projects/demo/roles")).contains("<Name>admin</Name>");
    assertThat(get("/projects/demo/users")).contains("<Users>");
    assertThat(get("/projects/demo?policy")).startsWith("{\"Version\":\"1\"");
    assertThat(get("/projects/demo?security_configuration"))
        .contains("<ProjectProtection Protected=\"false\">");
    HttpResponse<byte[]> change = send("PUT", "/projects/demo?policy", "{}");
    assertThat(change.statusCode()).isEqualTo(405);
    HttpResponse<byte[]> grant =
        send(
            "POST",
            "/projects/demo/authorization",
            "<Authorization><Query>grant admin to x</Query></Authorization>");
    assertThat(grant.statusCode()).isEqualTo(422);
    assertThat(TestServer.text(grant)).contains("grant admin to x");
  }

  private String ask(String query, boolean json) throws IOException {
    HttpResponse<byte[]> answer =
        send(
            "POST",
            "/projects/demo/authorization",
            "<Authorization><Query>"
                + query
                + "</Query><ResponseInJsonFormat>"
                + json
                + "</ResponseInJsonFormat></Authorization>");
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(200);
    return elements(TestServer.text(answer), "Result").get(0);
  }

  private static String unescaped(String xml) {
    return xml.replace("&quot;", "\"");
  }

  @Test
  @Tag("covers:interactive-v1/refused")
  @Tag("covers:interactive-v2/refused")
  void section49OtherInteractiveServicesAreRefusedSoThatClientsGoOn() throws IOException {
    HttpResponse<byte[]> v2 =
        server.send("GET", "/api/connection/mcqa?project=demo&quota=other", null);
    assertThat(v2.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(v2)).contains("no interactive quota other");
    HttpResponse<byte[]> v1 =
        send("POST", "/projects/demo/instances", InteractiveTest.session("other"));
    assertThat(TestServer.text(v1)).contains("ODPS-185", "no interactive service other");
  }

  @Test
  @Tag("covers:schema/create")
  @Tag("covers:schema/list")
  @Tag("covers:schema/get")
  @Tag("covers:schema/drop")
  @Tag("covers:schema/missing")
  @Tag("covers:table-list/schema")
  @Tag("covers:table-get/schema")
  @Tag("covers:table-load/schema")
  void section32SchemasAreMadeListedReadAndDropped() throws IOException {
    String create = "<Schema><Name>%s</Name><IfNotExists>%s</IfNotExists></Schema>";
    assertThat(send("POST", "/projects/demo/schemas", String.format(create, "s1", false)))
        .returns(200, HttpResponse::statusCode);
    assertThat(send("POST", "/projects/demo/schemas", String.format(create, "s1", true)))
        .returns(200, HttpResponse::statusCode);
    assertThat(
            TestServer.text(
                send("POST", "/projects/demo/schemas", String.format(create, "s1", false))))
        .contains("already exists");
    assertThat(
            TestServer.text(
                send("POST", "/projects/demo/schemas", String.format(create, "s`; x", true))))
        .contains("<Code>InvalidArgument</Code>");
    assertThat(elements(get("/projects/demo/schemas?expectmarker=true"), "Name"))
        .containsExactly("default", "s1");
    assertThat(get("/projects/demo/schemas/s1")).contains("<Name>s1</Name>");

    server.sql("CREATE TABLE demo.s1.t (id BIGINT)");
    server.sql("CREATE TABLE t2 (id BIGINT)");
    assertThat(elements(get("/projects/demo/tables?curr_schema=s1"), "Name")).containsExactly("t");
    assertThat(get("/projects/demo/tables/t?curr_schema=s1"))
        .contains("<SchemaName>s1</SchemaName>");
    assertThat(server.send("GET", "/api/projects/demo/tables/t", null).statusCode()).isEqualTo(404);
    HttpResponse<byte[]> many =
        send(
            "POST",
            "/projects/demo/tables?query",
            "<Tables><Table><Project>demo</Project><Name>t</Name><Schema>s1</Schema></Table>"
                + "<Table><Project>demo</Project><Name>t2</Name></Table></Tables>");
    assertThat(elements(TestServer.text(many), "SchemaName")).containsExactly("s1", "default");
    assertThat(TestServer.text(send("DELETE", "/projects/demo/schemas/s1", "")))
        .contains("not empty");
    server.sql("DROP TABLE demo.s1.t");
    assertThat(send("DELETE", "/projects/demo/schemas/s1", "").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> gone = server.send("GET", "/api/projects/demo/schemas/s1", null);
    assertThat(gone.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(gone)).contains("<Code>NoSuchSchema</Code>");
  }
}
