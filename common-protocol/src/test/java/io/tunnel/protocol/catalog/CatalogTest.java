package io.tunnel.protocol.catalog;

import static io.tunnel.protocol.http.FakeService.answer;
import static io.tunnel.protocol.http.FakeService.error;
import static io.tunnel.protocol.http.FakeService.xml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.TableName;
import io.tunnel.protocol.TunnelClient;
import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.http.FakeService;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.PartitionSpec;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final TableName ORDERS = new TableName("demo", null, "orders");

  private FakeService service;
  private TunnelClient client;

  @BeforeEach
  void start() throws Exception {
    service = new FakeService();
    client = service.client();
  }

  @AfterEach
  void stop() {
    client.close();
    service.close();
  }

  @Test
  void readsTheProject() throws Exception {
    service.answer(
        r ->
            answer(
                200,
                Map.of("x-odps-owner", "ALIYUN$me"),
                "<Project><Name>demo</Name><Comment>c</Comment><Properties><Property><Name>"
                    + "odps.schema.model.enabled</Name><Value>true</Value></Property></Properties>"
                    + "<Region>cn</Region></Project>"));
    ProjectInfo project = client.catalog().project();
    assertThat(project)
        .isEqualTo(
            new ProjectInfo(
                "demo", "ALIYUN$me", "c", "cn", Map.of("odps.schema.model.enabled", "true")));
    assertThat(project.isThreeTier()).isTrue();
    assertThat(service.request(0).getTarget()).isEqualTo("/api/projects/demo?curr_project=demo");
  }

  @Test
  void pingAsksOnceAndDoesNotRepeat() throws Exception {
    service.answer(r -> error(503, "ServiceUnavailable"));
    assertThatThrownBy(client::ping).isInstanceOf(TunnelException.class);
    assertThat(service.requests()).hasSize(1);
    service.answer(r -> xml("<Project/>"));
    client.ping();
  }

  @Test
  @Tag("covers:client-catalog/pages")
  void listsAreReadPageByPageEvenOverEmptyPages() throws Exception {
    service.answerInTurn(
        xml(
            "<Tables><Table><Name>a</Name><Type>MANAGED_TABLE</Type><Comment>first</Comment>"
                + "<Owner>o</Owner></Table><Marker>m1</Marker></Tables>"),
        xml("<Tables><Marker>m2</Marker></Tables>"),
        xml("<Tables><Table><Name>v</Name><Type>VIRTUAL_VIEW</Type></Table><Marker/></Tables>"));
    assertThat(client.catalog().tables("s", "x"))
        .containsExactly(
            new TableSummary(new TableName("demo", "s", "a"), "MANAGED_TABLE", "first", "o"),
            new TableSummary(new TableName("demo", "s", "v"), "VIRTUAL_VIEW", "", ""));
    assertThat(service.lines())
        .containsExactly(
            "GET /api/projects/demo/tables?curr_schema=s&extended&name=x&expectmarker=true",
            "GET /api/projects/demo/tables?curr_schema=s&extended&name=x&expectmarker=true&marker=m1",
            "GET /api/projects/demo/tables?curr_schema=s&extended&name=x&expectmarker=true&marker=m2");
  }

  @Test
  @Tag("covers:client-catalog/pages")
  void listsSchemas() throws Exception {
    service.answer(
        r ->
            xml(
                "<Schemas><Schema><Name>default</Name></Schema><Schema><Name>s2</Name></Schema>"
                    + "<Marker/></Schemas>"));
    assertThat(client.catalog().schemas()).containsExactly("default", "s2");
  }

  @Test
  @Tag("covers:client-catalog/table")
  void readsATableOutOfItsTwoDocuments() throws Exception {
    service.answer(
        r ->
            r.getTarget().contains("extended")
                ? xml(
                    "<Table><Name>orders</Name><Schema format=\"Json\"><![CDATA[{\"IsArchived\":false,"
                        + "\"Reserved\":\"{\\\"Transactional\\\":\\\"true\\\",\\\"PrimaryKey\\\":[\\\"id\\\"],"
                        + "\\\"BucketNum\\\":16}\"}]]></Schema></Table>")
                : xml(
                    "<Table><Name>orders</Name><Type>MANAGED_TABLE</Type><Owner>me</Owner><Schema"
                        + " format=\"Json\"><![CDATA[{\"comment\":\"all\",\"createTime\":1706756645,"
                        + "\"lifecycle\":7,\"size\":512,\"recordNum\":2,\"columns\":[{\"name\":\"id\","
                        + "\"type\":\"BIGINT\",\"isNullable\":false,\"comment\":\"key\"},{\"name\":\"d\","
                        + "\"type\":\"decimal(10,2)\",\"defaultValue\":\"0\"}],\"partitionKeys\":[{"
                        + "\"name\":\"ds\",\"type\":\"string\"}]}]]></Schema></Table>"));
    TableInfo table = client.catalog().table(ORDERS);
    assertThat(table.schema().columns())
        .extracting(c -> c.name() + " " + c.type() + " " + c.nullable() + " " + c.defaultValue())
        .containsExactly("id bigint false null", "d decimal(10,2) true 0");
    assertThat(table.schema().partitionColumns()).hasSize(1);
    assertThat(table.comment()).isEqualTo("all");
    assertThat(table.owner()).isEqualTo("me");
    assertThat(table.primaryKey()).containsExactly("id");
    assertThat(table.isDelta()).isTrue();
    assertThat(table.buckets()).isEqualTo(16);
    assertThat(table.size()).isEqualTo(512);
    assertThat(table.recordNumber()).isEqualTo(2);
    assertThat(table.lifecycle()).isEqualTo(7);
    assertThat(table.created()).isEqualTo(Instant.ofEpochSecond(1706756645));
    assertThat(table.modified()).isNull();
    assertThat(table.isView()).isFalse();
  }

  @Test
  @Tag("covers:client-catalog/table")
  void oneDocumentIsEnoughIfItHasEverything() throws Exception {
    service.answer(
        r ->
            xml(
                "<Table><Schema>{\"isVirtualView\":true,\"columns\":[],\"partitionKeys\":[],"
                    + "\"Reserved\":\"{}\"}</Schema></Table>"));
    assertThat(client.catalog().table(ORDERS).isView()).isTrue();
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  @Tag("covers:client-catalog/table-loose")
  void membersOfATableMayBeMissingOrNull() throws Exception {
    service.answer(
        r ->
            xml(
                "<Table><Schema><![CDATA[{\"comment\":null,\"owner\":null,\"lifecycle\":null,"
                    + "\"columns\":[{\"name\":\"a\",\"type\":\"BigInt\",\"comment\":null,"
                    + "\"isNullable\":null,\"defaultValue\":null},"
                    + "{\"name\":\"b\",\"type\":\"ARRAY<STRING>\"}]}]]></Schema></Table>"));
    TableInfo table = client.catalog().table(ORDERS);
    assertThat(table.schema().columns())
        .containsExactly(Column.of("a", "bigint"), Column.of("b", "array<string>"));
    assertThat(table.comment()).isEmpty();
    assertThat(table.owner()).isEmpty();
    assertThat(table.type()).isEqualTo("MANAGED_TABLE");
    assertThat(table.primaryKey()).isEmpty();
    assertThat(table.lifecycle()).isEqualTo(-1);
  }

  @Test
  void columnOfAnUnknownTypeIsNamed() {
    service.answer(
        r ->
            xml(
                "<Table><Schema>{\"columns\":[{\"name\":\"shape\",\"type\":\"geography\"}],"
                    + "\"Reserved\":\"{}\"}</Schema></Table>"));
    assertThatThrownBy(() -> client.catalog().table(ORDERS))
        .isInstanceOf(TunnelException.class)
        .hasMessageContaining("Reading the table demo.orders failed: column shape:")
        .hasMessageContaining("geography");
  }

  @Test
  @Tag("covers:client-catalog/absent")
  void absenceIsAnAnswerButSomethingMissingAboveIsAnError() throws Exception {
    service.answer(r -> error(404, "NoSuchTable"));
    assertThat(client.catalog().tableExists(ORDERS)).isFalse();
    assertThatThrownBy(() -> client.catalog().table(ORDERS))
        .isInstanceOfSatisfying(TunnelException.class, e -> assertThat(e.isNotFound()).isTrue());
    assertThatThrownBy(() -> client.catalog().partitionExists(ORDERS, PartitionSpec.parse("ds=1")))
        .hasMessageContaining("NoSuchTable");

    service.answer(r -> error(404, "NoSuchPartition"));
    assertThat(client.catalog().partitionExists(ORDERS, PartitionSpec.parse("ds=1"))).isFalse();
    service.answer(r -> error(404, "NoSuchProject"));
    assertThatThrownBy(() -> client.catalog().tableExists(ORDERS))
        .hasMessageContaining("NoSuchProject");
    service.answer(r -> xml("<Table/>"));
    assertThat(client.catalog().tableExists(ORDERS)).isTrue();
  }

  @Test
  void listsPartitionsAndQuotesTheirValues() throws Exception {
    service.answer(
        r ->
            xml(
                "<Partitions><Partition><Column Name=\"DS\" Value=\"2026\"/><Column Name=\"hh\""
                    + " Value=\"1\"/><CreationTime>1</CreationTime></Partition><Marker/></Partitions>"));
    assertThat(client.catalog().partitions(ORDERS))
        .containsExactly(PartitionSpec.parse("ds=2026/hh=1"));
    client.catalog().partitionExists(ORDERS, PartitionSpec.parse("ds=2026"));
    assertThat(service.lines())
        .containsExactly(
            "GET /api/projects/demo/tables/orders?partitions&maxitems=1000&expectmarker=true",
            "GET /api/projects/demo/tables/orders?partition=ds%3D%272026%27");
  }

  @Test
  void pageOfAPortalIsNotTakenForAnAnswer() {
    service.answer(r -> xml("<html><body>Please log in<br></body></html>"));
    assertThatThrownBy(() -> client.catalog().tables(null, null))
        .isInstanceOfSatisfying(
            TunnelException.class, e -> assertThat(e.code()).isEqualTo("MalformedAnswer"));
  }
}
