-- The macros that translated statements call, one CREATE each. A macro with several forms takes the
-- one whose parameter types are nearest to the arguments; a parameter without a type takes anything
-- and keeps its type. DATETIME is TIMESTAMP_MS, TIMESTAMP and TIMESTAMP_NTZ are TIMESTAMP_NS; a plain
-- TIMESTAMP is what DuckDB makes of a time plus an interval.

-- Implicit conversions ---------------------------------------------------------------------------

-- A string in arithmetic is a DOUBLE; everything else stays what it is.
CREATE OR REPLACE MACRO mc_number(x VARCHAR) AS CAST(x AS DOUBLE), (x) AS x;

-- A value as text. A DATETIME has no fraction; bytes are UTF-8.
CREATE OR REPLACE MACRO mc_string(x VARCHAR) AS x,
  (x DATE) AS CAST(x AS VARCHAR),
  (x TIMESTAMP_MS) AS strftime(x, '%Y-%m-%d %H:%M:%S'),
  (x TIMESTAMP) AS strftime(x, '%Y-%m-%d %H:%M:%S'),
  (x TIMESTAMP_NS) AS CAST(x AS VARCHAR),
  (x) AS CASE WHEN typeof(x) = 'BLOB' THEN decode(CAST(CAST(x AS VARCHAR) AS BLOB))
    ELSE CAST(x AS VARCHAR) END;

CREATE OR REPLACE MACRO mc_binary(x VARCHAR) AS encode(x), (x BLOB) AS x;

-- A fraction is cut off, where DuckDB would round it.
CREATE OR REPLACE MACRO mc_integer(x BIGINT) AS x,
  (x BOOLEAN) AS CAST(x AS BIGINT),
  (x HUGEINT) AS CAST(x AS BIGINT),
  (x DOUBLE) AS CAST(trunc(x) AS BIGINT),
  (x VARCHAR) AS CASE WHEN regexp_full_match(trim(x), '[+-]?[0-9]+') THEN CAST(trim(x) AS BIGINT)
    ELSE CAST(trunc(CAST(x AS DOUBLE)) AS BIGINT) END,
  (x DECIMAL(38,18)) AS CAST(trunc(x) AS BIGINT),
  (x) AS CAST(x AS BIGINT);

-- The remainder that is never negative for a positive divisor.
CREATE OR REPLACE MACRO mc_mod(x, n) AS ((x % n) + n) % n;

-- Any time as microseconds; what is finer is cut off, where DuckDB would round it, perhaps into the
-- next day.
CREATE OR REPLACE MACRO mc_time(x VARCHAR) AS CAST(x AS TIMESTAMP),
  (x DATE) AS CAST(x AS TIMESTAMP),
  (x TIMESTAMP_MS) AS CAST(x AS TIMESTAMP),
  (x TIMESTAMP) AS x,
  (x TIMESTAMP_NS) AS make_timestamp((epoch_ns(x) - mc_mod(epoch_ns(x), 1000)) // 1000);

CREATE OR REPLACE MACRO mc_datetime(x VARCHAR) AS CAST(x AS TIMESTAMP_MS),
  (x DATE) AS CAST(x AS TIMESTAMP_MS),
  (x TIMESTAMP_MS) AS x,
  (x TIMESTAMP) AS
    CAST(make_timestamp(epoch_us(x) - mc_mod(epoch_us(x), 1000)) AS TIMESTAMP_MS),
  (x TIMESTAMP_NS) AS CAST(make_timestamp((epoch_ns(x) - mc_mod(epoch_ns(x), 1000000)) // 1000)
    AS TIMESTAMP_MS);

-- A time that has a clock, in its own type.
CREATE OR REPLACE MACRO mc_clock(x VARCHAR) AS CAST(x AS TIMESTAMP_MS),
  (x DATE) AS CAST(x AS TIMESTAMP_MS),
  (x TIMESTAMP_MS) AS x, (x TIMESTAMP) AS x, (x TIMESTAMP_NS) AS x;

-- What is cast to a DATE.
CREATE OR REPLACE MACRO mc_day(x VARCHAR) AS CAST(x AS TIMESTAMP), (x TIMESTAMP_NS) AS mc_time(x),
  (x DATE) AS x, (x TIMESTAMP_MS) AS x, (x TIMESTAMP) AS x;

-- Comparisons of values of different kinds: a string is compared as a number or as a time. A string
-- that is none gives NULL.
CREATE OR REPLACE MACRO mc_eq(a VARCHAR, b VARCHAR) AS a = b,
  (a VARCHAR, b DOUBLE) AS TRY_CAST(a AS DOUBLE) = b, (a DOUBLE, b VARCHAR) AS a = TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b BIGINT) AS TRY_CAST(a AS DOUBLE) = b, (a BIGINT, b VARCHAR) AS a = TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b DATE) AS TRY_CAST(a AS DATE) = b, (a DATE, b VARCHAR) AS a = TRY_CAST(b AS DATE),
  (a VARCHAR, b TIMESTAMP_MS) AS TRY_CAST(a AS TIMESTAMP_MS) = b,
  (a TIMESTAMP_MS, b VARCHAR) AS a = TRY_CAST(b AS TIMESTAMP_MS),
  (a VARCHAR, b TIMESTAMP_NS) AS TRY_CAST(a AS TIMESTAMP_NS) = b,
  (a TIMESTAMP_NS, b VARCHAR) AS a = TRY_CAST(b AS TIMESTAMP_NS),
  (a, b) AS a = b;

