package io.tunnel.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;

/**
 * Functions on dates and times. A DATETIME is a TIMESTAMP_MS, a TIMESTAMP a TIMESTAMP_NS; strings
 * are taken as times where MaxCompute does so.
 */
final class DateFunctions {
  /** The date parts of DATEADD, DATEDIFF, DATEPART and DATETRUNC. */
  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("yyyy", "year"),
          Map.entry("year", "year"),
          Map.entry("q", "quarter"),
          Map.entry("quarter", "quarter"),
          Map.entry("mm", "month"),
          Map.entry("mon", "month"),
          Map.entry("month", "month"),
          Map.entry("week", "week"),
          Map.entry("dd", "day"),
          Map.entry("day", "day"),
          Map.entry("hh", "hour"),
          Map.entry("hour", "hour"),
          Map.entry("mi", "minute"),
          Map.entry("minute", "minute"),
          Map.entry("ss", "second"),
          Map.entry("second", "second"),
          Map.entry("ff3", "millisecond"),
          Map.entry("millisecond", "millisecond"));

  private static final Set<String> DAYS_AND_MORE =
      Set.of("year", "quarter", "month", "week", "day");

  private static final String TIME = "CAST({0} AS TIMESTAMP)";

  private DateFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    for (String part : List.of("year", "quarter", "month", "day", "hour", "minute", "second")) {
      catalog.template(part, 1, "CAST(" + part + "(" + TIME + ") AS INTEGER)");
    }
    catalog.template("dayofmonth", 1, "CAST(day(" + TIME + ") AS INTEGER)");
    catalog.template("dayofyear", 1, "CAST(dayofyear(" + TIME + ") AS INTEGER)");
    catalog.template("dayofweek", 1, "CAST(dayofweek(" + TIME + ") + 1 AS INTEGER)");
    catalog.template("weekday", 1, "(isodow(" + TIME + ") - 1)");
    catalog.template("weekofyear", 1, "CAST(weekofyear(" + TIME + ") AS INTEGER)");
    catalog.template("last_day", 1, "strftime(last_day(" + TIME + "), '%Y-%m-%d')");
    catalog.template("lastday", 1, "CAST(last_day(" + TIME + ") AS TIMESTAMP_MS)");
    catalog.template("getdate", 0, "CAST(current_localtimestamp() AS TIMESTAMP_MS)");
    catalog.template("now", 0, "CAST(current_localtimestamp() AS TIMESTAMP_MS)");
    catalog.template("current_timestamp", 0, "CAST(current_localtimestamp() AS TIMESTAMP_NS)");
    catalog.template("current_date", 0, "CAST(current_localtimestamp() AS DATE)");
    catalog.rewritten("to_date", 1, 2, DateFunctions::toDate);
    catalog.rewritten("isdate", 2, 2, DateFunctions::isDate);
    catalog.rewritten("to_char", 1, 2, DateFunctions::toChar);
    catalog.rewritten("date_format", 2, 2, DateFunctions::dateFormat);
    catalog.rewritten("dateadd", 3, 3, DateFunctions::dateAdd);
    catalog.rewritten("datediff", 2, 3, DateFunctions::dateDiff);
    catalog.rewritten("datepart", 2, 2, DateFunctions::datePart);
    catalog.rewritten("datetrunc", 2, 2, DateFunctions::dateTrunc);
    catalog.template("date_add", 2, "(CAST({0} AS DATE) + CAST({1} AS INTEGER))");
    catalog.template("date_sub", 2, "(CAST({0} AS DATE) - CAST({1} AS INTEGER))");
    catalog.template(
        "add_months", 2, "strftime(" + TIME + " + to_months(CAST({1} AS INTEGER)), '%Y-%m-%d')");
  }

  /** With one argument a DATE, with a format a DATETIME. */
  private static SqlNode toDate(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 1) {
      return DuckDbNodes.cast(arguments.get(0), "DATE");
    }
    String format = TimeFormat.maxCompute(constant(call, arguments.get(1), "format"), call);
    return DuckDbNodes.template(
        "CAST(strptime({0}, {1}) AS TIMESTAMP_MS)",
        StringFunctions.text(arguments.get(0)), DuckDbNodes.string(format));
  }

  private static SqlNode isDate(SqlCall call, List<SqlNode> arguments) {
    String format = TimeFormat.maxCompute(constant(call, arguments.get(1), "format"), call);
    return DuckDbNodes.template(
        "(try_strptime({0}, {1}) IS NOT NULL)",
        StringFunctions.text(arguments.get(0)), DuckDbNodes.string(format));
  }

  private static SqlNode toChar(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 1) {
      return DuckDbNodes.cast(arguments.get(0), "VARCHAR");
    }
    String format = TimeFormat.maxCompute(constant(call, arguments.get(1), "format"), call);
    return formatted(arguments.get(0), format);
  }

  private static SqlNode dateFormat(SqlCall call, List<SqlNode> arguments) {
    return formatted(
        arguments.get(0), TimeFormat.java(constant(call, arguments.get(1), "format"), call));
  }

  private static SqlNode formatted(SqlNode time, String format) {
    return DuckDbNodes.template("strftime(" + TIME + ", {1})", time, DuckDbNodes.string(format));
  }

  private static SqlNode dateAdd(SqlCall call, List<SqlNode> arguments) {
    String part = part(call, arguments.get(2));
    String interval =
        part.equals("quarter")
            ? "to_months(3 * CAST({1} AS INTEGER))"
            : "to_" + part + "s(CAST({1} AS INTEGER))";
    return DuckDbNodes.template(
        DAYS_AND_MORE.contains(part)
            ? "mc_dateadd({0}, " + interval + ")"
            : "CAST(" + TIME + " + " + interval + " AS TIMESTAMP_MS)",
        arguments.get(0),
        arguments.get(1));
  }

  /** DATEDIFF(end, start, part): how often the part changes from start to end. */
  private static SqlNode dateDiff(SqlCall call, List<SqlNode> arguments) {
    String part = arguments.size() == 3 ? part(call, arguments.get(2)) : "day";
    return DuckDbNodes.template(
        "date_diff('" + part + "', CAST({1} AS TIMESTAMP), CAST({0} AS TIMESTAMP))",
        arguments.get(0),
        arguments.get(1));
  }

  private static SqlNode datePart(SqlCall call, List<SqlNode> arguments) {
    return part(part(call, arguments.get(1)), arguments.get(0));
  }

  /** EXTRACT and DATEPART. */
  static SqlNode part(String part, SqlNode time) {
    return DuckDbNodes.template(
        part.equals("millisecond")
            ? "CAST(date_part('millisecond', " + TIME + ") % 1000 AS INTEGER)"
            : "CAST(date_part('" + part + "', " + TIME + ") AS INTEGER)",
        time);
  }

  private static SqlNode dateTrunc(SqlCall call, List<SqlNode> arguments) {
    String part = part(call, arguments.get(1));
    return DuckDbNodes.template(
        DAYS_AND_MORE.contains(part)
            ? "mc_datetrunc({0}, '" + part + "')"
            : "CAST(date_trunc('" + part + "', " + TIME + ") AS TIMESTAMP_MS)",
        arguments.get(0));
  }

  static String part(SqlCall call, SqlNode node) {
    String name = constant(call, node, "date part");
    String part = PARTS.get(name.toLowerCase(Locale.ROOT));
    if (part == null) {
      throw TranslationFailure.unsupported(call, "date part '" + name + "' is not supported");
    }
    return part;
  }

  /** The DuckDB name of a unit in EXTRACT, or null when there is none. */
  static String unit(SqlCall call, String name) {
    String part = PARTS.get(name.toLowerCase(Locale.ROOT));
    if (part == null) {
      throw TranslationFailure.unsupported(call, "EXTRACT of " + name + " is not supported");
    }
    return part;
  }

  private static String constant(SqlCall call, SqlNode node, String what) {
    String value = DuckDbNodes.stringValue(node);
    if (value == null) {
      throw TranslationFailure.unsupported(
          call,
          "function "
              + call.getOperator().getName().toLowerCase(Locale.ROOT)
              + " is supported with a constant "
              + what
              + " only");
    }
    return value;
  }
}
