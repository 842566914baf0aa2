package io.tunnel.protocol.type;

/**
 * Text of a fixed length, padded with blanks by whoever needs the padding, never on the wire.
 *
 * @param length characters, 1 to 255
 */
public record CharType(int length) implements MaxComputeType {
  /** The largest length. */
  public static final int MAX_LENGTH = 255;

  /** Checks the range of the length. */
  public CharType {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "char(" + length + "): the length must lie between 1 and " + MAX_LENGTH);
    }
  }

  @Override
  public String toString() {
    return "char(" + length + ")";
  }
}
