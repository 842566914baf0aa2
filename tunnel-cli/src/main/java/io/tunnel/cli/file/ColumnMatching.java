package io.tunnel.cli.file;

import io.tunnel.protocol.type.Column;
import io.tunnel.protocol.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Which column of the table each field of a record belongs to. Names match without regard to case,
 * and every run of characters that are neither letters nor digits counts as one underscore, so the
 * heading {@code Cost Total $} belongs to the column {@code cost_total}.
 */
final class ColumnMatching {
  private ColumnMatching() {}

  /** All columns of the table, in its order. */
  static int[] byPosition(TableSchema schema, String file) throws FileContentException {
    int[] columns = new int[schema.columns().size()];
    Arrays.setAll(columns, i -> i);
    return checked(columns, schema, file);
  }

  /**
   * The column of each name.
   *
   * @param furtherAdvice the end of the sentence about a name that is not known
   */
  static int[] byName(List<String> names, TableSchema schema, String file, String furtherAdvice)
      throws FileContentException {
    int[] columns = new int[names.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = find(names.get(i), schema, file, furtherAdvice);
      for (int before = 0; before < i; before++) {
        if (columns[before] == columns[i]) {
          throw new FileContentException(
              file
                  + ": the fields \""
                  + names.get(before)
                  + "\" and \""
                  + names.get(i)
                  + "\" both belong to the column "
                  + schema.columns().get(columns[i]).name()
                  + "; name the fields with --columns");
        }
      }
    }
    return checked(columns, schema, file);
  }

  private static int find(String name, TableSchema schema, String file, String furtherAdvice)
      throws FileContentException {
    String plain = plain(name);
    for (int i = 0; i < schema.columns().size(); i++) {
      if (plain(schema.columns().get(i).name()).equals(plain)) {
        return i;
      }
    }
    for (Column partition : schema.partitionColumns()) {
      if (plain(partition.name()).equals(plain)) {
        throw new FileContentException(
            file
                + ": \""
                + name
                + "\" is a partition column; leave it out of the file and name the partition behind"
                + " the table, as in TABLE/"
                + partition.name()
                + "=VALUE");
      }
    }
    String known = schema.columns().stream().map(Column::name).collect(Collectors.joining(", "));
    throw new FileContentException(
        file
            + ": the table has no column \""
            + name
            + "\", it has "
            + known
            + "; name the file's fields with --columns"
            + furtherAdvice);
  }

  private static int[] checked(int[] columns, TableSchema schema, String file)
      throws FileContentException {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.columns().get(i);
      int index = i;
      boolean present = Arrays.stream(columns).anyMatch(c -> c == index);
      if (!present && !column.nullable()) {
        missing.add(column.name());
      }
      if (present && !FieldParser.supports(column.type())) {
        throw new FileContentException(
            file
                + ": the column "
                + column.name()
                + " has the type "
                + column.type()
                + ", whose values no file can bring; leave the field out of the file");
      }
    }
    if (!missing.isEmpty()) {
      throw new FileContentException(
          file + ": NOT NULL columns without a field: " + String.join(", ", missing));
    }
    return columns;
  }

  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_|_$", "");
  }
}
