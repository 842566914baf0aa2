package io.tunnel.protocol.type;

/**
 * Text of bounded length.
 *
 * @param length characters, 1 to 65535
 */
public record VarcharType(int length) implements MaxComputeType {
  /** The largest length. */
  public static final int MAX_LENGTH = 65_535;

  /** Checks the range of the length. */
  public VarcharType {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "varchar(" + length + "): the length must lie between 1 and " + MAX_LENGTH);
    }
  }

  @Override
  public String toString() {
    return "varchar(" + length + ")";
  }
}
