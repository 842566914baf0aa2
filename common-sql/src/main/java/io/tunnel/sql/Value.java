package io.tunnel.sql;

import java.util.List;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/** One value in a VALUES row, a partition specification or a DEFAULT clause. */
public sealed interface Value {

  /**
   * A {@code ?} placeholder.
   *
   * @param index its 0-based number among the placeholders of the statement, in the order of the
   *     text
   */
  record Parameter(int index) implements Value {}

  /**
   * A constant.
   *
   * @param value {@code String}, {@code Long}, {@code BigDecimal} (integers beyond 64 bits, numbers
   *     with a decimal point, {@code BD} literals), {@code Double} (numbers with an exponent),
   *     {@code Boolean}, {@code LocalDate} (DATE), {@code LocalDateTime} (DATETIME, TIMESTAMP,
   *     TIMESTAMP_NTZ), or null for NULL
   */
  record Literal(@Nullable Object value) implements Value {}

  /**
   * Anything else, such as a function call.
   *
   * @param sqlText the expression exactly as written
   * @param parameters the numbers of the placeholders inside, ascending
   * @param node the parsed expression
   */
  record Expression(String sqlText, List<Integer> parameters, SqlNode node) implements Value {}
}
