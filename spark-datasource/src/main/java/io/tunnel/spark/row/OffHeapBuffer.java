package io.tunnel.spark.row;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Memory that grows by doubling and is written through its address. Nothing is allocated before the
 * first {@link #reserve}. The address changes whenever the buffer grows.
 */
final class OffHeapBuffer implements AutoCloseable {
  /** A buffer that one huge row has made larger than this is given back after the batch. */
  private static final long KEPT_BYTES = 16L << 20;

  private static final long FIRST_BYTES = 1024;

  private final BufferAllocator allocator;
  private @Nullable ArrowBuf buffer;
  private long capacity;
  private long address;

  OffHeapBuffer(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  long address() {
    return address;
  }

  long capacity() {
    return capacity;
  }

  /** Makes room for this many bytes in all, keeping what is there. */
  void reserve(long bytes) {
    if (bytes > capacity) {
      grow(bytes);
    }
  }

  private void grow(long bytes) {
    long size = Long.highestOneBit(Math.max(bytes - 1, FIRST_BYTES - 1)) << 1;
    ArrowBuf larger = allocator.buffer(size);
    ArrowBuf old = buffer;
    if (old != null) {
      Platform.copyMemory(null, address, null, larger.memoryAddress(), capacity);
      old.close();
    }
    buffer = larger;
    capacity = size;
    address = larger.memoryAddress();
  }

  /** The memory for an Arrow message, which takes its own reference. */
  ArrowBuf forMessage() {
    ArrowBuf current = buffer;
    return current == null ? allocator.getEmpty() : current;
  }

  void trim() {
    if (capacity > KEPT_BYTES) {
      close();
    }
  }

  @Override
  public void close() {
    ArrowBuf old = buffer;
    buffer = null;
    capacity = 0;
    address = 0;
    if (old != null) {
      old.close();
    }
  }
}
