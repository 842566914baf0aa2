package io.tunnel.protocol.type;

/**
 * A decimal number. {@link #LEGACY} is DECIMAL written without parameters: 54 digits with 18 behind
 * the point, of which the Arrow form carries 38 digits.
 *
 * @param precision digits in all, 1 to 38, or 54 for {@link #LEGACY}
 * @param scale digits behind the point, 0 to 18 and at most the precision
 */
public record DecimalType(int precision, int scale) implements MaxComputeType {
  /** The largest precision of DECIMAL(p,s). */
  public static final int MAX_PRECISION = 38;

  /** The largest scale. */
  public static final int MAX_SCALE = 18;

  /** DECIMAL without parameters. */
  public static final DecimalType LEGACY = new DecimalType(54, 18);

  /** Checks the ranges. */
  public DecimalType {
    boolean legacy = precision == 54 && scale == 18;
    if (!legacy
        && (precision < 1
            || precision > MAX_PRECISION
            || scale < 0
            || scale > MAX_SCALE
            || scale > precision)) {
      throw new IllegalArgumentException(
          "decimal("
              + precision
              + ","
              + scale
              + "): the precision must lie between 1 and 38, the scale between 0 and 18"
              + " and not above the precision");
    }
  }

  /** Whether this is DECIMAL without parameters. */
  public boolean isLegacy() {
    return precision == 54;
  }

  /** The precision of the 128-bit Arrow form. */
  public int arrowPrecision() {
    return Math.min(precision, MAX_PRECISION);
  }

  @Override
  public String toString() {
    return isLegacy() ? "decimal" : "decimal(" + precision + "," + scale + ")";
  }
}
