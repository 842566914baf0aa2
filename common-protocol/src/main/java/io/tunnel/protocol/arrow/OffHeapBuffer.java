package io.tunnel.protocol.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one Arrow buffer, for front ends that write rows into columns. It grows by
 * doubling, keeps what it holds, and is written through its address without any check: whoever
 * writes has {@linkplain #reserve reserved} the bytes before, and no other thread closes it
 * meanwhile. Nothing is allocated before the first reservation. The owner closes it. Not thread
 * safe.
 */
public final class OffHeapBuffer implements AutoCloseable {
  /** What one huge value has made larger than this is given back after the batch. */
  private static final long KEPT_BYTES = 16L << 20;

  private static final long FIRST_BYTES = 64;

  private final BufferAllocator allocator;
  private @Nullable ArrowBuf buffer;
  private long capacity;
  private long address;

  /** A buffer without memory yet, which will come from this allocator. */
  public OffHeapBuffer(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Where the memory begins; valid until the next {@link #reserve}. 0 before the first one. */
  public long address() {
    return address;
  }

  /** How many bytes are reserved. */
  public long capacity() {
    return capacity;
  }

  /** Makes room for so many bytes in all and keeps what is there. */
  public void reserve(long bytes) {
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
  public ArrowBuf forMessage() {
    ArrowBuf current = buffer;
    return current == null ? allocator.getEmpty() : current;
  }

  /** Whether one huge value has made it too large to be kept for the next batch. */
  public boolean isOversized() {
    return capacity > KEPT_BYTES;
  }

  /** Gives the memory back; the next reservation begins anew. */
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
