package io.tunnel.protocol.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunnel.protocol.arrow.TableValues;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.VarcharType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes and buckets that the official Java client has computed. */
class BucketHashVectorsTest {
  @ParameterizedTest
  @Tag("covers:upsert-bucket/vectors")
  @ValueSource(
      strings = {
        "bigint",
        "binary",
        "boolean",
        "char",
        "date",
        "datetime",
        "decimal",
        "double",
        "float",
        "int",
        "interval_day_time",
        "smallint",
        "string",
        "timestamp",
        "timestamp_ntz",
        "tinyint",
        "varchar"
      })
  void singleColumns(String file) {
    JsonNode vectors = UpsertVector.json("hash/" + file + ".json").get("vectors");
    assertThat(vectors).isNotEmpty();
    for (JsonNode vector : vectors) {
      Column column = Column.of("k", type(file, vector));
      List<List<Object>> rows = List.of(List.of(value(column.type(), vector)));
      for (Form form : Form.values()) {
        if (fits(column.type(), rows.get(0).get(0), form)) {
          assertHashed(List.of(column), rows, form, vector);
          int hash = hash(BucketHash.DEFAULT, column, rows, form);
          assertThat(hash).as("%s", vector).isEqualTo(vector.get("default").intValue());
          hash = hash(BucketHash.LEGACY, column, rows, form);
          assertThat(hash).as("%s", vector).isEqualTo(vector.get("legacy").intValue());
        }
      }
      if (column.type() instanceof DecimalType decimal) {
        BigDecimal unscaled = new BigDecimal(vector.get("value").asText());
        assertThat(BucketHash.DEFAULT.ofDecimal(unscaled, decimal))
            .isEqualTo(vector.get("default").intValue());
        assertThat(BucketHash.LEGACY.ofDecimal(unscaled, decimal))
            .isEqualTo(vector.get("legacy").intValue());
      }
    }
  }

  @Test
  void compositeKeys() {
    JsonNode vectors = UpsertVector.json("hash/composite.json").get("vectors");
    assertThat(vectors).hasSize(98);
    for (JsonNode vector : vectors) {
      List<Column> columns = new ArrayList<>();
      List<Object> row = new ArrayList<>();
      for (JsonNode key : vector.get("keys")) {
        Column column = Column.of(key.get("column").asText(), key.get("type").asText());
        columns.add(column);
        row.add(composite(column.type(), key.get("value").asText()));
      }
      assertHashed(columns, List.of(row), Form.WIRE, vector);
      assertHashed(columns, List.of(row), Form.EXTENDED, vector);
    }
  }

  @Test
  void hashesAreSummedUp() {
    for (JsonNode vector : UpsertVector.json("hash/combine.json").get("vectors")) {
      int sum = 0;
      for (JsonNode hash : vector.get("hashes")) {
        sum += hash.intValue();
      }
      assertThat(BucketHash.bucket(sum, Integer.MAX_VALUE))
          .isEqualTo(vector.get("row_hash").intValue());
      int expected = sum;
      vector
          .get("bucket")
          .properties()
          .forEach(
              e ->
                  assertThat(BucketHash.bucket(expected, Integer.parseInt(e.getKey())))
                      .isEqualTo(e.getValue().intValue()));
    }
  }

