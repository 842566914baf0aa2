package io.tunnel.protocol.pack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.arrow.ContentCoding;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A pack that the official Java client has sent, with what it holds.
 *
 * @param layout the columns of the table
 * @param rows the rows as {@link TableValues}
 * @param operations the operation of each row
 * @param updated for each row the ids of the columns that it writes; none means all
 * @param json the description
 * @param body the bytes of the body, content coding applied
 */
record UpsertVector(
    UpsertLayout layout,
    List<List<Object>> rows,
    byte[] operations,
    List<List<Long>> updated,
    JsonNode json,
    byte[] body) {

  static final List<String> NAMES =
      List.of(
          "one",
          "delete",
          "sequence",
          "types",
          "nulls",
          "partial",
          "partition",
          "multikey-bucket0",
          "multikey-bucket1",
          "multikey-bucket2",
          "keyorder-bucket0",
          "keyorder-bucket1",
          "compress_raw",
          "compress_zlib",
          "compress_snappy",
          "compress_lz4",
          "compress_zstd");

  static UpsertVector load(String name) {
    JsonNode json = json("upsert/" + name + ".json");
    List<Column> columns = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    for (JsonNode column : json.get("columns")) {
      columns.add(Column.of(column.get("name").asText(), column.get("type").asText()));
      ids.add(Long.parseLong(column.get("column_id").asText()));
    }
    List<String> keys = new ArrayList<>();
    json.get("hash_key").forEach(key -> keys.add(key.asText()));
    List<List<Object>> rows = new ArrayList<>();
    List<List<Long>> updated = new ArrayList<>();
    byte[] operations = new byte[json.get("rows").size()];
    for (JsonNode row : json.get("rows")) {
      JsonNode meta = row.get("meta");
      operations[rows.size()] = (byte) meta.get("__operation").intValue();
      List<Long> listed = new ArrayList<>();
      meta.get("__value_cols").forEach(id -> listed.add(id.longValue()));
      updated.add(listed);
      List<Object> values = new ArrayList<>();
      columns.forEach(c -> values.add(value(c.type(), row.get("values").get(c.name()))));
      rows.add(values);
    }
    return new UpsertVector(
        UpsertLayout.of(columns, keys, ids),
        rows,
        operations,
        updated,
        json,
        bytes("upsert/" + name + ".bin"));
  }

  /** Names of the key columns. */
  List<String> keys() {
    return layout.keyColumns().stream().map(Column::name).toList();
  }

  ContentCoding coding() {
    return ContentCoding.forWireName(json.get("content_encoding").asText(null));
  }

  /** The body with its content coding removed. */
  InputStream decoded() throws IOException {
    return coding().decode(new ByteArrayInputStream(body));
  }

  static JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  static byte[] bytes(String file) {
    try (InputStream in = UpsertVector.class.getResourceAsStream("/vectors/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** A value in the conventions of these vectors (section 12). */
  private static Object value(MaxComputeType type, JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    if (type instanceof ArrayType array) {
      List<Object> elements = new ArrayList<>();
      json.forEach(element -> elements.add(value(array.element(), element)));
      return elements;
    }
    if (type instanceof MapType map) {
      List<Object> pairs = new ArrayList<>();
      json.forEach(
          pair ->
              pairs.add(List.of(value(map.key(), pair.get(0)), value(map.value(), pair.get(1)))));
      return pairs;
    }
    if (type instanceof StructType struct) {
      List<Object> fields = new ArrayList<>();
      struct.fields().forEach(f -> fields.add(value(f.type(), json.get(f.name()))));
      return fields;
    }
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(json.asText()).setScale(decimal.scale());
    }
    return type instanceof PrimitiveType primitive ? primitive(primitive, json) : text(json);
  }

  private static Object primitive(PrimitiveType type, JsonNode json) {
    return switch (type) {
      case TINYINT, SMALLINT, INT, BIGINT, DATE, DATETIME, INTERVAL_YEAR_MONTH -> json.longValue();
      case FLOAT -> json.floatValue();
      case DOUBLE -> json.doubleValue();
      case BOOLEAN -> json.booleanValue();
      case STRING, JSON -> text(json);
      case BINARY -> json.get("hex").asText();
      case TIMESTAMP, TIMESTAMP_NTZ, INTERVAL_DAY_TIME ->
          new TableValues.Seconds(json.get("seconds").longValue(), json.get("nanos").intValue());
    };
  }

  private static String text(JsonNode json) {
    return HexFormat.of().formatHex(json.asText().getBytes(StandardCharsets.UTF_8));
  }
}
