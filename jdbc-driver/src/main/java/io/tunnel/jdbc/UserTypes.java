package io.tunnel.jdbc;

import io.tunnel.jdbc.error.SqlErrors;
import io.tunnel.jdbc.result.ArrayValue;
import io.tunnel.jdbc.value.StructValue;
import io.tunnel.jdbc.value.ValueConverter;
import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.StructType;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Arrays and structs that users make from type names. */
final class UserTypes {
  private UserTypes() {}

  static ArrayValue array(
      String typeName, @Nullable Object @Nullable [] elements, ValueConverter converter)
      throws SQLException {
    if (elements == null) {
      throw SqlErrors.invalidArgument("createArrayOf needs elements, possibly none");
    }
    @Nullable Object[] copy = elements.clone();
    return new ArrayValue(type(typeName), copy, copy, converter);
  }

  static StructValue struct(String typeName, @Nullable Object @Nullable [] attributes)
      throws SQLException {
    if (attributes == null || !(type(typeName) instanceof StructType struct)) {
      throw SqlErrors.invalidArgument(
          "createStruct needs attributes and a type such as struct<a:int,b:string>, not "
              + typeName);
    }
    List<String> names = struct.fields().stream().map(StructType.Field::name).toList();
    if (names.size() != attributes.length) {
      throw SqlErrors.invalidArgument(
          typeName + " has " + names.size() + " fields, not " + attributes.length);
    }
    return new StructValue(struct.toString(), names, attributes);
  }

  private static MaxComputeType type(@Nullable String name) throws SQLException {
    String text = name == null ? "" : name.strip().toLowerCase(Locale.ROOT);
    try {
      return MaxComputeType.parse(
          switch (text) {
            // Names that JDBC tools use for types that MaxCompute calls otherwise.
            case "varchar", "char", "text", "nvarchar" -> "string";
            case "real" -> "float";
            case "double precision" -> "double";
            case "varbinary" -> "binary";
            case "bit" -> "boolean";
            default -> text;
          });
    } catch (IllegalArgumentException e) {
      throw SqlErrors.invalidArgument(String.valueOf(e.getMessage()));
    }
  }
}
