package io.tunnel.server.store;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.duckdb.DuckDBChunkedResult;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;

/**
 * What DuckDB's driver has and does not show: the memory of a vector, texts set many at a time, the
 * error of a streamed result, and the interrupt of a connection while its result is fetched.
 * Written for {@code duckdb_jdbc} 2.0; with a driver that lacks one of them the class does not
 * load, and says which.
 *
 * <p>The public getters of a vector check every access and go through native code for each text,
 * and its setters take a lock for every value, which is up to ten times slower. The public way to
 * end a result does not tell the end from a failure.
 */
final class DriverAccess {
  /** The length that stands for NULL in {@link #assignTexts}. */
  static final long NULL_TEXT = -1;

  private static final MethodHandle DATA = field(DuckDBReadableVector.class, "data");
  private static final MethodHandle VALIDITY = field(DuckDBReadableVector.class, "validity");
  private static final MethodHandle TARGET_DATA = field(DuckDBWritableVector.class, "data");
  private static final MethodHandle TARGET_VALIDITY = field(DuckDBWritableVector.class, "validity");
  private static final MethodHandle TARGET = field(DuckDBWritableVector.class, "vectorRef");
  private static final MethodHandle ASSIGN_TEXTS = assignTexts();
  private static final MethodHandle CONNECTION = field(DuckDBConnection.class, "connRef");
  private static final MethodHandle ADDRESS = address();
  private static final MethodHandle CHECK_ERROR = checkError();
  private static final MethodHandle INTERRUPT = interrupt();

  private DriverAccess() {}

  /**
   * The address of the values of a vector: fixed width and unchecked, valid until the next chunk.
   */
  static long data(DuckDBReadableVector vector) {
    return address(buffer(DATA, vector));
  }

  /** The address of the bits that are 0 for NULL, the lowest bit first; 0 if nothing is NULL. */
  static long validity(DuckDBReadableVector vector) {
    ByteBuffer bits = buffer(VALIDITY, vector);
    return bits == null ? 0 : address(bits);
  }

  /**
   * The address of the values of a vector that is filled: fixed width and unchecked. Valid in the
   * call that got the vector.
   */
  static long data(DuckDBWritableVector vector) {
    return address(buffer(TARGET_DATA, vector));
  }

  /** The address of the validity bits of a vector that is filled; all are 0 at first. */
  static long validity(DuckDBWritableVector vector) {
    return address(buffer(TARGET_VALIDITY, vector));
  }

  /**
   * Sets texts, which are copied.
   *
   * @param row the row of the first
   * @param bytes all texts in UTF-8, one behind the other
   * @param lengths the length of each in bytes, or {@link #NULL_TEXT}
   * @param size the sum of the lengths
   */
  static void assignTexts(
      DuckDBWritableVector vector, long row, byte[] bytes, long[] lengths, int size) {
    try {
      ASSIGN_TEXTS.invokeExact(buffer(TARGET, vector), row, bytes, lengths, size);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Throws the error that ended a result early.
   *
   * @param result a result that gave no further chunk
   */
  static void requireComplete(DuckDBChunkedResult result) throws SQLException {
    try {
      CHECK_ERROR.invokeExact(result);
    } catch (SQLException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Interrupts what a connection does, in whatever phase it is. From any thread; the connection
   * must not be closed meanwhile.
   */
  static void interrupt(DuckDBConnection connection) {
    try {
      INTERRUPT.invokeExact(buffer(CONNECTION, connection));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer buffer(MethodHandle field, Object owner) {
    try {
      return (ByteBuffer) field.invokeExact(owner);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long address(ByteBuffer memory) {
    try {
      return (long) ADDRESS.invokeExact((Object) memory);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the address of a direct buffer. {@link MemoryUtil#getByteBufferAddress} needs a JVM flag
   * for it, reading the field's memory does not.
   */
  private static MethodHandle address() {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field instance = type.getDeclaredField("theUnsafe");
      instance.setAccessible(true);
      Lookup lookup = MethodHandles.publicLookup();
      MethodHandle offset =
          lookup.findVirtual(
              type, "objectFieldOffset", MethodType.methodType(long.class, Field.class));
      MethodHandle read =
          lookup.findVirtual(
              type, "getLong", MethodType.methodType(long.class, Object.class, long.class));
      Object unsafe = instance.get(null);
      Object place = offset.invoke(unsafe, Buffer.class.getDeclaredField("address"));
      return MethodHandles.insertArguments(read.bindTo(unsafe), 1, place);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("This Java does not tell the address of a direct buffer", e);
    }
  }

  private static MethodHandle field(Class<?> owner, String name) {
    try {
      return lookup(owner)
          .findGetter(owner, name, ByteBuffer.class)
          .asType(MethodType.methodType(ByteBuffer.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw unknownDriver(e);
    }
  }

  private static MethodHandle checkError() {
    try {
      return lookup(DuckDBChunkedResult.class)
          .findVirtual(DuckDBChunkedResult.class, "checkError", MethodType.methodType(void.class));
    } catch (ReflectiveOperationException e) {
      throw unknownDriver(e);
    }
  }

  private static MethodHandle interrupt() {
    return function("org.duckdb.DuckDBNative", "duckdb_jdbc_interrupt", ByteBuffer.class);
  }

  private static MethodHandle assignTexts() {
    return function(
        "org.duckdb.DuckDBBindings",
        "duckdb_vector_assign_string_elements",
        ByteBuffer.class,
        long.class,
        byte[].class,
        long[].class,
        int.class);
  }

  private static MethodHandle function(String owner, String name, Class<?>... parameters) {
    try {
      Class<?> functions = Class.forName(owner);
      return lookup(functions)
          .findStatic(functions, name, MethodType.methodType(void.class, parameters));
    } catch (ReflectiveOperationException e) {
      throw unknownDriver(e);
    }
  }

  private static Lookup lookup(Class<?> owner) throws IllegalAccessException {
    return MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
  }

  private static IllegalStateException unknownDriver(ReflectiveOperationException e) {
    return new IllegalStateException(
        "The server needs the DuckDB driver duckdb_jdbc 2.0 on the class path; the one that is"
            + " there differs: "
            + e.getMessage(),
        e);
  }
}
