package io.tunnel.sql.parser;

import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlKind;

/** The operators that Calcite does not have. */
public final class MaxComputeOperators {
  private MaxComputeOperators() {}

  /** {@code a DIV b}: division of integers. */
  public static final SqlBinaryOperator DIV =
      new SqlBinaryOperator("DIV", SqlKind.OTHER, 60, true, null, null, null);

  /** {@code a | b}. */
  public static final SqlBinaryOperator BIT_OR =
      new SqlBinaryOperator("|", SqlKind.OTHER, 32, true, null, null, null);
}
