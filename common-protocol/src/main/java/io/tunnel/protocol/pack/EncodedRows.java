package io.tunnel.protocol.pack;

import java.io.IOException;

/** Rows that were encoded without regard to their bucket, one after the other. Not thread safe. */
public sealed interface EncodedRows permits EncodedRun, UpsertLogReader {
  /**
   * Goes to the next row.
   *
   * @return false if there is none
   * @throws IOException if the rows cannot be read
   */
  boolean next() throws IOException;

  /** The hash of the row, from which its bucket follows. */
  int hash();

  /** Adds the row to a pack. */
  void addTo(UpsertPackWriter pack);
}
