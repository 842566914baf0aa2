package io.tunnel.sql;

import java.util.List;

/** The DuckDB macros that translated statements call. */
public final class MaxComputeMacros {
  private static final List<String> STATEMENTS =
      List.of(
          // Position 0 gives an empty string, as in the data type editions 1.0 and 2.0; a negative
          // one counts from the end, and one before the start gives an empty string too.
          "CREATE OR REPLACE MACRO mc_substr(s, p) AS"
              + " CASE WHEN s IS NULL OR p IS NULL THEN NULL"
              + " WHEN p = 0 OR p < -length(CAST(s AS VARCHAR)) THEN ''"
              + " ELSE substr(CAST(s AS VARCHAR), p) END,"
              + " (s, p, n) AS"
              + " CASE WHEN s IS NULL OR p IS NULL OR n IS NULL THEN NULL"
              + " WHEN n <= 0 OR p = 0 OR p < -length(CAST(s AS VARCHAR)) THEN ''"
              + " ELSE substr(CAST(s AS VARCHAR), p, n) END",
          "CREATE OR REPLACE MACRO mc_instr(s, t) AS instr(s, t),"
              + " (s, t, p) AS CASE WHEN instr(substr(s, p), t) = 0 THEN 0"
              + " ELSE instr(substr(s, p), t) + p - 1 END",
          "CREATE OR REPLACE MACRO mc_initcap(s) AS array_to_string(list_transform("
              + "string_split(lower(s), ' '),"
              + " lambda w: upper(substr(w, 1, 1)) || substr(w, 2)), ' ')",
          "CREATE OR REPLACE MACRO mc_regexp_extract(s, p, g) AS"
              + " CASE WHEN regexp_matches(s, p) THEN regexp_extract(s, p, g) END",
          "CREATE OR REPLACE MACRO mc_get_json_object(j, p) AS"
              + " CASE WHEN json_valid(j) THEN json_extract_string(j, p) END",
          // A DATE stays a DATE when whole days are added.
          "CREATE OR REPLACE MACRO mc_dateadd(d DATE, i INTERVAL) AS CAST(d + i AS DATE),"
              + " (d VARCHAR, i INTERVAL) AS CAST(CAST(d AS TIMESTAMP) + i AS TIMESTAMP_MS),"
              + " (d TIMESTAMP_MS, i INTERVAL) AS CAST(d + i AS TIMESTAMP_MS),"
              + " (d TIMESTAMP_NS, i INTERVAL) AS CAST(d + i AS TIMESTAMP_MS),"
              + " (d TIMESTAMP, i INTERVAL) AS CAST(d + i AS TIMESTAMP_MS)",
          "CREATE OR REPLACE MACRO mc_datetrunc(d DATE, p VARCHAR) AS CAST(date_trunc(p, d) AS DATE),"
              + " (d VARCHAR, p VARCHAR) AS"
              + " CAST(date_trunc(p, CAST(d AS TIMESTAMP)) AS TIMESTAMP_MS),"
              + " (d TIMESTAMP_MS, p VARCHAR) AS CAST(date_trunc(p, d) AS TIMESTAMP_MS),"
              + " (d TIMESTAMP_NS, p VARCHAR) AS CAST(date_trunc(p, d) AS TIMESTAMP_MS),"
              + " (d TIMESTAMP, p VARCHAR) AS CAST(date_trunc(p, d) AS TIMESTAMP_MS)",
          "CREATE OR REPLACE MACRO mc_binary(s VARCHAR) AS encode(s), (b BLOB) AS b",
          // A fraction is cut off, where DuckDB would round it.
          "CREATE OR REPLACE MACRO mc_integer(x) AS"
              + " CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT')"
              + " THEN CAST(trunc(TRY_CAST(x AS DOUBLE)) AS BIGINT)"
              + " WHEN typeof(x) LIKE 'DECIMAL%' OR typeof(x) IN ('VARCHAR', 'STRING_LITERAL')"
              + " THEN CAST(split_part(CAST(x AS VARCHAR), '.', 1) AS BIGINT)"
              + " ELSE CAST(x AS BIGINT) END");

  private MaxComputeMacros() {}

  /**
   * The statements that create the macros, {@code CREATE OR REPLACE MACRO mc_…}. They have to be
   * run once in every database in which translated statements run.
   */
  public static List<String> statements() {
    return STATEMENTS;
  }
}
