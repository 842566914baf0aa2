package io.tunnel.protocol.arrow;

import io.tunnel.protocol.type.ArrayType;
import io.tunnel.protocol.type.ArrowMapping.Form;
import io.tunnel.protocol.type.CharType;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.DecimalType;
import io.tunnel.protocol.type.MapType;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;
import io.tunnel.protocol.type.StructType;
import io.tunnel.protocol.type.VarcharType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Tables of any shape for properties: schemas nested up to a depth, and rows that fit them. */
public final class Tables {
  /** A schema and rows for it. */
  public record Table(List<Column> columns, List<List<Object>> rows) {}

  private static final BigInteger TEN = BigInteger.TEN;

  private Tables() {}

  /** Tables of 1 to 5 columns, nested up to depth 3, with 0 to 12 rows. */
  public static Arbitrary<Table> tables(Form form) {
    return types(3).list().ofMinSize(1).ofMaxSize(5).flatMap(types -> table(types, form));
  }

  private static Arbitrary<Table> table(List<MaxComputeType> types, Form form) {
    List<Column> columns =
        IntStream.range(0, types.size()).mapToObj(i -> Column.of("c" + i, types.get(i))).toList();
    List<Arbitrary<Object>> values =
        types.stream().map(type -> nullable(values(type, form))).toList();
    return Combinators.combine(values)
        .as(row -> (List<Object>) new ArrayList<>(row))
        .list()
        .ofMaxSize(12)
        .map(rows -> new Table(columns, rows));
  }

  /** Types nested up to a depth; 0 gives types without parts. */
  public static Arbitrary<MaxComputeType> types(int depth) {
    Arbitrary<MaxComputeType> leaf = leafTypes();
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<MaxComputeType> inner = types(depth - 1);
    return Arbitraries.frequencyOf(
        Tuple.of(4, leaf),
        Tuple.of(1, inner.map(ArrayType::new)),
        Tuple.of(1, Combinators.combine(leaf, inner).as(MapType::new)),
        Tuple.of(1, structTypes(inner)));
  }

  private static Arbitrary<MaxComputeType> structTypes(Arbitrary<MaxComputeType> inner) {
    return inner
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(
            types ->
                new StructType(
                    IntStream.range(0, types.size())
                        .mapToObj(i -> new StructType.Field("f" + i, types.get(i)))
                        .toList()));
  }

  private static Arbitrary<MaxComputeType> leafTypes() {
    Arbitrary<MaxComputeType> decimals =
        Arbitraries.integers()
            .between(1, DecimalType.MAX_PRECISION)
            .flatMap(
                precision ->
                    Arbitraries.integers()
                        .between(0, Math.min(precision, DecimalType.MAX_SCALE))
                        .map(scale -> new DecimalType(precision, scale)));
    return Arbitraries.oneOf(
        Arbitraries.of(PrimitiveType.values()).map(type -> (MaxComputeType) type),
        decimals,
        Arbitraries.just(DecimalType.LEGACY),
        Arbitraries.integers().between(1, CharType.MAX_LENGTH).map(CharType::new),
        Arbitraries.integers().between(1, VarcharType.MAX_LENGTH).map(VarcharType::new));
  }

  private static Arbitrary<Object> nullable(Arbitrary<Object> values) {
    return values.injectNull(0.2);
  }

  /** Values of a type that are not NULL. */
  static Arbitrary<Object> values(MaxComputeType type, Form form) {
    if (type instanceof ArrayType array) {
      return nullable(values(array.element(), form)).list().ofMaxSize(3).map(list -> (Object) list);
    }
    if (type instanceof MapType map) {
      return Combinators.combine(values(map.key(), form), nullable(values(map.value(), form)))
          .as(Tables::pair)
          .list()
          .ofMaxSize(3)
          .map(list -> (Object) list);
    }
    if (type instanceof StructType struct) {
      return Combinators.combine(
              struct.fields().stream().map(f -> nullable(values(f.type(), form))).toList())
          .as(fields -> (Object) new ArrayList<>(fields));
    }
    if (type instanceof DecimalType decimal) {
      BigInteger limit = TEN.pow(decimal.arrowPrecision()).subtract(BigInteger.ONE);
      return Arbitraries.bigIntegers()
          .between(limit.negate(), limit)
          .map(unscaled -> new BigDecimal(unscaled, decimal.scale()));
    }
    return type instanceof PrimitiveType primitive
        ? primitives(primitive, form)
        : texts().map(text -> (Object) text);
  }

  private static List<Object> pair(Object key, Object value) {
    List<Object> pair = new ArrayList<>();
    pair.add(key);
    pair.add(value);
    return pair;
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .ofMaxLength(20)
        .map(text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Arbitrary<Object> primitives(PrimitiveType type, Form form) {
    return switch (type) {
      case TINYINT -> longs(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SMALLINT -> longs(Short.MIN_VALUE, Short.MAX_VALUE);
      case INT, DATE, INTERVAL_YEAR_MONTH -> longs(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case BIGINT, DATETIME -> longs(Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT ->
          Arbitraries.oneOf(
              Arbitraries.floats().map(number -> (Object) number),
              Arbitraries.of(
                  Float.NaN,
                  -0.0f,
                  Float.NEGATIVE_INFINITY,
                  Float.POSITIVE_INFINITY,
                  Float.MIN_VALUE,
                  Float.MAX_VALUE));
      case DOUBLE ->
          Arbitraries.oneOf(
              Arbitraries.doubles().map(number -> (Object) number),
              Arbitraries.of(
                  Double.NaN,
                  -0.0,
                  Double.NEGATIVE_INFINITY,
                  Double.POSITIVE_INFINITY,
                  Double.MIN_VALUE,
                  Double.MAX_VALUE));
      case BOOLEAN -> Arbitraries.of(true, false).map(value -> (Object) value);
      case STRING, JSON -> texts().map(text -> (Object) text);
      case BINARY ->
          Arbitraries.bytes()
              .array(byte[].class)
              .ofMaxSize(20)
              .map(bytes -> (Object) HexFormat.of().formatHex(bytes));
      case TIMESTAMP, TIMESTAMP_NTZ ->
          form == Form.WIRE
              ? Arbitraries.longs()
                  .map(
                      nanos ->
                          new TableValues.Seconds(
                              Math.floorDiv(nanos, 1_000_000_000L),
                              (int) Math.floorMod(nanos, 1_000_000_000L)))
              : seconds(0);
      case INTERVAL_DAY_TIME ->
          form == Form.WIRE
              ? Arbitraries.longs()
                  .between(-315_569_520_000_000L, 315_569_520_000_000L)
                  .map(
                      millis ->
                          new TableValues.Seconds(millis / 1000, (int) (millis % 1000) * 1_000_000))
              : seconds(-999_999_999);
    };
  }

  private static Arbitrary<Object> longs(long least, long most) {
    return Arbitraries.longs().between(least, most).map(value -> (Object) value);
  }

  private static Arbitrary<Object> seconds(int leastNanos) {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.integers().between(leastNanos, 999_999_999))
        .as(TableValues.Seconds::new);
  }
}
