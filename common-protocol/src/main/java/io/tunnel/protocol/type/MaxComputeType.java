package io.tunnel.protocol.type;

/**
 * A MaxCompute data type. This is the one canonical form: the Arrow form ({@link ArrowMapping}),
 * the JDBC form, the Spark form and the DuckDB form are each derived from it at one border.
 *
 * <p>Types are immutable values; {@code toString()} gives the text form that {@link #parse} reads
 * back, in lower case and without blanks, as the service writes it in session answers.
 */
public sealed interface MaxComputeType
    permits PrimitiveType, CharType, VarcharType, DecimalType, ArrayType, MapType, StructType {

  /**
   * Parses the text form of a type, nested ones included. Case and blanks do not matter; field
   * names of a struct may stand in back-ticks.
   *
   * @throws IllegalArgumentException if the text is not a type; the message names the position
   */
  static MaxComputeType parse(String text) {
    return TypeParser.parse(text);
  }

  /** Whether this is an array, a map or a struct. */
  default boolean isNested() {
    return this instanceof ArrayType || this instanceof MapType || this instanceof StructType;
  }

  /** Whether values are whole numbers of 8 to 64 bits. */
  default boolean isInteger() {
    return this == PrimitiveType.TINYINT
        || this == PrimitiveType.SMALLINT
        || this == PrimitiveType.INT
        || this == PrimitiveType.BIGINT;
  }
}
