package io.tunnel.jdbc.accessor;

import io.tunnel.jdbc.result.Accessor;
import io.tunnel.jdbc.value.ValueConverter;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.VarCharVector;

/** Reads STRING, CHAR, VARCHAR and JSON columns; bytes that are not UTF-8 become U+FFFD. */
final class TextAccessor extends Accessor {
  private final VarCharVector vector;
  private byte[] bytes = new byte[256];

  TextAccessor(VarCharVector vector, ValueConverter converter) {
    super(converter);
    this.vector = vector;
  }

  @Override
  public boolean isNull(int row) {
    return vector.isNull(row);
  }

  @Override
  public Object natural(int row) {
    return getString(row);
  }

  @Override
  public String getString(int row) {
    int length = vector.getValueLength(row);
    if (length > bytes.length) {
      bytes = new byte[Math.max(length, 2 * bytes.length)];
    }
    vector.getDataBuffer().getBytes(vector.getStartOffset(row), bytes, 0, length);
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
