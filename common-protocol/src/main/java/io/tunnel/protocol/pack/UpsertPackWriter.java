package io.tunnel.protocol.pack;

import io.tunnel.protocol.arrow.ContentCoding;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/**
 * The rows of one bucket that wait to be sent, encoded (specification: upsert, section 3.2). Rows
 * come from an {@link UpsertEncoder}, or are {@link EncodedRows}. An empty pack takes no memory
 * worth mentioning. Not thread safe.
 */
public final class UpsertPackWriter {
  private final ByteChunks records = new ByteChunks();
  private final ByteChunks checksums = new ByteChunks();
  private boolean finished;

  /** Rows so far. */
  public long rows() {
    return checksums.length() / Integer.BYTES;
  }

  /** Bytes of the records so far, before any content coding. */
  public long encodedBytes() {
    return records.length();
  }

  /** Bytes that the pack keeps in memory. */
  public long heldBytes() {
    return records.capacity() + checksums.capacity();
  }

  /** Where records go. */
  OutputStream records() {
    requireOpen();
    return records;
  }

  /** Takes the checksums of records, 4 bytes each. */
  void addChecksums(byte[] source, int length) {
    checksums.write(source, 0, length);
  }

  /**
   * Ends the pack with its trailer. Nothing can be added any more.
   *
   * @param coding how the body is compressed
   * @throws IllegalStateException if called again
   */
  public UpsertPack finish(ContentCoding coding) throws IOException {
    requireOpen();
    finished = true;
    CRC32C total = new CRC32C();
    checksums.forEach(total::update);
    long rows = rows();
    if (coding == ContentCoding.NONE) {
      writeTrailer(records, rows, total);
      return new UpsertPack(records, rows, coding);
    }
    ByteChunks compressed = new ByteChunks();
    try (OutputStream out = coding.encode(compressed)) {
      records.writeTo(out);
      writeTrailer(out, rows, total);
    }
    return new UpsertPack(compressed, rows, coding);
  }

  private static void writeTrailer(OutputStream out, long rows, CRC32C total) throws IOException {
    varint(out, RecordFormat.RECORD_COUNT);
    varint(out, rows << 1);
    varint(out, RecordFormat.TOTAL_CRC);
    varint(out, total.getValue());
  }

  private static void varint(OutputStream out, long value) throws IOException {
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      out.write((int) (rest | 0x80));
    }
    out.write((int) rest);
  }

  /**
   * Adds a row that was encoded before.
   *
   * @param index holds its checksum, 4 bytes from {@code checksumStart}
   */
  void add(byte[] record, int start, int length, byte[] index, int checksumStart) {
    requireOpen();
    records.write(record, start, length);
    checksums.write(index, checksumStart, Integer.BYTES);
  }

  private void requireOpen() {
    if (finished) {
      throw new IllegalStateException("The pack has been finished");
    }
  }
}
