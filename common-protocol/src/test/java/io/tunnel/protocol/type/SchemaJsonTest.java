package io.tunnel.protocol.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunnel.protocol.arrow.Tables;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

class SchemaJsonTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column("id", PrimitiveType.BIGINT, false, "the key", null),
              new Column("价格", new DecimalType(10, 2), true, "", "0.00"),
              Column.of("tags", "array<string>")),
          List.of(Column.of("ds", "string")));

  @Example
  void theObjectHasTheMembersThatOfficialClientsNeed() {
    ObjectNode json = SchemaJson.write(SCHEMA);
    assertThat(json.get("IsVirtualView").isBoolean()).isTrue();
    assertThat(json.get("columns")).hasSize(3);
    assertThat(json.get("partitionKeys")).hasSize(1);
    assertThat(json.get("columns").get(0).toString())
        .isEqualTo(
            "{\"column_id\":\"0\",\"name\":\"id\",\"type\":\"bigint\",\"nullable\":false,"
                + "\"comment\":\"the key\",\"default_value\":\"\"}");
    assertThat(json.get("partitionKeys").get(0).get("column_id").asText()).isEqualTo("3");
    assertThat(json.toString()).doesNotContain("null,").doesNotContain("null}");
  }

  @Example
  void theSchemaIsReadBack() {
    assertThat(SchemaJson.read(SchemaJson.write(SCHEMA))).isEqualTo(SCHEMA);
  }

  @Property(tries = 100)
  void everyTypeIsReadBack(@ForAll("types") MaxComputeType type) {
    TableSchema schema = TableSchema.of(Column.of("c", type));
    assertThat(SchemaJson.read(SchemaJson.write(schema))).isEqualTo(schema);
  }

  @Provide
  Arbitrary<MaxComputeType> types() {
    return Tables.types(2);
  }

  @Example
  @Tag("covers:client-body/schema")
  void membersMayBeMissingOrLoose() throws Exception {
    TableSchema schema =
        SchemaJson.read(
            json(
                "{\"columns\":[{\"name\":\"a\",\"type\":\"BIGINT\"},"
                    + "{\"name\":\"b\",\"type\":\"string\",\"nullable\":\"false\",\"column_id\":7}]}"));
    assertThat(schema.columns())
        .containsExactly(Column.of("a", "bigint"), Column.of("b", "string").notNull());
    assertThat(schema.partitionColumns()).isEmpty();
  }

  @Example
  void aColumnWithoutNameOrWithAnUnknownTypeIsRefused() throws Exception {
    JsonNode nameless = json("{\"columns\":[{\"type\":\"bigint\"}]}");
    assertThatThrownBy(() -> SchemaJson.read(nameless))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a column without a name");
    JsonNode unknown = json("{\"columns\":[{\"name\":\"a\",\"type\":\"blob\"}]}");
    assertThatThrownBy(() -> SchemaJson.read(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown type \"blob\"");
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