CREATE OR REPLACE MACRO mc_lt(a VARCHAR, b VARCHAR) AS a < b,
  (a VARCHAR, b DOUBLE) AS TRY_CAST(a AS DOUBLE) < b, (a DOUBLE, b VARCHAR) AS a < TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b BIGINT) AS TRY_CAST(a AS DOUBLE) < b, (a BIGINT, b VARCHAR) AS a < TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b DATE) AS TRY_CAST(a AS DATE) < b, (a DATE, b VARCHAR) AS a < TRY_CAST(b AS DATE),
  (a VARCHAR, b TIMESTAMP_MS) AS TRY_CAST(a AS TIMESTAMP_MS) < b,
  (a TIMESTAMP_MS, b VARCHAR) AS a < TRY_CAST(b AS TIMESTAMP_MS),
  (a VARCHAR, b TIMESTAMP_NS) AS TRY_CAST(a AS TIMESTAMP_NS) < b,
  (a TIMESTAMP_NS, b VARCHAR) AS a < TRY_CAST(b AS TIMESTAMP_NS),
  (a, b) AS a < b;

CREATE OR REPLACE MACRO mc_le(a VARCHAR, b VARCHAR) AS a <= b,
  (a VARCHAR, b DOUBLE) AS TRY_CAST(a AS DOUBLE) <= b, (a DOUBLE, b VARCHAR) AS a <= TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b BIGINT) AS TRY_CAST(a AS DOUBLE) <= b, (a BIGINT, b VARCHAR) AS a <= TRY_CAST(b AS DOUBLE),
  (a VARCHAR, b DATE) AS TRY_CAST(a AS DATE) <= b, (a DATE, b VARCHAR) AS a <= TRY_CAST(b AS DATE),
  (a VARCHAR, b TIMESTAMP_MS) AS TRY_CAST(a AS TIMESTAMP_MS) <= b,
  (a TIMESTAMP_MS, b VARCHAR) AS a <= TRY_CAST(b AS TIMESTAMP_MS),
  (a VARCHAR, b TIMESTAMP_NS) AS TRY_CAST(a AS TIMESTAMP_NS) <= b,
  (a TIMESTAMP_NS, b VARCHAR) AS a <= TRY_CAST(b AS TIMESTAMP_NS),
  (a, b) AS a <= b;

-- Arithmetic -------------------------------------------------------------------------------------

-- Integers divide into a DOUBLE, decimals into a DECIMAL(38,18); a division by zero is NULL.
CREATE OR REPLACE MACRO mc_divide(a BIGINT, b BIGINT) AS a / nullif(b, 0),
  (a HUGEINT, b HUGEINT) AS a / nullif(b, 0),
  (a DOUBLE, b DOUBLE) AS a / nullif(b, 0),
  (a DECIMAL(38,18), b DECIMAL(38,18)) AS tunnel_divide(a, nullif(b, 0));

