package io.tunnel.cli.file;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Reads one CSV file, plain or gzip, into batches of a table. Memory is bounded by one batch of
 * about 4 million characters and by the longest field. Not thread safe.
 */
final class CsvFileReader implements TableFileReader {
  private static final int MAX_VALUE_SHOWN = 60;
  private static final int MAX_FIELD_CHARACTERS = 16 << 20;
  private static final long MAX_BATCH_CHARACTERS = 4 << 20;

  private final String file;
  private final CsvOptions options;
  private final TableSchema schema;
  private final CountedInput input;
  private final RecordHandler handler;
  private final CsvReader<RecordHandler> reader;
  private final CloseableIterator<RecordHandler> records;
  private final int[] columns;

  /**
   * Opens the file and matches its fields with the table's columns.
   *
   * @throws FileContentException if the fields do not match
   * @throws IOException if the file cannot be read
   */
  CsvFileReader(Path path, CsvOptions options, TableSchema schema) throws IOException {
    this.file = path.getFileName().toString();
    this.options = options;
    this.schema = schema;
    this.input = new CountedInput(path);
    this.handler = new RecordHandler(options.nullText());
    try {
      this.reader =
          CsvReader.builder()
              .fieldSeparator(options.delimiter())
              .quoteCharacter(options.quote())
              .allowExtraFields(true)
              .allowMissingFields(true)
              .maxBufferSize(MAX_FIELD_CHARACTERS)
              .build(handler, input.characters(options.charset()));
      this.records = reader.iterator();
      this.columns = match();
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  private int[] match() throws IOException {
    boolean headed = options.header() && next() != null;
    if (!options.columns().isEmpty()) {
      return ColumnMatching.byName(options.columns(), schema, file, "");
    }
    return headed
        ? ColumnMatching.byName(
            handler.texts(), schema, file, ", or use --no-header if the first line holds values")
        : ColumnMatching.byPosition(schema, file);
  }

  @Override
  public long bytesRead() {
    return input.bytesRead();
  }

  @Override
  public boolean fill(FileBatch batch) throws IOException {
    batch.reset();
    VectorSchemaRoot root = batch.rows();
    FieldParser[] parsers = new FieldParser[columns.length];
    Column[] fieldColumns = new Column[columns.length];
    for (int i = 0; i < columns.length; i++) {
      fieldColumns[i] = schema.columns().get(columns[i]);
      parsers[i] = FieldParser.of(fieldColumns[i], root.getVector(columns[i]), options.zone());
    }
    handler.into(parsers, fieldColumns);
    int rows = 0;
    handler.resetCharacters();
    while (rows < batch.capacity() && handler.characters() < MAX_BATCH_CHARACTERS) {
      handler.toRow(rows);
      if (next() == null) {
        break;
      }
      check(fieldColumns);
      rows++;
    }
    root.setRowCount(rows);
    return rows > 0;
  }

  private @Nullable RecordHandler next() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new FileContentException(
            file
                + ": behind line "
                + handler.line()
                + " stands a byte sequence that is not "
                + options.charset()
                + "; name the file's encoding with --charset",
            e);
      }
      throw new IOException(file + " cannot be read: " + e.getCause(), e);
    } catch (CsvParseException e) {
      throw new FileContentException(
          file
              + ": behind line "
              + handler.line()
              + " the file is not CSV with the delimiter '"
              + options.delimiter()
              + "' and the quote '"
              + options.quote()
              + "': "
              + e.getMessage(),
          e);
    }
  }

  private void check(Column[] fieldColumns) throws FileContentException {
    RecordHandler.Problem problem = handler.problem();
    if (problem != null) {
      Column column = fieldColumns[problem.fieldIndex()];
      throw new FileContentException(
          String.format(
              "%s line %d, column %s (%s): \"%s\" %s",
              file,
              handler.line(),
              column.name(),
              column.type(),
              shown(problem.value()),
              problem.reason()));
    }
    if (handler.fieldCount() != fieldColumns.length) {
      throw new FileContentException(
          String.format(
              "%s line %d has %d fields, but %d are expected; is the delimiter '%s' right?",
              file,
              handler.line(),
              handler.fieldCount(),
              fieldColumns.length,
              options.delimiter() == '\t' ? "\\t" : String.valueOf(options.delimiter())));
    }
  }

  private static String shown(String value) {
    return value.length() <= MAX_VALUE_SHOWN
        ? value
        : value.substring(0, MAX_VALUE_SHOWN) + "..." + " (" + value.length() + " characters)";
  }

  @Override
  public void close() throws IOException {
    reader.close();
    input.close();
  }
}
