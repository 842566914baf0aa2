package io.tunnel.server.sql;

import java.sql.SQLException;

/** A product of decimals in a statement has more digits than DuckDB holds. */
final class ProductTooLong extends SQLException {
  private static final long serialVersionUID = 1L;

  ProductTooLong(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
