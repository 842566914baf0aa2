package io.tunnel.server.store;

import java.sql.SQLException;
import java.util.function.IntConsumer;

/** Values that DuckDB gives as a text and Arrow has in a form of its own. */
final class TextRowFill implements VectorFill {
  private final TextColumn texts;
  private final Setter setter;
  private final IntConsumer nulls;

  /** Sets a row. */
  interface Setter {
    /** Sets it to the value with this text, in UTF-8. */
    void set(byte[] text, int row);
  }

  /** A fill that gives each row to one of the two setters. */
  TextRowFill(String name, int column, Setter setter, IntConsumer nulls) {
    texts = new TextColumn(name, column);
    this.setter = setter;
    this.nulls = nulls;
  }

  @Override
  public long bytes(ResultChunks chunk, int from, int count) {
    return texts.bytes(chunk, from, count);
  }

  @Override
  public void copy(ResultChunks chunk, int from, int row, int count) throws SQLException {
    long data = chunk.data(texts.column());
    long valid = chunk.validity(texts.column());
    for (int i = 0; i < count; i++) {
      if (ValidityBits.isSet(valid, from + i)) {
        long text = data + (long) (from + i) * ResultChunks.TEXT_BYTES;
        setter.set(ResultChunks.textBytes(text, texts.length(text)), row + i);
      } else {
        nulls.accept(row + i);
      }
    }
  }
}
