package io.tunnel.jdbc.batch;

import java.util.Arrays;

/**
 * What became of keys: a hash table over their bytes, which lie one behind the other in one array,
 * so that a key takes little more than its own bytes. When that array has 128 MiB, or an eighth of
 * the heap, the table is full: it forgets everything and takes no more.
 */
final class KeyStates {
  private static final int MOST_BYTES =
      (int) Math.min(1 << 27, Runtime.getRuntime().maxMemory() / 8);
  private static final int HEADER = 1 + Integer.BYTES;

  /** What is known of a key. */
  enum State {
    UNKNOWN,
    PRESENT,
    ABSENT
  }

  private static final State[] STATES = State.values();

  private final int mostBytes;

  /** For each slot where its entry begins, plus one; 0 for a free slot. */
  private int[] slots = new int[1 << 10];

  /** For each entry its state, the length of its key in four bytes, and the key. */
  private byte[] entries = new byte[1 << 12];

  private int end;
  private int count;
  private boolean full;

  KeyStates() {
    this(MOST_BYTES);
  }

  /** With another size at which the table is full. */
  KeyStates(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** What is known of a key. */
  State get(KeyBytes key) {
    int entry = slots[slot(key)];
    return entry == 0 ? State.UNKNOWN : STATES[entries[entry - 1]];
  }

  /** Takes down what became of a key. */
  void put(KeyBytes key, State state) {
    if (full) {
      return;
    }
    int slot = slot(key);
    if (slots[slot] == 0) {
      if (!reserve(HEADER + key.length())) {
        full = true;
        slots = new int[1];
        entries = new byte[0];
        return;
      }
      slots[slot] = append(key);
      grow();
      slot = slot(key);
    }
    entries[slots[slot] - 1] = (byte) state.ordinal();
  }

  /** Whether nothing is known any more, because there was no room for a key. */
  boolean isFull() {
    return full;
  }

  private boolean reserve(int bytes) {
    if ((long) end + bytes > mostBytes) {
      return false;
    }
    if (end + bytes > entries.length) {
      entries = Arrays.copyOf(entries, Math.min(mostBytes, Math.max(end + bytes, 2 * end)));
    }
    return true;
  }

  private int append(KeyBytes key) {
    int entry = end + 1;
    int length = key.length();
    for (int i = 0; i < Integer.BYTES; i++) {
      entries[entry + i] = (byte) (length >>> 8 * i);
    }
    System.arraycopy(key.bytes(), 0, entries, end + HEADER, length);
    end += HEADER + length;
    count++;
    return entry;
  }

  private int length(int entry) {
    int length = 0;
    for (int i = Integer.BYTES - 1; i >= 0; i--) {
      length = length << 8 | entries[entry + i] & 0xff;
    }
    return length;
  }

  private void grow() {
    if (2 * count <= slots.length) {
      return;
    }
    slots = new int[2 * slots.length];
    for (int start = 0; start < end; start += HEADER + length(start + 1)) {
      int length = length(start + 1);
      int slot = hash(entries, start + HEADER, length);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = start + 1;
    }
  }

  /** The slot of a key, or the free one where it belongs. */
  private int slot(KeyBytes key) {
    int slot = hash(key.bytes(), 0, key.length());
    while (slots[slot] != 0 && !isKey(slots[slot], key)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private boolean isKey(int entry, KeyBytes key) {
    int from = entry - 1 + HEADER;
    return length(entry) == key.length()
        && Arrays.equals(entries, from, from + key.length(), key.bytes(), 0, key.length());
  }

  private int hash(byte[] bytes, int from, int length) {
    long hash = length;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ bytes[i]) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    return (int) hash & slots.length - 1;
  }
}