-- A product of decimals that is exact to 18 places where DuckDB's would need more than 38 digits, of
-- which more than 18 are places. A product of small decimals may have more than the 18 digits that
-- DuckDB gives it. Every other product is DuckDB's own.
CREATE OR REPLACE MACRO mc_digits(type) AS CASE
    WHEN type LIKE 'DECIMAL%' THEN CAST(regexp_extract(type, '([0-9]+),([0-9]+)', 1) AS INTEGER)
    WHEN type IN ('TINYINT', 'SMALLINT', 'INTEGER') THEN 10
    WHEN type = 'BIGINT' THEN 19 WHEN type = 'HUGEINT' THEN 38 END;
CREATE OR REPLACE MACRO mc_places(type) AS CASE
    WHEN type LIKE 'DECIMAL%' THEN CAST(regexp_extract(type, '([0-9]+),([0-9]+)', 2) AS INTEGER)
    ELSE 0 END;
CREATE OR REPLACE MACRO mc_is_long_product(s, t) AS
  coalesce(mc_digits(s) + mc_digits(t) > 38 AND mc_places(s) + mc_places(t) > 18, FALSE);
CREATE OR REPLACE MACRO mc_is_cut_product(s, t) AS coalesce(
  (s LIKE 'DECIMAL%' OR t LIKE 'DECIMAL%') AND mc_digits(s) <= 18 AND mc_digits(t) <= 18
    AND mc_digits(s) + mc_digits(t) > 18, FALSE);
CREATE OR REPLACE MACRO mc_multiply(a, b) AS
  list_transform([a], lambda l: list_transform([b], lambda r: struct_extract_at(row(
      CASE WHEN FALSE THEN l = l AND r = r END,
      CASE WHEN NOT mc_is_long_product(typeof(l), typeof(r)) THEN
        cast_to_type(l, struct_extract_at(
          row(l, CAST(0 AS DECIMAL(38,0)), l + CAST(0 AS DECIMAL(19,0))),
          CASE WHEN mc_is_long_product(typeof(l), typeof(r)) THEN 2
            WHEN mc_is_cut_product(typeof(l), typeof(r)) THEN 3 ELSE 1 END))
        * cast_to_type(r, struct_extract_at(
          row(r, CAST(0 AS DECIMAL(38,0)), r + CAST(0 AS DECIMAL(19,0))),
          CASE WHEN mc_is_long_product(typeof(l), typeof(r)) THEN 2
            WHEN mc_is_cut_product(typeof(l), typeof(r)) THEN 3 ELSE 1 END)) END,
      CASE WHEN mc_is_long_product(typeof(l), typeof(r))
        THEN tunnel_multiply(TRY_CAST(CAST(l AS VARCHAR) AS DECIMAL(38,18)),
          TRY_CAST(CAST(r AS VARCHAR) AS DECIMAL(38,18))) END),
    CASE WHEN mc_is_long_product(typeof(l), typeof(r)) THEN 3 ELSE 2 END))[1])[1];

CREATE OR REPLACE MACRO mc_positive(x) AS CASE WHEN CAST(x AS DOUBLE) > 0 THEN CAST(x AS DOUBLE) END;
CREATE OR REPLACE MACRO mc_log(x) AS ln(mc_positive(x));

-- Exact for the cubes of integers.
CREATE OR REPLACE MACRO mc_cbrt(x) AS CASE WHEN round(cbrt(x)) * round(cbrt(x)) * round(cbrt(x)) = x
  THEN round(cbrt(x)) ELSE cbrt(x) END;

-- Integers and strings round into a DOUBLE, decimals into a DECIMAL.
CREATE OR REPLACE MACRO mc_round(x DOUBLE, n) AS round(x, n),
  (x BIGINT, n) AS round(CAST(x AS DOUBLE), n),
  (x DECIMAL(38,18), n) AS round(x, n);
CREATE OR REPLACE MACRO mc_trunc(x DOUBLE, n) AS trunc(x, n),
  (x BIGINT, n) AS trunc(CAST(x AS DOUBLE), n),
  (x DECIMAL(38,18), n) AS trunc(x, n);

CREATE OR REPLACE MACRO mc_factorial(n) AS
  CASE WHEN n BETWEEN 0 AND 20 THEN CAST(factorial(CAST(n AS INTEGER)) AS BIGINT) END;

CREATE OR REPLACE MACRO mc_width_bucket(x, low, high, n) AS CASE
    WHEN x < low THEN 0 WHEN x >= high THEN n + 1
    ELSE CAST(floor((x - low) / (high - low) * n) AS BIGINT) + 1 END;

