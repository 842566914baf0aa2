package io.tunnel.protocol.arrow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.protocol.type.Column;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A body that an official client has written, with what it holds.
 *
 * @param columns the columns of the session
 * @param rows the rows as {@link TableValues}
 * @param json the description
 * @param body the bytes of the body, content coding applied
 */
public record GoldenVector(
    List<Column> columns, List<List<Object>> rows, JsonNode json, byte[] body) {

  /** Loads {@code NAME.json} and {@code NAME.bin}. */
  public static GoldenVector load(String name) {
    try {
      JsonNode json = new ObjectMapper().readTree(bytes(name + ".json"));
      List<Column> columns = new ArrayList<>();
      for (JsonNode column : json.get("columns")) {
        columns.add(Column.of(column.get("name").asText(), column.get("type").asText()));
      }
      List<List<Object>> rows = new ArrayList<>();
      for (JsonNode row : json.path("rows")) {
        List<Object> values = new ArrayList<>();
        columns.forEach(c -> values.add(TableValues.fromJson(c.type(), row.get(c.name()))));
        rows.add(values);
      }
      return new GoldenVector(columns, rows, json, bytes(name + ".bin"));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** The body with its content coding removed. */
  public InputStream decoded() throws IOException {
    return ContentCoding.forWireName(json.get("contentEncoding").asText())
        .decode(new ByteArrayInputStream(body));
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = GoldenVector.class.getResourceAsStream("/vectors/regular/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }
}
