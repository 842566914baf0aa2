package io.tunnel.protocol.pack;

import io.tunnel.protocol.type.DecimalType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * The hash functions that choose the bucket of a row (specification: upsert, section 4). A key of
 * several columns has the sum of their hashes, whatever their order; a NULL counts as 0.
 *
 * <p>These functions take one value; {@link BucketHasher} takes whole columns.
 */
public enum BucketHash {
  /** The hasher named {@code default}. */
  DEFAULT {
    @Override
    public int of64(long value) {
      long hash = ~value + (value << 18);
      hash ^= hash >> 31;
      hash *= 21;
      hash ^= hash >> 11;
      hash += hash << 6;
      hash ^= hash >> 22;
      return (int) hash;
    }

    @Override
    int step(int hash, byte next) {
      int sum = hash + next;
      sum += sum << 10;
      return sum ^ sum >> 6;
    }

    @Override
    int end(int hash) {
      int sum = hash + (hash << 3);
      sum ^= sum >> 11;
      return sum + (sum << 15);
    }
  },
  /** The hasher named {@code legacy}. */
  LEGACY {
    @Override
    public int of64(long value) {
      return (int) (value >> 32 ^ value);
    }

    @Override
    int step(int hash, byte next) {
      return hash * 31 + next;
    }

    @Override
    int end(int hash) {
      return hash;
    }
  };

  private static final int TRUE = 0x172ba9c7;
  private static final int FALSE = -0x3a59cb12;
  private static final int NAN_32 = 0x7fc00000;
  private static final long NAN_64 = 0x7ff8000000000000L;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int NARROW_PRECISION = 18;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };

  /**
   * The hasher with this name in a session.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static BucketHash forWireName(String name) {
    return switch (name) {
      case "default" -> DEFAULT;
      case "legacy" -> LEGACY;
      default ->
          throw new IllegalArgumentException(
              "The hasher \"" + name + "\" is unknown; known are default and legacy");
    };
  }

  /** The name in a session. */
  public String wireName() {
    return this == DEFAULT ? "default" : "legacy";
  }

  /** An integer of any width, or a DATETIME in milliseconds. */
  public abstract int of64(long value);

  abstract int step(int hash, byte next);

  abstract int end(int hash);

  /** BOOLEAN. */
  public int ofBoolean(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** FLOAT, by its bits. All NaN are one, the two zeros are not. */
  public int ofFloatBits(int bits) {
    return of64((bits & 0x7fffffff) > 0x7f800000 ? NAN_32 : bits);
  }

  /** DOUBLE, by its bits. All NaN are one, the two zeros are not. */
  public int ofDoubleBits(long bits) {
    return of64((bits & Long.MAX_VALUE) > 0x7ff0000000000000L ? NAN_64 : bits);
  }

  /** DATE, in days since 1970-01-01. */
  public int ofDate(int epochDay) {
    return of64(epochDay * SECONDS_PER_DAY);
  }

  /**
   * TIMESTAMP or TIMESTAMP_NTZ, or INTERVAL_DAY_TIME.
   *
   * @param seconds since 1970-01-01, or of the interval
   * @param nanos of a timestamp 0 to 999999999; of an interval with the sign of the interval
   */
  public int ofSeconds(long seconds, int nanos) {
    return of64(seconds << 30 | nanos);
  }

  /** STRING, VARCHAR or CHAR, in UTF-8. */
  public int ofText(byte[] source, int offset, int length) {
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = step(hash, source[i]);
    }
    return end(hash);
  }

  /**
   * BINARY, hashed as the official Java client does: by its quoted-printable text. The Python
   * client takes the bytes themselves; which of both the service takes is not known.
   */
  public int ofBinary(byte[] source, int offset, int length) {
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      byte next = source[i];
      if (next > ' ' && next < 0x7f && next != '=' && next != '|') {
        hash = step(hash, next);
      } else {
        hash = step(hash, (byte) '=');
        hash = step(hash, HEX[next >> 4 & 15]);
        hash = step(hash, HEX[next & 15]);
      }
    }
    return end(hash);
  }

  /** DECIMAL of any scale, brought to the scale of its column first: half up on the magnitude. */
  public int ofDecimal(BigDecimal value, DecimalType type) {
    BigInteger unscaled = value.setScale(type.scale(), RoundingMode.HALF_UP).unscaledValue();
    return ofDecimal(
        unscaled.longValue(), unscaled.shiftRight(Long.SIZE).longValue(), type.precision());
  }

  /** DECIMAL in the scale of its column, as an integer of 128 bits. */
  int ofDecimal(long low, long high, int precision) {
    return precision <= NARROW_PRECISION ? of64(low) : of64(low) + of64(high);
  }

  /** The bucket of a row. */
  public static int bucket(int sumOfHashes, int buckets) {
    // The shift keeps the sign, so that the sign bit cancels itself.
    return (sumOfHashes ^ sumOfHashes >> 8) % buckets;
  }
}
