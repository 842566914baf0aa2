package io.tunnel.protocol.type;

/**
 * A map; keys are not NULL, values may be.
 *
 * @param key the type of the keys
 * @param value the type of the values
 */
public record MapType(MaxComputeType key, MaxComputeType value) implements MaxComputeType {
  @Override
  public String toString() {
    return "map<" + key + "," + value + ">";
  }
}
