package io.tunnel.cli.file;

import de.siegmar.fastcsv.reader.CsvCallbackHandler;
import de.siegmar.fastcsv.reader.RecordType;
import io.tunnel.protocol.type.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of each record as the reader finds them. Until {@link #into} is called it keeps
 * them as texts (the header), then it parses them into the current row of a batch.
 */
final class RecordHandler extends CsvCallbackHandler<RecordHandler> {
  /** The first thing wrong with a record. */
  record Problem(int fieldIndex, String value, String reason) {}

  private static final char[] NO_CHARACTERS = new char[0];

  private final @Nullable String nullText;
  private final Field field = new Field();
  private final List<String> texts = new ArrayList<>();

  private FieldParser @Nullable [] parsers;
  private Column[] columns = new Column[0];
  private int row;

  private long line;
  private long characters;
  private int fieldCount;
  private RecordType type = RecordType.DATA;
  private @Nullable Problem problem;

  RecordHandler(@Nullable String nullText) {
    this.nullText = nullText;
  }

  /** Parses from now on, one parser for each field of a record. */
  void into(FieldParser[] fieldParsers, Column[] fieldColumns) {
    parsers = fieldParsers;
    columns = fieldColumns;
  }

  void toRow(int newRow) {
    row = newRow;
  }

  /** How many characters of fields have been seen since they were last reset. */
  long characters() {
    return characters;
  }

  void resetCharacters() {
    characters = 0;
  }

  List<String> texts() {
    return List.copyOf(texts);
  }

  long line() {
    return line;
  }

  int fieldCount() {
    return fieldCount;
  }

  @Nullable Problem problem() {
    return problem;
  }

  @Override
  protected void beginRecord(long startingLineNumber) {
    line = startingLineNumber;
    fieldCount = 0;
    type = RecordType.DATA;
    problem = null;
    texts.clear();
  }

  @Override
  protected void addField(char[] buffer, int offset, int length, boolean quoted) {
    int index = fieldCount++;
    characters += length;
    field.set(buffer, offset, length);
    if (parsers == null) {
      texts.add(field.toString());
      return;
    }
    if (problem != null || index >= parsers.length) {
      return;
    }
    try {
      put(parsers[index], columns[index], quoted);
    } catch (BadFieldException e) {
      field.set(buffer, offset, length);
      problem = new Problem(index, field.toString(), e.reason());
    }
  }

  private void put(FieldParser parser, Column column, boolean quoted) throws BadFieldException {
    boolean isNull =
        parser.keepsBlank() ? isNullText(quoted) : field.isBlank() || isNullText(quoted);
    if (!isNull) {
      parser.put(field, row);
    } else if (!column.nullable()) {
      throw new BadFieldException("is NULL, but the column is NOT NULL");
    }
  }

  private boolean isNullText(boolean quoted) {
    return nullText != null && !quoted && field.contentEquals(nullText);
  }

  @Override
  protected RecordType getRecordType() {
    return type;
  }

  @Override
  protected int getFieldCount() {
    return fieldCount;
  }

  @Override
  protected void setComment(char[] buffer, int offset, int length) {
    type = RecordType.COMMENT;
  }

  /** An empty line means nothing, but where a record has one field it is that field, blank. */
  @Override
  protected void setEmpty() {
    if (parsers != null && parsers.length == 1) {
      addField(NO_CHARACTERS, 0, 0, false);
    } else {
      type = RecordType.EMPTY;
    }
  }

  @Override
  protected RecordHandler buildRecord() {
    return this;
  }
}
