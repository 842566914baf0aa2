package io.tunnel.jdbc.value;

import java.sql.Struct;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A STRUCT value: immutable, independent of the result set and the connection it came from. */
public final class StructValue implements Struct {
  private final String typeName;
  private final List<String> names;
  private final @Nullable Object[] attributes;

  /**
   * Creates a struct.
   *
   * @param typeName the MaxCompute type, such as {@code struct<a:int,b:string>}
   * @param names one name for each attribute
   * @param attributes the values, some of which may be null; the array is copied
   */
  public StructValue(String typeName, List<String> names, @Nullable Object[] attributes) {
    if (names.size() != attributes.length) {
      throw new IllegalArgumentException(
          typeName + " has " + names.size() + " fields, not " + attributes.length);
    }
    this.typeName = typeName;
    this.names = List.copyOf(names);
    this.attributes = attributes.clone();
  }

  @Override
  public String getSQLTypeName() {
    return typeName;
  }

  @Override
  public @Nullable Object[] getAttributes() {
    return attributes.clone();
  }

  @Override
  public @Nullable Object[] getAttributes(@Nullable Map<String, Class<?>> map) {
    return attributes.clone();
  }

  /** The attributes under their names, in order. */
  public Map<String, @Nullable Object> asMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < attributes.length; i++) {
      map.put(names.get(i), attributes[i]);
    }
    return Collections.unmodifiableMap(map);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StructValue struct
        && names.equals(struct.names)
        && Arrays.deepEquals(attributes, struct.attributes);
  }

  @Override
  public int hashCode() {
    return 31 * names.hashCode() + Arrays.deepHashCode(attributes);
  }

  @Override
  public String toString() {
    return asMap().toString();
  }
}
