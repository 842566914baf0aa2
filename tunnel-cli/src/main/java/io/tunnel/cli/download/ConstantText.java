package io.tunnel.cli.download;

import io.tunnel.protocol.type.MaxComputeType;
import io.tunnel.protocol.type.PrimitiveType;

/** A partition column, whose value is the same in all rows of a partition. */
final class ConstantText extends ColumnText {
  private final String value;
  private final boolean number;

  ConstantText(MaxComputeType type, String value) {
    this.value = value;
    this.number =
        type == PrimitiveType.TINYINT
            || type == PrimitiveType.SMALLINT
            || type == PrimitiveType.INT
            || type == PrimitiveType.BIGINT;
  }

  @Override
  boolean isNull(int row) {
    return false;
  }

  @Override
  void text(int row, Utf8Buffer out) {
    out.append(value);
  }

  @Override
  void quoted(int row, Utf8Buffer out) {
    out.append(JsonText.quote(value));
  }

  @Override
  void json(int row, Utf8Buffer out) {
    if (number) {
      text(row, out);
    } else {
      quoted(row, out);
    }
  }
}
