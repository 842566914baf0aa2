package io.tunnel.cli.file;

import io.tunnel.protocol.type.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a file whose rows fit a table, batch by batch, in bounded memory. Used by one thread at a
 * time; whoever opened it closes it.
 */
public interface TableFileReader extends Closeable {
  /**
   * Opens a file, Parquet if it begins so, CSV otherwise, whatever its name; and matches its fields
   * with the table's columns.
   *
   * @param options how a CSV file is written; of a Parquet file only its columns and the zone
   * @throws FileContentException if the fields do not match
   * @throws IOException if the file cannot be read
   */
  static TableFileReader open(Path path, CsvOptions options, TableSchema schema)
      throws IOException {
    return ParquetFileReader.recognises(path)
        ? ParquetFileReader.open(path, options, schema)
        : new CsvFileReader(path, options, schema);
  }

  /**
   * Fills the batch with the next rows; columns that the file lacks are NULL.
   *
   * @return false if no row was left
   * @throws FileContentException at the first value that does not fit; the batch is then not to be
   *     used
   */
  boolean fill(FileBatch batch) throws IOException;

  /** The bytes of the file that have been read so far, as stored. May be called by any thread. */
  long bytesRead();
}