  private static int hash(BucketHash hash, Column column, List<List<Object>> rows, Form form) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(List.of(column), rows, form, allocator)) {
      return ColumnHash.of(hash, column.type(), root.getVector(0)).of(0);
    }
  }

  private static void assertHashed(
      List<Column> columns, List<List<Object>> rows, Form form, JsonNode vector) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = TableValues.batch(columns, rows, form, allocator)) {
      for (BucketHash hash : BucketHash.values()) {
        JsonNode buckets = vector.get("bucket_" + hash.wireName());
        assertThat(buckets).hasSize(6);
        buckets
            .properties()
            .forEach(
                e ->
                    assertThat(bucket(hash, columns, Integer.parseInt(e.getKey()), root))
                        .as("%s %s", hash, vector)
                        .isEqualTo(e.getValue().intValue()));
        // A number of buckets above all row hashes shows the row hash itself.
        assertThat(bucket(hash, columns, Integer.MAX_VALUE, root))
            .isEqualTo(vector.get("row_hash_" + hash.wireName()).intValue());
      }
    }
  }

  private static int bucket(
      BucketHash hash, List<Column> columns, int buckets, VectorSchemaRoot root) {
    int[] result = {-1};
    new BucketHasher(hash, columns, buckets).assign(root.getFieldVectors(), 1, result);
    return result[0];
  }

  private static MaxComputeType type(String file, JsonNode vector) {
    return switch (file) {
      case "char" -> new CharType(100);
      case "varchar" -> new VarcharType(200);
      case "decimal" ->
          vector.get("precision").intValue() == 54
              ? DecimalType.LEGACY
              : new DecimalType(vector.get("precision").intValue(), vector.get("scale").intValue());
      default -> MaxComputeType.parse(file);
    };
  }

  private static Object value(MaxComputeType type, JsonNode vector) {
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(vector.get("value").asText())
          .setScale(decimal.scale(), RoundingMode.HALF_UP);
    }
    if (!(type instanceof PrimitiveType primitive)) {
      return vector.get("utf8_hex").asText();
    }
    return switch (primitive) {
      case TINYINT, SMALLINT, INT, BIGINT -> vector.get("value").asLong();
      case FLOAT ->
          Float.intBitsToFloat(Integer.parseUnsignedInt(vector.get("raw_bits").asText(), 16));
      case DOUBLE ->
          Double.longBitsToDouble(Long.parseUnsignedLong(vector.get("raw_bits").asText(), 16));
      case BOOLEAN -> vector.get("value").booleanValue();
      case STRING -> vector.get("utf8_hex").asText();
      case BINARY -> vector.get("value_hex").asText();
      case DATE -> vector.get("epoch_day").longValue();
      case DATETIME -> vector.get("epoch_millis").asLong();
      case TIMESTAMP -> seconds(vector, "epoch_second");
      case TIMESTAMP_NTZ -> seconds(vector, "epoch_second_utc");
      case INTERVAL_DAY_TIME -> seconds(vector, "total_seconds");
      default -> throw new AssertionError(type);
    };
  }

  private static TableValues.Seconds seconds(JsonNode vector, String seconds) {
    return new TableValues.Seconds(vector.get(seconds).asLong(), vector.get("nanos").intValue());
  }

  private static Object composite(MaxComputeType type, String value) {
    if (type instanceof DecimalType decimal) {
      return new BigDecimal(value).setScale(decimal.scale(), RoundingMode.HALF_UP);
    }
    if (type == PrimitiveType.DATE) {
      return LocalDate.parse(value).toEpochDay();
    }
    if (type == PrimitiveType.TIMESTAMP) {
      Instant instant = Instant.parse(value);
      return new TableValues.Seconds(instant.getEpochSecond(), instant.getNano());
    }
    if (type == PrimitiveType.STRING || type instanceof VarcharType) {
      return HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
    }
    return switch ((PrimitiveType) type) {
      case TINYINT, SMALLINT, INT, BIGINT, DATETIME -> Long.parseLong(value);
      case BOOLEAN -> Boolean.parseBoolean(value);
      case FLOAT -> Float.parseFloat(value);
      case DOUBLE -> Double.parseDouble(value);
      default -> throw new AssertionError(type);
    };
  }

  /** Whether the wire form of a type has this value. */
  private static boolean fits(MaxComputeType type, Object value, Form form) {
    if (form == Form.EXTENDED || !(value instanceof TableValues.Seconds seconds)) {
      return true;
    }
    return type == PrimitiveType.INTERVAL_DAY_TIME
        ? seconds.nano() % 1_000_000 == 0 && Math.abs(seconds.sec() / 86_400) < Integer.MAX_VALUE
        : seconds.sec() > -9_223_372_036L && seconds.sec() < 9_223_372_036L;
  }
}
