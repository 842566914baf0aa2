package io.tunnel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private String get(String path) throws IOException {
    HttpResponse<byte[]> response = server.send("GET", "/api" + path, null);
    assertThat(response.statusCode()).as(TestServer.text(response)).isEqualTo(200);
    assertThat(response.headers().firstValue("x-odps-request-id")).isPresent();
    return TestServer.text(response);
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
  void projectsHaveTheHeadersWithoutWhichClientsFail() throws IOException {
    HttpResponse<byte[]> response =
        server.send("GET", "/api/projects/demo?curr_project=demo", null);
    assertThat(response.headers().firstValue("x-odps-creation-time")).isPresent();
    assertThat(response.headers().firstValue("Last-Modified")).isPresent();
    assertThat(TestServer.text(response))
        .contains("<Properties>")
        .contains("<Name>odps.schema.model.enabled</Name><Value>false</Value>");
    HttpResponse<byte[]> missing = server.send("GET", "/api/projects/nope", null);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(missing))
        .contains("<Code>NoSuchProject</Code>")
        .contains("<RequestId>")
        .contains("<HostId>");
  }

  @Test
  @Tag("covers:discovery/normal")
  void theTunnelIsWhereTheClientFoundTheServer() throws IOException {
    assertThat(get("/projects/demo/tunnel?service")).isEqualTo(server.endpoint().getAuthority());
  }

  @Test
  @Tag("covers:tenant/normal")
  @Tag("covers:logview/host")
  @Tag("covers:schema/list")
  @Tag("covers:schema/get")
  @Tag("covers:function-list/normal")
  @Tag("covers:authorization/whoami")
  @Tag("covers:authorization/sign-token")
  @Tag("covers:deprecated-log/normal")
  void probesOfClientsAreAnswered() throws IOException {
    assertThat(get("/tenants")).contains("\"Tenant\"");
    assertThat(get("/logview/host")).startsWith("http://");
    assertThat(get("/projects/demo/schemas?expectmarker=true"))
        .contains("<Name>default</Name>")
        .contains("<Marker/>");
    assertThat(get("/projects/demo/schemas/default")).contains("<Name>default</Name>");
    assertThat(get("/projects/demo/registration/functions")).contains("<Marker/>");
    byte[] whoami =
        "<Authorization><Query>whoami</Query></Authorization>".getBytes(StandardCharsets.UTF_8);
    assertThat(TestServer.text(server.send("POST", "/api/projects/demo/authorization", whoami)))
        .contains("ALIYUN$anonymous");
    HttpResponse<byte[]> token =
        server.send(
            "POST",
            "/api/projects/demo/authorization?sign_bearer_token",
            ("{\"expires_in_hours\":24,\"policy\":{\"Version\":\"1\",\"Statement\":[{"
                    + "\"Action\":[\"odps:Read\"],\"Effect\":\"Allow\",\"Resource\":"
                    + "\"acs:odps:*:projects/demo/instances/i\"}]}}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(elements(TestServer.text(token), "Result")).hasSize(1);
    assertThat(
            server
                .send("PUT", "/api/projects/demo/logs", "{}".getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  @Tag("covers:table-list/pages")
  @Tag("covers:table-list/prefix")
  @Tag("covers:table-list/extended")
  void tablesAreListedInPagesWithTypeAndComment() throws IOException {
    for (String name : List.of("b1", "a1", "b2", "b3")) {
      server.sql("CREATE TABLE " + name + " (id BIGINT) COMMENT 'c " + name + "'");
    }
    String first =
        get(
            "/projects/demo/tables?expectmarker=true&extended&name=b&maxitems=2&curr_schema=default");
    assertThat(elements(first, "Name")).containsExactly("b1", "b2");
    assertThat(elements(first, "Type")).containsOnly("MANAGED_TABLE");
    assertThat(elements(first, "Comment")).containsExactly("c b1", "c b2");
    String marker = elements(first, "Marker").get(0);
    String second =
        get("/projects/demo/tables?extended&name=b&maxitems=2&marker=" + TestServer.encode(marker));
    assertThat(elements(second, "Name")).containsExactly("b3");
    assertThat(second).contains("<Marker/>");
  }

  @Test
  @Tag("covers:table-get/normal")
  @Tag("covers:table-get/delta-table")
  @Tag("covers:table-get/missing")
  void aTableHasItsSchemaItsSizeAndItsKey() throws IOException {
    server.sql(
        "CREATE TABLE d (k BIGINT NOT NULL COMMENT 'key', v STRING, PRIMARY KEY (k))"
            + " COMMENT 'delta' TBLPROPERTIES ('transactional'='true', 'write.bucket.num'='4')"
            + " LIFECYCLE 3");
    JsonNode schema = schema(get("/projects/demo/tables/d"));
    assertThat(schema.path("comment").asText()).isEqualTo("delta");
    assertThat(schema.path("lifecycle").asInt()).isEqualTo(3);
    assertThat(schema.path("recordNum").asInt()).isZero();
    assertThat(schema.path("columns").path(0).path("isNullable").asBoolean(true)).isFalse();
    assertThat(schema.path("columns").path(0).path("comment").asText()).isEqualTo("key");
    JsonNode reserved =
        TestServer.JSON.readTree(
            schema(get("/projects/demo/tables/d?extended")).path("Reserved").asText());
    assertThat(reserved.path("Transactional").asText()).isEqualTo("true");
    assertThat(reserved.path("PrimaryKey").path(0).asText()).isEqualTo("k");
    assertThat(reserved.path("BucketNum").asInt()).isEqualTo(4);
    HttpResponse<byte[]> missing = server.send("GET", "/api/projects/demo/tables/nope", null);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(missing)).contains("<Code>NoSuchTable</Code>");
  }

  @Test
  @Tag("covers:project/group-api")
  void aProjectTellsItsClusterToWhoAsksForIt() throws IOException {
    assertThat(get("/projects/demo?isGroupApi=true"))
        .contains(
            "<DefaultCluster>local</DefaultCluster>",
            "<Clusters><Cluster><Name>local</Name><QuotaID>default</QuotaID><Quotas/></Cluster>");
    assertThat(get("/projects/demo")).doesNotContain("Cluster");
  }

  @Test
  @Tag("covers:table-get/clustered")
  void aClusteredTableTellsHow() throws IOException {
    server.sql(
        "CREATE TABLE c (k BIGINT, v STRING) CLUSTERED BY (k) SORTED BY (k, v DESC) INTO 8 BUCKETS");
    JsonNode reserved =
        TestServer.JSON.readTree(
            schema(get("/projects/demo/tables/c?extended")).path("Reserved").asText());
    assertThat(reserved.path("ClusterType").asText()).isEqualTo("hash");
    assertThat(reserved.path("BucketNum").asInt()).isEqualTo(8);
    assertThat(reserved.path("ClusterCols").toString()).isEqualTo("[\"k\"]");
    assertThat(reserved.path("SortCols").toString())
        .isEqualTo("[{\"col\":\"k\",\"order\":\"asc\"},{\"col\":\"v\",\"order\":\"desc\"}]");
    assertThat(server.sql("DESC EXTENDED c"))
        .contains(
            "| ClusterType:              hash ",
            "| BucketNum:                8 ",
            "| ClusterColumns:           [k] ",
            "| SortColumns:              [k ASC, v DESC] ");
  }

  @Test
  @Tag("covers:table-load/normal")
  @Tag("covers:table-load/missing")
  void manyTablesAreLoadedAtOnce() throws IOException {
    server.sql("CREATE TABLE a (id BIGINT)");
    byte[] request =
        ("<Tables><Table><Project>demo</Project><Name>a</Name></Table>"
                + "<Table><Project>demo</Project><Name>nope</Name></Table></Tables>")
            .getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> answer = server.send("POST", "/api/projects/demo/tables?query", request);
    assertThat(elements(TestServer.text(answer), "Name")).containsExactly("a");
  }

  @Test
  @Tag("covers:partition-list/normal")
  @Tag("covers:partition-list/names")
  @Tag("covers:partition-list/prefix")
  @Tag("covers:partition-get/normal")
  @Tag("covers:partition-get/missing")
  void partitionsAreListedAndFound() throws IOException {
    server.sql("CREATE TABLE p (id BIGINT) PARTITIONED BY (ds STRING, hh STRING)");
    server.sql("ALTER TABLE p ADD PARTITION (ds='a', hh='1') PARTITION (ds='b', hh='1')");
    server.sql("INSERT INTO p PARTITION (ds='a', hh='1') VALUES (1), (2)");
    String all = get("/projects/demo/tables/p?partitions&expectmarker=true&maxitems=1000");
    assertThat(all).contains("<Column Name=\"ds\" Value=\"a\">").contains("<Marker/>");
    assertThat(elements(get("/projects/demo/tables/p?partitions&name"), "Name"))
        .containsExactly("ds='a',hh='1'", "ds='b',hh='1'");
    assertThat(
            elements(
                get(
                    "/projects/demo/tables/p?partitions&name&partition="
                        + TestServer.encode("ds='b'")),
                "Name"))
        .containsExactly("ds='b',hh='1'");
    JsonNode one =
        schema(get("/projects/demo/tables/p?partition=" + TestServer.encode("ds='a',hh='1'")));
    assertThat(one.path("partitionRecordNum").asLong()).isEqualTo(2);
    HttpResponse<byte[]> missing =
        server.send(
            "GET",
            "/api/projects/demo/tables/p?partition=" + TestServer.encode("ds='x',hh='1'"),
            null);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(TestServer.text(missing)).contains("<Code>NoSuchPartition</Code>");
  }

  @Test
  @Tag("covers:submit/malformed")
  void whatIsUnknownIsAnErrorWithABody() throws IOException {
    for (String path :
        List.of("/api/nothing", "/api/projects/demo/volumes", "/projects/demo/tables/t/preview")) {
      HttpResponse<byte[]> response = server.send("GET", path, null);
      assertThat(response.statusCode()).as(path).isGreaterThanOrEqualTo(400);
      assertThat(response.body()).as(path).isNotEmpty();
    }
    HttpResponse<byte[]> job =
        server.send(
            "POST", "/api/projects/demo/instances", "<Broken".getBytes(StandardCharsets.UTF_8));
    assertThat(TestServer.text(job)).contains("<Code>MalformedXML</Code>");
  }
}
