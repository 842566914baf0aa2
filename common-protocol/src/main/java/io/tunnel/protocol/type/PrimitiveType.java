package io.tunnel.protocol.type;

import java.util.Locale;

/** The types without parameters. */
public enum PrimitiveType implements MaxComputeType {
  /** 8-bit signed integer. */
  TINYINT,
  /** 16-bit signed integer. */
  SMALLINT,
  /** 32-bit signed integer. */
  INT,
  /** 64-bit signed integer. */
  BIGINT,
  /** 32-bit IEEE 754. */
  FLOAT,
  /** 64-bit IEEE 754. */
  DOUBLE,
  /** True or false. */
  BOOLEAN,
  /** UTF-8 text of at most 8 MiB (the session's {@code MaxFieldSize}). */
  STRING,
  /** Bytes. */
  BINARY,
  /** JSON document as text. */
  JSON,
  /** Days since 1970-01-01 in the proleptic Gregorian calendar. */
  DATE,
  /** Instant in milliseconds since 1970-01-01T00:00Z. */
  DATETIME,
  /** Instant in nanoseconds. */
  TIMESTAMP,
  /** Wall clock in nanoseconds, never shifted by a zone. */
  TIMESTAMP_NTZ,
  /** Months. */
  INTERVAL_YEAR_MONTH,
  /** Seconds and nanoseconds. */
  INTERVAL_DAY_TIME;

  private final String text = name().toLowerCase(Locale.ROOT);

  @Override
  public String toString() {
    return text;
  }
}