-- Strings ----------------------------------------------------------------------------------------

-- Position 0 gives an empty string, as in the data type editions 1.0 and 2.0; a negative one counts
-- from the end, and one before the start gives an empty string too.
CREATE OR REPLACE MACRO mc_substr(s, p) AS CASE WHEN s IS NULL OR p IS NULL THEN NULL
    WHEN p = 0 OR p < -length(s) THEN '' ELSE substr(s, p) END,
  (s, p, n) AS CASE WHEN s IS NULL OR p IS NULL OR n IS NULL THEN NULL
    WHEN n <= 0 OR p = 0 OR p < -length(s) THEN '' ELSE substr(s, p, n) END;

CREATE OR REPLACE MACRO mc_initcap(s) AS array_to_string(list_transform(
  string_split(lower(s), ' '), lambda w: upper(substr(w, 1, 1)) || substr(w, 2)), ' ');

CREATE OR REPLACE MACRO mc_concat_ws(s, a VARCHAR) AS CASE WHEN s IS NULL THEN NULL ELSE a END,
  (s, a VARCHAR[]) AS array_to_string(a, s),
  (s, a) AS CASE WHEN s IS NULL THEN NULL ELSE CAST(a AS VARCHAR) END;

-- A part of CONCAT, which joins arrays as well.
CREATE OR REPLACE MACRO mc_part(x VARCHAR[]) AS x, (x BIGINT[]) AS x, (x DOUBLE[]) AS x,
  (x VARCHAR) AS x,
  (x TIMESTAMP_MS) AS mc_string(x), (x TIMESTAMP) AS mc_string(x), (x TIMESTAMP_NS) AS mc_string(x),
  (x DATE) AS mc_string(x),
  (x) AS CASE WHEN typeof(x) LIKE '%[]' THEN error('concat does not take ' || typeof(x))
    WHEN typeof(x) = 'BLOB' THEN decode(CAST(CAST(x AS VARCHAR) AS BLOB))
    ELSE CAST(x AS VARCHAR) END;

-- Too long a text is cut; what cannot be filled stays.
CREATE OR REPLACE MACRO mc_lpad(s, n, p) AS CASE WHEN n < 0 THEN NULL
    WHEN p = '' OR length(s) >= n THEN left(s, n) ELSE lpad(s, CAST(n AS INTEGER), p) END;
CREATE OR REPLACE MACRO mc_rpad(s, n, p) AS CASE WHEN n < 0 THEN NULL
    WHEN p = '' OR length(s) >= n THEN left(s, n) ELSE rpad(s, CAST(n AS INTEGER), p) END;

-- Parts that are empty at the end are left out, unless the caller wants them.
CREATE OR REPLACE MACRO mc_split(s, p, trims) AS CASE WHEN NOT trims THEN string_split_regex(s, p)
  ELSE string_split_regex(s, p)[1:coalesce(list_max(list_transform(string_split_regex(s, p),
    lambda x, i: CASE WHEN x <> '' THEN i ELSE 0 END)), 0)] END;

CREATE OR REPLACE MACRO mc_split_part(s, d, a) AS CASE WHEN d = '' THEN s
    WHEN a <= 0 THEN error('split_part counts from 1') ELSE split_part(s, d, a) END,
  (s, d, a, b) AS CASE WHEN d = '' THEN s
    WHEN a <= 0 OR b < a THEN error('split_part counts from 1 and up')
    ELSE coalesce(array_to_string(string_split(s, d)[a:b], d), '') END;

CREATE OR REPLACE MACRO mc_substring_index(s, d, n) AS CASE WHEN n IS NULL THEN NULL
    WHEN n = 0 OR d = '' THEN ''
    WHEN n > 0 THEN array_to_string(string_split(s, d)[1:n], d)
    ELSE array_to_string(list_reverse(list_reverse(string_split(s, d))[1:-n]), d) END;

CREATE OR REPLACE MACRO mc_instr_start(p) AS CASE WHEN p = 0 THEN error('instr counts from 1')
  ELSE p END;
CREATE OR REPLACE MACRO mc_instr_count(n) AS CASE WHEN n <= 0 THEN error('instr counts from 1')
  ELSE n END;

