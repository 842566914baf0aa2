package io.tunnel.server.sql;

import io.tunnel.protocol.arrow.ArrowBatchReader;
import io.tunnel.protocol.type.Column;
import io.tunnel.server.store.BatchFile;
import io.tunnel.server.store.ValueText;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * The text of a result (specification: control plane, section 4.4): CSV of at most 10,000 rows for
 * a SELECT, with NULL as {@code \N}.
 */
public final class ResultText {
  /** The most rows of a text. */
  public static final long MAX_ROWS = 10_000;

  private final BufferAllocator allocator;

  /** Texts that are made with the memory of this allocator. */
  public ResultText(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** The text of a result. */
  public String of(TaskResult result) throws IOException {
    BatchFile rows = result.rows();
    return rows == null ? result.text() : csv(rows);
  }

  private String csv(BatchFile file) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < file.columns().size(); i++) {
      text.append(i == 0 ? "" : ",");
      quoted(text, file.columns().get(i).name());
    }
    text.append('\n');
    try (BatchFile.Hold hold = file.hold()) {
      for (int batch = 0; batch < file.batches() && file.firstRow(batch) < MAX_ROWS; batch++) {
        try (ArrowBatchReader reader = hold.read(batch, allocator)) {
          reader.loadNextBatch();
          long count = Math.min(reader.root().getRowCount(), MAX_ROWS - file.firstRow(batch));
          for (int row = 0; row < count; row++) {
            row(text, file, reader, row);
          }
        }
      }
    }
    return text.toString();
  }

  private static void row(StringBuilder text, BatchFile file, ArrowBatchReader reader, int row) {
    for (int i = 0; i < file.columns().size(); i++) {
      text.append(i == 0 ? "" : ",");
      Column column = file.columns().get(i);
      FieldVector vector = reader.root().getVector(i);
      if (vector.isNull(row)) {
        text.append("\\N");
      } else if (ValueText.isNumber(column.type())) {
        text.append(ValueText.of(column.type(), vector, row));
      } else {
        quoted(text, ValueText.of(column.type(), vector, row));
      }
    }
    text.append('\n');
  }

  static void quoted(StringBuilder text, String value) {
    text.append('"').append(value.replace("\"", "\"\"")).append('"');
  }
}
