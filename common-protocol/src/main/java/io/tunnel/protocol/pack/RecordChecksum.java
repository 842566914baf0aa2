package io.tunnel.protocol.pack;

import java.util.zip.CRC32C;

/**
 * The checksums of a record body: one for each record, and one over these (section 4.2.4).
 *
 * <p>What belongs to a record's checksum is collected in one array and summed up in one call per
 * record: the call costs more than the few bytes of a value.
 */
final class RecordChecksum {
  /** Longer values are summed up where they lie. */
  private static final int COPY_LIMIT = 1024;

  private static final int TOTAL_BYTES = 4096;

  private final CRC32C record = new CRC32C();
  private final CRC32C total = new CRC32C();
  private final byte[] pending = new byte[16 * 1024];
  private final byte[] records = new byte[TOTAL_BYTES];
  private int position;
  private int recordsPosition;

  void addByte(int value) {
    reserve(1);
    pending[position++] = (byte) value;
  }

  void addInt(int value) {
    reserve(Integer.BYTES);
    RecordFormat.INT.set(pending, position, value);
    position += Integer.BYTES;
  }

  void addLong(long value) {
    reserve(Long.BYTES);
    RecordFormat.LONG.set(pending, position, value);
    position += Long.BYTES;
  }

  void addBytes(byte[] source, int offset, int length) {
    if (length > COPY_LIMIT) {
      drain();
      record.update(source, offset, length);
      return;
    }
    reserve(length);
    System.arraycopy(source, offset, pending, position, length);
    position += length;
  }

  /** The checksum of the bytes added since the last call, which is added to the total. */
  int endRecord() {
    int crc = take();
    if (recordsPosition == TOTAL_BYTES) {
      drainRecords();
    }
    RecordFormat.INT.set(records, recordsPosition, crc);
    recordsPosition += Integer.BYTES;
    return crc;
  }

  /** The checksum of the bytes added since the last call, which stays out of the total. */
  int take() {
    drain();
    int crc = (int) record.getValue();
    record.reset();
    return crc;
  }

  /** The checksum over the checksums of all records. */
  int total() {
    drainRecords();
    return (int) total.getValue();
  }

  private void reserve(int count) {
    if (pending.length - position < count) {
      drain();
    }
  }

  private void drain() {
    record.update(pending, 0, position);
    position = 0;
  }

  private void drainRecords() {
    total.update(records, 0, recordsPosition);
    recordsPosition = 0;
  }
}