CREATE OR REPLACE MACRO mc_regexp_extract(s, p, g) AS
  CASE WHEN g IS NOT NULL AND regexp_matches(s, p) THEN regexp_extract(s, p, g) END;

-- All matches from a position on.
CREATE OR REPLACE MACRO mc_regexp_matches(s, p, start) AS
  regexp_extract_all(substr(s, CAST(start AS BIGINT)), p);

-- Where the nth match from a position on starts, or the place behind it.
CREATE OR REPLACE MACRO mc_lengths(a) AS coalesce(list_sum(list_transform(a, lambda x: length(x))), 0);
CREATE OR REPLACE MACRO mc_regexp_instr(s, p, start, n, behind) AS CASE
    WHEN s IS NULL OR p IS NULL OR start IS NULL OR n IS NULL THEN NULL
    WHEN n = 1 THEN CASE WHEN regexp_matches(substr(s, start), p) THEN CAST(start + length(
      regexp_extract(substr(s, start), CASE WHEN behind = 0 THEN '^((?s:.*?))(?:' || p || ')'
        ELSE '^((?s:.*?)(?:' || p || '))' END, 1)) AS BIGINT) ELSE 0 END
    WHEN len(mc_regexp_matches(s, p, start)) < n THEN 0
    ELSE CAST(start + mc_lengths(string_split_regex(substr(s, start), p)[1:n])
      + mc_lengths(mc_regexp_matches(s, p, start)[1:n - 1 + behind]) AS BIGINT) END;

CREATE OR REPLACE MACRO mc_str_to_map(s, d, k) AS map_from_entries(list_transform(
  string_split(s, d), lambda e: struct_pack(k := string_split(e, k)[1], v := CASE
    WHEN contains(e, k) THEN array_to_string(string_split(e, k)[2:], k) END)));

CREATE OR REPLACE MACRO mc_keyvalue(s, d, k, name) AS list_transform(list_filter(
  string_split(s, d), lambda e: contains(e, k) AND string_split(e, k)[1] = name),
  lambda e: array_to_string(string_split(e, k)[2:], k))[1];

-- Times ------------------------------------------------------------------------------------------

-- The result has the type of the time.
CREATE OR REPLACE MACRO mc_dateadd(t DATE, i INTERVAL) AS CAST(t + i AS DATE),
  (t VARCHAR, i INTERVAL) AS CAST(CAST(t AS TIMESTAMP) + i AS TIMESTAMP_MS),
  (t TIMESTAMP_MS, i INTERVAL) AS CAST(t + i AS TIMESTAMP_MS),
  (t TIMESTAMP, i INTERVAL) AS CAST(t + i AS TIMESTAMP_MS),
  (t TIMESTAMP_NS, i INTERVAL) AS
    make_timestamp_ns(epoch_ns(mc_time(t) + i) + mc_mod(epoch_ns(t), 1000));

CREATE OR REPLACE MACRO mc_datetrunc(t DATE, p) AS CAST(date_trunc(p, t) AS DATE),
  (t VARCHAR, p) AS CAST(date_trunc(p, CAST(t AS TIMESTAMP)) AS TIMESTAMP_MS),
  (t TIMESTAMP_MS, p) AS CAST(date_trunc(p, t) AS TIMESTAMP_MS),
  (t TIMESTAMP, p) AS CAST(date_trunc(p, t) AS TIMESTAMP_MS),
  (t TIMESTAMP_NS, p) AS CAST(date_trunc(p, mc_time(t)) AS TIMESTAMP_NS);

-- How often the week changes, each beginning on Monday.
CREATE OR REPLACE MACRO mc_weeks_between(a, b) AS
  date_diff('day', date_trunc('week', a), date_trunc('week', b)) // 7;

-- Whole months between equal days and between last days, otherwise a rest in months of 31 days.
CREATE OR REPLACE MACRO mc_months_between(a, b) AS
  CAST(12 * (year(a) - year(b)) + month(a) - month(b) AS DOUBLE)
  + CASE WHEN day(a) = day(b)
      OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b)) THEN 0
    ELSE (day(a) - day(b) + (epoch_us(a) - epoch_us(date_trunc('day', a))
      - epoch_us(b) + epoch_us(date_trunc('day', b))) / 86400000000) / 31 END;

