package io.tunnel.server.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunctionBuilder;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The wide values of a result, beside it in a file.
 *
 * <p>The driver puts every value of 2048 rows on the Java heap at once, and a heap that is too
 * small for that does not give an error: the process crashes in native code. So a value beyond
 * {@link #inlineBytes} leaves DuckDB one by one, through the function {@code tunnel_park(id,
 * text)}, which appends it to a file and gives its place. In the result stands a mark with that
 * place: the byte FF, which UTF-8 never has, and the number. Thread safe: DuckDB calls the function
 * on all its threads.
 */
final class ParkedValues implements Closeable {
  private static final String FUNCTION = "tunnel_park";
  private static final int CHUNK_ROWS = 2048;
  private static final byte MARK = (byte) 0xff;
  private static final long MIB = 1L << 20;

  /** What the values of one chunk that are not parked may take of the heap. */
  private static final long CHUNK_BYTES =
      Math.max(4 * MIB, Math.min(64 * MIB, Runtime.getRuntime().maxMemory() / 32));

  /** The largest value that can pass at all: it is on the heap twice for a moment. */
  private static final long VALUE_BYTES =
      Math.max(32 * MIB, Math.min(512 * MIB, Runtime.getRuntime().maxMemory() / 8));

  private static final Map<String, ParkedValues> OPEN = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final String id = Long.toString(NEXT_ID.incrementAndGet());
  private final DataFolder folder;
  private final long inlineBytes;
  private @Nullable TemporaryFile file;
  private @Nullable RandomAccessFile content;
  private @Nullable IOException parkFailure;

  /**
   * A file that is made when it is needed.
   *
   * @param wideColumns how many columns may have wide values
   */
  ParkedValues(DataFolder folder, int wideColumns) {
    this.folder = folder;
    inlineBytes = CHUNK_BYTES / CHUNK_ROWS / Math.max(1, wideColumns);
    OPEN.put(id, this);
  }

  /**
   * The expression that gives the bytes of a value, or the mark of its place.
   *
   * @param column the name of the column, for messages
   * @param value the name of a VARCHAR or BLOB
   */
  String expression(String column, String value, boolean binary) {
    String size = (binary ? "octet_length(" : "strlen(") + value + ")";
    String park =
        FUNCTION
            + "('"
            + (binary ? "b" : "t")
            + id
            + "', "
            + (binary ? "to_base64(" + value + ")" : value)
            + ")";
    return "CASE WHEN "
        + size
        + " > "
        + VALUE_BYTES
        + " THEN error("
        + ColumnStorage.literal(
            "Column " + column + ": a value has more than " + VALUE_BYTES + " bytes")
        + ") WHEN "
        + size
        + " > "
        + inlineBytes
        // Bytes that look like a mark are parked, so that they are not taken for one.
        + (binary ? " OR " + value + " >= '\\xFF'::BLOB" : "")
        + " THEN '\\xFF'::BLOB || encode(CAST("
        + park
        + " AS VARCHAR)) ELSE "
        + (binary ? value : "encode(" + value + ")")
        + " END";
  }

  /** The bytes of a value of the current row; null if it is NULL. */
  byte @Nullable [] bytes(ResultSet result, int column) throws SQLException {
    byte[] value = result.getBytes(column);
    return value == null || value.length == 0 || value[0] != MARK ? value : read(place(value));
  }

  private static long place(byte[] mark) {
    return Long.parseLong(new String(mark, 1, mark.length - 1, StandardCharsets.US_ASCII));
  }

  private synchronized long append(byte[] value) throws IOException {
    RandomAccessFile target = content;
    TemporaryFile counted = file;
    if (target == null || counted == null) {
      counted = folder.newTemporary();
      target = new RandomAccessFile(counted.path().toFile(), "rw");
      file = counted;
      content = target;
    }
    counted.grow(Integer.BYTES + (long) value.length);
    long place = target.length();
    target.seek(place);
    target.writeInt(value.length);
    target.write(value);
    return place;
  }

  /**
   * Why a statement failed: DuckDB wraps a failure to park into one of its own.
   *
   * @throws IOException if a value could not be parked
   */
  synchronized SQLException reason(SQLException failure) throws IOException {
    if (parkFailure != null) {
      parkFailure.addSuppressed(failure);
      throw parkFailure;
    }
    return failure;
  }

  private synchronized void fail(IOException failure) {
    parkFailure = failure;
  }

  private synchronized byte[] read(long place) throws SQLException {
    RandomAccessFile source = content;
    if (source == null) {
      throw new IllegalStateException("No value has been parked");
    }
    try {
      source.seek(place);
      byte[] value = new byte[source.readInt()];
      source.readFully(value);
      return value;
    } catch (IOException e) {
      throw new SQLException("A wide value cannot be read: " + e.getMessage(), e);
    }
  }

  /** Deletes the file; the statement must have ended. */
  @Override
  public synchronized void close() throws IOException {
    OPEN.remove(id);
    RandomAccessFile open = content;
    if (open != null) {
      open.close();
    }
    TemporaryFile counted = file;
    if (counted != null) {
      counted.close();
    }
  }

  static void register(DuckDBConnection connection) throws SQLException {
    try (DuckDBScalarFunctionBuilder builder = DuckDBFunctions.scalarFunction()) {
      builder
          .withName(FUNCTION)
          .withParameters(String.class, String.class)
          .withReturnType(Long.class)
          .withVectorizedFunction(ParkedValues::park)
          .withVolatile()
          .register(connection);
    }
  }

  private static void park(DuckDBDataChunkReader chunk, DuckDBWritableVector places)
      throws IOException {
    DuckDBReadableVector ids = chunk.vector(0);
    DuckDBReadableVector values = chunk.vector(1);
    for (long row = 0; row < chunk.rowCount(); row++) {
      String value = values.getString(row);
      String id = ids.getString(row);
      if (value == null || id == null) {
        places.setNull(row);
      } else {
        places.setLong(row, park(id, value));
      }
    }
  }

  private static long park(String id, String value) throws IOException {
    ParkedValues open = OPEN.get(id.substring(1));
    if (open == null) {
      throw new IllegalStateException("The result is closed");
    }
    try {
      return open.append(
          id.charAt(0) == 'b'
              ? Base64.getDecoder().decode(value)
              : value.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      open.fail(e);
      throw e;
    }
  }
}
