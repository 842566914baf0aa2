package io.tunnel.sql;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
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
          Map.entry("isoweek", "week"),
          Map.entry("week(monday)", "week"),
          Map.entry("dd", "day"),
          Map.entry("day", "day"),
          Map.entry("hh", "hour"),
          Map.entry("hour", "hour"),
          Map.entry("mi", "minute"),
          Map.entry("minute", "minute"),
          Map.entry("ss", "second"),
          Map.entry("second", "second"),
          Map.entry("ff3", "millisecond"),
          Map.entry("millisecond", "millisecond"),
          Map.entry("ff6", "microsecond"),
          Map.entry("microsecond", "microsecond"));

  private static final Set<String> DAYS_AND_MORE =
      Set.of("year", "quarter", "month", "week", "day");

  private static final List<String> WEEKDAYS = List.of("mo", "tu", "we", "th", "fr", "sa", "su");

  private static final String TIME = "mc_time({0})";

  private DateFunctions() {}

  static void addTo(FunctionCatalog catalog) {
    for (String part : List.of("year", "quarter", "month", "day", "hour", "minute", "second")) {
      catalog.template(part, 1, "CAST(" + part + "(" + TIME + ") AS INTEGER)");
    }
    catalog.template("dayofmonth", 1, "CAST(day(" + TIME + ") AS INTEGER)");
    catalog.template("dayofyear", 1, "CAST(dayofyear(" + TIME + ") AS INTEGER)");
    catalog.template("dayofweek", 1, "CAST(dayofweek(" + TIME + ") + 1 AS INTEGER)");
    catalog.template("weekday", 1, "(isodow(" + TIME + ") - 1)");
    catalog.template("weekofyear", 1, "weekofyear(" + TIME + ")");
    catalog.template("last_day", 1, "strftime(last_day(" + TIME + "), '%Y-%m-%d')");
    catalog.template("lastday", 1, "CAST(last_day(" + TIME + ") AS TIMESTAMP_MS)");
    catalog.template("to_millis", 1, "epoch_ms(" + TIME + ")");
    catalog.template("months_between", 2, "mc_months_between(mc_time({0}), mc_time({1}))");
    catalog.rewritten("next_day", 2, 2, DateFunctions::nextDay);
    addNow(catalog);
    addZones(catalog);
    catalog.rewritten("to_date", 1, 2, DateFunctions::toDate);
    catalog.rewritten("isdate", 2, 2, DateFunctions::isDate);
    catalog.rewritten("to_char", 1, 2, DateFunctions::toChar);
    catalog.rewritten("date_format", 2, 2, DateFunctions::dateFormat);
    catalog.rewritten("dateadd", 3, 3, DateFunctions::dateAdd);
    catalog.rewritten("datediff", 2, 3, DateFunctions::dateDiff);
    catalog.rewritten("datepart", 2, 2, DateFunctions::datePart);
    catalog.rewritten("datetrunc", 2, 2, DateFunctions::dateTrunc);
    catalog.template("date_add", 2, "CAST(" + TIME + " + to_days(CAST({1} AS INTEGER)) AS DATE)");
    catalog.template("date_sub", 2, "CAST(" + TIME + " - to_days(CAST({1} AS INTEGER)) AS DATE)");
    catalog.template(
        "add_months", 2, "strftime(" + TIME + " + to_months(CAST({1} AS INTEGER)), '%Y-%m-%d')");
  }

  /** The time of the statement, as the clock on the wall of its zone shows it. */
  private static void addNow(FunctionCatalog catalog) {
    for (String name : List.of("getdate", "now")) {
      catalog.situated(name, 0, 0, (call, arguments, where) -> wallClock(where, "TIMESTAMP_MS"));
    }
    catalog.situated(
        "current_timestamp", 0, 0, (call, arguments, where) -> wallClock(where, "TIMESTAMP_NS"));
    catalog.situated("current_date", 0, 0, (call, arguments, where) -> wallClock(where, "DATE"));
    catalog.situated(
        "current_timezone", 0, 0, (call, arguments, where) -> DuckDbNodes.string(zone(where)));
  }

  private static SqlNode wallClock(SqlEnvironment where, String type) {
    LocalDateTime time = LocalDateTime.ofInstant(where.now(), where.zone());
    String text =
        switch (type) {
          case "DATE" -> time.toLocalDate().toString();
          case "TIMESTAMP_MS" -> time.withNano(time.getNano() / 1_000_000 * 1_000_000).toString();
          default -> time.toString();
        };
    return DuckDbNodes.cast(DuckDbNodes.string(text), type);
  }

  private static String zone(SqlEnvironment where) {
    return where.zone().equals(ZoneOffset.UTC) ? "UTC" : where.zone().getId();
  }

  private static void addZones(FunctionCatalog catalog) {
    catalog.template(
        "from_utc_timestamp",
        2,
        "CAST(timezone({1}, timezone('UTC', mc_instant({0}))) AS TIMESTAMP_NS)");
    catalog.template(
        "to_utc_timestamp",
        2,
        "CAST(timezone('UTC', timezone({1}, mc_instant({0}))) AS TIMESTAMP_NS)");
    catalog.situated("from_unixtime", 1, 2, DateFunctions::fromUnixTime);
    catalog.situated("unix_timestamp", 0, 2, DateFunctions::unixTimestamp);
  }

  private static SqlNode fromUnixTime(SqlCall call, List<SqlNode> arguments, SqlEnvironment where) {
    SqlNode utc =
        DuckDbNodes.template("make_timestamp(CAST({0} AS BIGINT) * 1000000)", arguments.get(0));
    SqlNode time = isUtc(where) ? utc : moved(utc, "UTC", zone(where));
    return arguments.size() == 1
        ? DuckDbNodes.cast(time, "TIMESTAMP_MS")
        : formatted(time, TimeFormat.java(constant(call, arguments.get(1), "format"), call));
  }

  private static SqlNode unixTimestamp(
      SqlCall call, List<SqlNode> arguments, SqlEnvironment where) {
    if (arguments.isEmpty()) {
      return DuckDbNodes.cast(
          DuckDbNodes.raw(Long.toString(where.now().getEpochSecond())), "BIGINT");
    }
    SqlNode time =
        arguments.size() == 1
            ? DuckDbNodes.template(TIME, arguments.get(0))
            : DuckDbNodes.template(
                "strptime({0}, {1})",
                StringFunctions.text(arguments.get(0)),
                DuckDbNodes.string(
                    TimeFormat.java(constant(call, arguments.get(1), "format"), call)));
    return DuckDbNodes.template(
        "CAST(floor(epoch({0})) AS BIGINT)", isUtc(where) ? time : moved(time, zone(where), "UTC"));
  }

  private static boolean isUtc(SqlEnvironment where) {
    return zone(where).equals("UTC");
  }

  private static SqlNode moved(SqlNode time, String from, String to) {
    return DuckDbNodes.template("timezone('" + to + "', timezone('" + from + "', {0}))", time);
  }

  /** With one argument a DATE, with a format a DATETIME. */
  private static SqlNode toDate(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 1) {
      return DuckDbNodes.template("CAST(" + TIME + " AS DATE)", arguments.get(0));
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
      return StringFunctions.text(arguments.get(0));
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
            : "to_" + part + "s(CAST({1} AS " + (isFine(part) ? "BIGINT" : "INTEGER") + "))";
    return DuckDbNodes.template(
        DAYS_AND_MORE.contains(part)
            ? "mc_dateadd({0}, " + interval + ")"
            : "mc_dateadd(mc_clock({0}), " + interval + ")",
        arguments.get(0),
        arguments.get(1));
  }

  private static boolean isFine(String part) {
    return !DAYS_AND_MORE.contains(part);
  }

  /** DATEDIFF(end, start, part): how often the part changes from start to end. */
  private static SqlNode dateDiff(SqlCall call, List<SqlNode> arguments) {
    if (arguments.size() == 2) {
      return DuckDbNodes.template(
          "CAST(date_diff('day', mc_time({1}), mc_time({0})) AS INTEGER)",
          arguments.get(0), arguments.get(1));
    }
    String part = part(call, arguments.get(2));
    return DuckDbNodes.template(
        part.equals("week")
            ? "mc_weeks_between(mc_time({1}), mc_time({0}))"
            : "date_diff('" + part + "', mc_time({1}), mc_time({0}))",
        arguments.get(0),
        arguments.get(1));
  }

  private static SqlNode datePart(SqlCall call, List<SqlNode> arguments) {
    return part(part(call, arguments.get(1)), arguments.get(0), "BIGINT");
  }

  /** EXTRACT and DATEPART. */
  static SqlNode part(String part, SqlNode time, String type) {
    String value = "date_part('" + part + "', " + TIME + ")";
    return DuckDbNodes.template(
        switch (part) {
          case "millisecond" -> "CAST(" + value + " % 1000 AS " + type + ")";
          case "microsecond" -> "CAST(" + value + " % 1000000 AS " + type + ")";
          default -> "CAST(" + value + " AS " + type + ")";
        },
        time);
  }

  private static SqlNode dateTrunc(SqlCall call, List<SqlNode> arguments) {
    String part = part(call, arguments.get(1));
    return DuckDbNodes.template(
        DAYS_AND_MORE.contains(part)
            ? "mc_datetrunc({0}, '" + part + "')"
            : "mc_datetrunc(mc_clock({0}), '" + part + "')",
        arguments.get(0));
  }

  /** NEXT_DAY(date, 'TU'): two letters of the day's English name are enough. */
  private static SqlNode nextDay(SqlCall call, List<SqlNode> arguments) {
    String name = constant(call, arguments.get(1), "day of the week");
    int weekday =
        name.length() < 2 ? -1 : WEEKDAYS.indexOf(name.substring(0, 2).toLowerCase(Locale.ROOT));
    if (weekday < 0) {
      throw TranslationFailure.unsupported(call, "'" + name + "' is no day of the week");
    }
    return DuckDbNodes.template(
        "mc_next_day(mc_time({0}), " + (weekday + 1) + ")", arguments.get(0));
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

  static String constant(SqlCall call, SqlNode node, String what) {
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