CREATE OR REPLACE MACRO mc_next_day(t, weekday) AS
  CAST(CAST(t AS DATE) + CAST((weekday - isodow(t) + 6) % 7 + 1 AS INTEGER) AS VARCHAR);

-- A time for the conversions from and to UTC; a number is milliseconds.
CREATE OR REPLACE MACRO mc_instant(x BIGINT) AS make_timestamp(x * 1000),
  (x VARCHAR) AS mc_time(x), (x DATE) AS mc_time(x), (x TIMESTAMP_MS) AS mc_time(x),
  (x TIMESTAMP) AS x, (x TIMESTAMP_NS) AS mc_time(x);

-- Arrays, maps, other ----------------------------------------------------------------------------

CREATE OR REPLACE MACRO mc_slice(a, start, n) AS CASE
    WHEN start = 0 THEN error('slice counts from 1')
    WHEN start > 0 THEN a[start:start + n - 1]
    ELSE a[len(a) + start + 1:len(a) + start + n] END;

CREATE OR REPLACE MACRO mc_ordinal(n, a) AS CASE WHEN len(a) > len(list_filter(a, lambda x: x IS NOT NULL))
  THEN NULL ELSE list_sort(a)[n] END;

-- A position in an array counts from 0 in brackets and from 1 in ELEMENT_AT; a key of a map is what
-- it is. A position before the first gives NULL, where DuckDB would count from the end.
CREATE OR REPLACE MACRO mc_index(k VARCHAR, is_map) AS k,
  (k BIGINT, is_map) AS CASE WHEN is_map THEN k WHEN k < 0 THEN NULL ELSE k + 1 END,
  (k, is_map) AS k;
CREATE OR REPLACE MACRO mc_position(k VARCHAR, is_map) AS k,
  (k BIGINT, is_map) AS CASE WHEN NOT is_map AND k = 0 THEN NULL ELSE k END,
  (k, is_map) AS k;

-- Without repeated elements, each at its first place.
CREATE OR REPLACE MACRO mc_distinct(a) AS list_filter(a, lambda x, i:
  NOT list_contains(list_transform(a[1:i - 1], lambda y: y IS NOT DISTINCT FROM x), TRUE));

-- The forms for arguments whose types are not known, see DuckDbNodes ---------------------------------
--
-- In the body of a lambda DuckDB does know the type, so each value goes through one. There
-- struct_extract_at chooses by typeof between forms of different types, before anything runs, and
-- cast_to_type gives a form that is not the chosen one a type that does no harm. The comparisons of v
-- with itself are never done: they let DuckDB put off its checks until a macro has arguments.

CREATE OR REPLACE MACRO mc_is_whole(type) AS
  type IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT');
CREATE OR REPLACE MACRO mc_is_approximate(type) AS type IN ('DOUBLE', 'FLOAT', 'VARCHAR');

CREATE OR REPLACE MACRO mc_number_any(x) AS list_transform([x], lambda v: struct_extract_at(
  row(CASE WHEN typeof(v) = 'VARCHAR' THEN CAST(CAST(v AS VARCHAR) AS DOUBLE) END, v, CASE WHEN FALSE THEN v = v END),
  CASE WHEN typeof(v) = 'VARCHAR' THEN 1 ELSE 2 END))[1];
CREATE OR REPLACE MACRO mc_string_any(x) AS CASE
    WHEN typeof(x) IN ('TIMESTAMP_MS', 'TIMESTAMP') THEN left(CAST(x AS VARCHAR), 19)
    WHEN typeof(x) = 'BLOB' THEN decode(CAST(CAST(x AS VARCHAR) AS BLOB))
    ELSE CAST(x AS VARCHAR) END;
CREATE OR REPLACE MACRO mc_part_any(x) AS mc_string_any(x);
CREATE OR REPLACE MACRO mc_concat_ws_any(s, a) AS list_transform([a], lambda v: CASE
    WHEN typeof(v) LIKE '%[]' THEN array_to_string(struct_extract_at(
      row(v, CAST([] AS VARCHAR[]), CASE WHEN FALSE THEN v = v END), CASE WHEN typeof(v) LIKE '%[]' THEN 1 ELSE 2 END), s)
    WHEN s IS NULL THEN NULL ELSE mc_string_any(v) END)[1];
