package io.tunnel.jdbc.batch;

import io.tunnel.jdbc.value.ValueException;
import io.tunnel.protocol.type.Column;
import org.jspecify.annotations.Nullable;

/** A value of a row does not fit its column. */
final class RowException extends Exception {
  private static final long serialVersionUID = 1L;

  final transient Column column;
  final transient @Nullable Object value;
  final ValueException reason;
  final int tuple;

  RowException(int tuple, Column column, @Nullable Object value, ValueException reason) {
    super(reason.getMessage(), reason, false, false);
    this.tuple = tuple;
    this.column = column;
    this.value = value;
    this.reason = reason;
  }
}
