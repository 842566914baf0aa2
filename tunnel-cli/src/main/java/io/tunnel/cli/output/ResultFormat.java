package io.tunnel.cli.output;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How rows are printed. */
public enum ResultFormat {
  /** Aligned columns for a person; NULL is shown. */
  TABLE {
    @Override
    ResultPrinter printer(Screen screen, String indent) {
      return new TablePrinter(screen, indent);
    }
  },
  /** RFC 4180 with a heading; NULL is an empty field, an empty text is {@code ""}. */
  CSV {
    @Override
    ResultPrinter printer(Screen screen, String indent) {
      return new CsvPrinter(screen.out());
    }
  },
  /** One array of objects, one object to a line. */
  JSON {
    @Override
    ResultPrinter printer(Screen screen, String indent) {
      return new JsonPrinter(screen.out());
    }
  };

  /**
   * Prints all rows that are left, in bounded memory.
   *
   * @return the number of rows
   */
  public long print(ResultSet rows, Screen screen) throws SQLException, IOException {
    return print(rows, screen, "");
  }

  /**
   * The same with this text before each line of a table; CSV and JSON are for programs and never
   * indented.
   */
  public long print(ResultSet rows, Screen screen, String indent) throws SQLException, IOException {
    ResultPrinter printer = printer(screen, indent);
    printer.begin(rows.getMetaData());
    long count = 0;
    while (rows.next()) {
      printer.row(rows);
      count++;
    }
    printer.end();
    screen.out().flush();
    return count;
  }

  abstract ResultPrinter printer(Screen screen, String indent);
}
