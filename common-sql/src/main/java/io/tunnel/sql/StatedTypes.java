package io.tunnel.sql;

import io.tunnel.sql.parser.MaxComputeTypeSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlUnknownLiteral;
import org.jspecify.annotations.Nullable;

/** The types that expressions state themselves. */
public final class StatedTypes {
  private StatedTypes() {}

  /**
   * The type of a literal with a type in front, such as {@code JSON '{}'}, and of a CAST.
   *
   * @return the type as MaxCompute writes it; null if the expression does not state one
   */
  public static @Nullable String of(SqlNode expression) {
    if (expression instanceof SqlUnknownLiteral literal) {
      return literal.tag;
    }
    return expression.getKind() == SqlKind.CAST
            && ((SqlCall) expression).operand(1) instanceof SqlDataTypeSpec type
            && type.getTypeNameSpec() instanceof MaxComputeTypeSpec spec
        ? spec.type().toString()
        : null;
  }
}
