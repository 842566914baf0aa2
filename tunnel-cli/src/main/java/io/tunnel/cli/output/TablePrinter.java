package io.tunnel.cli.output;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows as a {@link TextTable}: numbers to the right, everything else to the left. */
final class TablePrinter implements ResultPrinter {
  private final Screen screen;
  private final String indent;
  private @Nullable TextTable table;
  private @Nullable String[] cells = new String[0];

  TablePrinter(Screen screen, String indent) {
    this.screen = screen;
    this.indent = indent;
  }

  @Override
  public void begin(ResultSetMetaData columns) throws SQLException {
    List<TextTable.Heading> headings = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      headings.add(
          new TextTable.Heading(columns.getColumnLabel(i), isNumber(columns.getColumnType(i))));
    }
    table = new TextTable(screen, indent, headings);
    cells = new String[headings.size()];
  }

  @Override
  public void row(ResultSet current) throws SQLException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = current.getString(i + 1);
    }
    Objects.requireNonNull(table).row(cells);
  }

  @Override
  public void end() {
    Objects.requireNonNull(table).end();
  }

  private static boolean isNumber(int sqlType) {
    return switch (sqlType) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.DECIMAL,
          Types.NUMERIC ->
          true;
      default -> false;
    };
  }
}
