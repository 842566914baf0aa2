package io.tunnel.benchmark.dataset;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table in memory, column by column. It is generated once and kept in a file that each
 * participant loads before it is measured, so that making rows is in nobody's time.
 *
 * @param name the name of the table
 * @param columns its columns, all of the same length
 */
public record Dataset(String name, List<Column> columns) {
  private static final int STEP = 1 << 16;

  /**
   * One column.
   *
   * @param name its name
   * @param type its MaxCompute type
   * @param values its values
   */
  public record Column(String name, String type, Values values) {}

  /** The number of rows. */
  public int rows() {
    return columns.get(0).values().rows();
  }

  /** The size of the values in plain columnar form: the megabyte in which all are compared. */
  public long plainBytes() {
    return columns.stream().mapToLong(column -> column.values().plainBytes()).sum();
  }

  /** Every {@code step}th row, beginning with row {@code first}. */
  public Dataset every(int step, int first) {
    return new Dataset(
        name,
        columns.stream()
            .map(c -> new Column(c.name(), c.type(), c.values().every(step, first)))
            .toList());
  }

  /** The column list of CREATE TABLE. */
  public String columnDefinitions() {
    return columns.stream()
        .map(column -> column.name() + " " + column.type())
        .collect(Collectors.joining(", "));
  }

  /** The placeholders of an INSERT. */
  public String placeholders() {
    return columns.stream().map(column -> "?").collect(Collectors.joining(", "));
  }

  /** Writes the file that {@link #read} reads. */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), STEP))) {
      out.writeUTF(name);
      out.writeInt(columns.size());
      for (Column column : columns) {
        out.writeUTF(column.name());
        out.writeUTF(column.type());
        if (column.values() instanceof Values.Longs longs) {
          out.writeByte('L');
          out.writeInt(longs.values().length);
          writeLongs(out, longs.values());
        } else if (column.values() instanceof Values.Ints ints) {
          out.writeByte('I');
          out.writeInt(ints.values().length);
          writeInts(out, ints.values());
        } else if (column.values() instanceof Values.Texts texts) {
          out.writeByte('T');
          out.writeInt(texts.offsets().length);
          writeInts(out, texts.offsets());
          out.writeInt(texts.bytes().length);
          out.write(texts.bytes());
        }
      }
    }
  }

  /** Loads a file that {@link #write} wrote. */
  public static Dataset read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), STEP))) {
      String name = in.readUTF();
      int count = in.readInt();
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        columns.add(new Column(in.readUTF(), in.readUTF(), readValues(in)));
      }
      return new Dataset(name, List.copyOf(columns));
    }
  }

  private static Values readValues(DataInputStream in) throws IOException {
    int kind = in.readByte();
    int length = in.readInt();
    return switch (kind) {
      case 'L' -> {
        long[] values = new long[length];
        for (int from = 0; from < length; from += STEP) {
          int step = Math.min(STEP, length - from);
          ByteBuffer.wrap(in.readNBytes(8 * step)).asLongBuffer().get(values, from, step);
        }
        yield new Values.Longs(values);
      }
      case 'I' -> new Values.Ints(readInts(in, length));
      case 'T' -> {
        int[] offsets = readInts(in, length);
        yield new Values.Texts(offsets, in.readNBytes(in.readInt()));
      }
      default -> throw new IOException("Not a dataset file: kind " + kind);
    };
  }

  private static int[] readInts(DataInputStream in, int length) throws IOException {
    int[] values = new int[length];
    for (int from = 0; from < length; from += STEP) {
      int step = Math.min(STEP, length - from);
      ByteBuffer.wrap(in.readNBytes(4 * step)).asIntBuffer().get(values, from, step);
    }
    return values;
  }

  private static void writeLongs(DataOutputStream out, long[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8 * STEP);
    for (int from = 0; from < values.length; from += STEP) {
      int step = Math.min(STEP, values.length - from);
      buffer.asLongBuffer().put(values, from, step);
      out.write(buffer.array(), 0, 8 * step);
    }
  }

  private static void writeInts(DataOutputStream out, int[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * STEP);
    for (int from = 0; from < values.length; from += STEP) {
      int step = Math.min(STEP, values.length - from);
      buffer.asIntBuffer().put(values, from, step);
      out.write(buffer.array(), 0, 4 * step);
    }
  }
}
