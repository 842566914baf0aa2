package io.tunnel.protocol.type;

/**
 * A list of values of one type, each of which may be NULL.
 *
 * @param element the type of the elements
 */
public record ArrayType(MaxComputeType element) implements MaxComputeType {
  @Override
  public String toString() {
    return "array<" + element + ">";
  }
}