CREATE OR REPLACE MACRO mc_binary_any(x) AS CASE
    WHEN typeof(x) = 'BLOB' THEN CAST(CAST(x AS VARCHAR) AS BLOB)
    ELSE encode(CAST(x AS VARCHAR)) END;
CREATE OR REPLACE MACRO mc_integer_any(x) AS CASE
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN CAST(trunc(TRY_CAST(x AS DOUBLE)) AS BIGINT)
    WHEN typeof(x) LIKE 'DECIMAL%' OR typeof(x) = 'VARCHAR'
      THEN CAST(split_part(CAST(x AS VARCHAR), '.', 1) AS BIGINT)
    ELSE CAST(x AS BIGINT) END;

CREATE OR REPLACE MACRO mc_time_any(x) AS CASE
    WHEN typeof(x) = 'TIMESTAMP_NS' THEN CAST(left(CAST(x AS VARCHAR), 26) AS TIMESTAMP)
    ELSE CAST(x AS TIMESTAMP) END;
CREATE OR REPLACE MACRO mc_datetime_any(x) AS
  CAST(date_trunc('millisecond', mc_time_any(x)) AS TIMESTAMP_MS);
CREATE OR REPLACE MACRO mc_clock_any(x) AS list_transform([x], lambda v: struct_extract_at(
  row(mc_datetime_any(v), v, CASE WHEN FALSE THEN v = v END), CASE WHEN typeof(v) LIKE 'TIMESTAMP%' THEN 2 ELSE 1 END))[1];
CREATE OR REPLACE MACRO mc_day_any(x) AS mc_time_any(x);
CREATE OR REPLACE MACRO mc_instant_any(x) AS CASE
    WHEN mc_is_whole(typeof(x)) THEN make_timestamp(TRY_CAST(CAST(x AS VARCHAR) AS BIGINT) * 1000)
    ELSE CAST(left(CAST(x AS VARCHAR), 26) AS TIMESTAMP) END;
-- A DATE and a TIMESTAMP stay what they are, all else becomes a DATETIME.
CREATE OR REPLACE MACRO mc_dateadd_any(t, i) AS list_transform([t], lambda v: struct_extract_at(
  row(CAST(mc_time_any(v) + i AS DATE), CAST(mc_time_any(v) + i AS TIMESTAMP_NS),
    CAST(mc_time_any(v) + i AS TIMESTAMP_MS), CASE WHEN FALSE THEN v = v END),
  CASE typeof(v) WHEN 'DATE' THEN 1 WHEN 'TIMESTAMP_NS' THEN 2 ELSE 3 END))[1];
CREATE OR REPLACE MACRO mc_datetrunc_any(t, p) AS list_transform([t], lambda v: struct_extract_at(
  row(CAST(date_trunc(p, mc_time_any(v)) AS DATE),
    CAST(date_trunc(p, mc_time_any(v)) AS TIMESTAMP_NS),
    CAST(date_trunc(p, mc_time_any(v)) AS TIMESTAMP_MS), CASE WHEN FALSE THEN v = v END),
  CASE typeof(v) WHEN 'DATE' THEN 1 WHEN 'TIMESTAMP_NS' THEN 2 ELSE 3 END))[1];

-- A comparison of values of which one is a string and one is not: 1 as numbers, 2 as days, 3 as
-- times; otherwise 4, as they are.
CREATE OR REPLACE MACRO mc_comparison(s, t) AS CASE
    WHEN (s = 'VARCHAR') = (t = 'VARCHAR') THEN 4
    WHEN s = 'DATE' OR t = 'DATE' THEN 2
    WHEN s LIKE 'TIMESTAMP%' OR t LIKE 'TIMESTAMP%' THEN 3
    WHEN mc_is_whole(s) OR mc_is_whole(t) OR s LIKE 'DECIMAL%' OR t LIKE 'DECIMAL%'
      OR s IN ('DOUBLE', 'FLOAT') OR t IN ('DOUBLE', 'FLOAT') THEN 1
    ELSE 4 END;
CREATE OR REPLACE MACRO mc_eq_any(a, b) AS
  list_transform([a], lambda l: list_transform([b], lambda r:
    struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(l AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(l AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(l AS VARCHAR) AS TIMESTAMP_NS) END,
      l, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r)))
    = struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(r AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(r AS VARCHAR) AS TIMESTAMP_NS) END,
      r, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r))))[1])[1];
