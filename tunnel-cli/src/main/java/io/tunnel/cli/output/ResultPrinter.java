package io.tunnel.cli.output;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Prints one result: {@code begin}, then {@code row} at each row, then {@code end}. */
interface ResultPrinter {
  void begin(ResultSetMetaData columns) throws SQLException, IOException;

  void row(ResultSet current) throws SQLException, IOException;

  void end() throws IOException;
}
