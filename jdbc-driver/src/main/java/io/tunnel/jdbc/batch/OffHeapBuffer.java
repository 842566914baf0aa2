package io.tunnel.jdbc.batch;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one Arrow buffer. It grows by doubling, keeps what it holds, and is written through
 * its address, which changes whenever it grows; whoever writes has reserved the bytes before.
 */
final class OffHeapBuffer implements AutoCloseable {
  /** What one huge value has made larger than this is given back after the batch. */
  private static final long KEPT_BYTES = 16L << 20;

  private static final long FIRST_BYTES = 64;

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

  /** Makes room for so many bytes in all. */
  void reserve(long bytes) {
    if (bytes > capacity) {
      grow(bytes);
    }
  }

  private void grow(long bytes) {
    long size = Long.highestOneBit(Math.max(bytes, FIRST_BYTES) - 1) << 1;
    ArrowBuf larger = allocator.buffer(size);
    ArrowBuf old = buffer;
    if (old != null) {
      MemoryUtil.copyMemory(address, larger.memoryAddress(), capacity);
      old.close();
    }
    buffer = larger;
    capacity = size;
    address = larger.memoryAddress();
  }

  /** The memory as a part of an Arrow message, which takes a reference of its own. */
  ArrowBuf forMessage() {
    ArrowBuf current = buffer;
    return current == null ? allocator.getEmpty() : current;
  }

  /** Whether it is too large to be kept for the next batch. */
  boolean isOversized() {
    return capacity > KEPT_BYTES;
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