CREATE OR REPLACE MACRO mc_lt_any(a, b) AS
  list_transform([a], lambda l: list_transform([b], lambda r:
    struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(l AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(l AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(l AS VARCHAR) AS TIMESTAMP_NS) END,
      l, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r)))
    < struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(r AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(r AS VARCHAR) AS TIMESTAMP_NS) END,
      r, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r))))[1])[1];
CREATE OR REPLACE MACRO mc_le_any(a, b) AS
  list_transform([a], lambda l: list_transform([b], lambda r:
    struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(l AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(l AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(l AS VARCHAR) AS TIMESTAMP_NS) END,
      l, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r)))
    <= struct_extract_at(row(
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 1 THEN TRY_CAST(CAST(r AS VARCHAR) AS DOUBLE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 2 THEN TRY_CAST(CAST(r AS VARCHAR) AS DATE) END,
      CASE WHEN mc_comparison(typeof(l), typeof(r)) = 3
        THEN TRY_CAST(CAST(r AS VARCHAR) AS TIMESTAMP_NS) END,
      r, CASE WHEN FALSE THEN l = l AND r = r END), mc_comparison(typeof(l), typeof(r))))[1])[1];

-- Whether the quotient of values of these types is a decimal.
CREATE OR REPLACE MACRO mc_divides_decimal(s, t) AS (s LIKE 'DECIMAL%' OR t LIKE 'DECIMAL%')
  AND NOT mc_is_approximate(s) AND NOT mc_is_approximate(t);
CREATE OR REPLACE MACRO mc_divide_any(a, b) AS
  list_transform([a], lambda l: list_transform([b], lambda r: struct_extract_at(row(
      CASE WHEN NOT mc_divides_decimal(typeof(l), typeof(r))
        THEN CAST(l AS DOUBLE) / nullif(CAST(r AS DOUBLE), 0) END,
      CASE WHEN mc_divides_decimal(typeof(l), typeof(r))
        THEN tunnel_divide(TRY_CAST(CAST(l AS VARCHAR) AS DECIMAL(38,18)),
          nullif(TRY_CAST(CAST(r AS VARCHAR) AS DECIMAL(38,18)), 0)) END,
      CASE WHEN FALSE THEN l = l AND r = r END),
    CASE WHEN mc_divides_decimal(typeof(l), typeof(r)) THEN 2 ELSE 1 END))[1])[1];
CREATE OR REPLACE MACRO mc_round_any(x, n) AS list_transform([x], lambda v:
  round(struct_extract_at(row(TRY_CAST(v AS DOUBLE), v, CASE WHEN FALSE THEN v = v END),
    CASE WHEN typeof(v) LIKE 'DECIMAL%' THEN 2 ELSE 1 END), n))[1];
CREATE OR REPLACE MACRO mc_trunc_any(x, n) AS list_transform([x], lambda v:
  trunc(struct_extract_at(row(TRY_CAST(v AS DOUBLE), v, CASE WHEN FALSE THEN v = v END),
    CASE WHEN typeof(v) LIKE 'DECIMAL%' THEN 2 ELSE 1 END), n))[1];

CREATE OR REPLACE MACRO mc_index_any(k, is_map) AS list_transform([k], lambda v: struct_extract_at(
  row(v, CASE WHEN is_map OR NOT mc_is_whole(typeof(v)) THEN TRY_CAST(CAST(v AS VARCHAR) AS BIGINT)
    WHEN TRY_CAST(CAST(v AS VARCHAR) AS BIGINT) >= 0
      THEN TRY_CAST(CAST(v AS VARCHAR) AS BIGINT) + 1 END, CASE WHEN FALSE THEN v = v END),
  CASE WHEN mc_is_whole(typeof(v)) THEN 2 ELSE 1 END))[1];
CREATE OR REPLACE MACRO mc_position_any(k, is_map) AS list_transform([k], lambda v:
  struct_extract_at(row(v, CASE WHEN is_map OR TRY_CAST(CAST(v AS VARCHAR) AS BIGINT) <> 0
    THEN TRY_CAST(CAST(v AS VARCHAR) AS BIGINT) END, CASE WHEN FALSE THEN v = v END),
  CASE WHEN mc_is_whole(typeof(v)) THEN 2 ELSE 1 END))[1];
