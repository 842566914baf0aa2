package io.tunnel.server.control;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.Operation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a fault is for: those that have all that is named here, counted from the moment at
 * which the fault is set. Calls refused for their signature or their rights are not counted.
 * Immutable.
 *
 * @param operation what the call asks for; null for anything
 * @param table {@code table}, {@code project.table} or {@code project.schema.table}, in any case;
 *     null for any
 * @param block the block id of the call; null for any
 * @param partition the partition that the call names, whatever the order of its levels; null for
 *     any
 * @param after how many of these calls go well before the fault begins
 * @param times how many of them have the fault then
 */
public record Calls(
    @Nullable Operation operation,
    @Nullable String table,
    @Nullable Integer block,
    @Nullable PartitionSpec partition,
    long after,
    long times) {
  /** Rejects counts that mean nothing. */
  public Calls {
    if (after < 0 || times < 1) {
      throw new IllegalArgumentException(
          "A fault happens after 0 or more calls, and at least once; not after "
              + after
              + " and "
              + times
              + " times");
    }
    if (block != null && block < 0) {
      throw new IllegalArgumentException("There is no block " + block + ": block ids begin with 0");
    }
  }

  /** The next call of any kind. */
  public static Calls any() {
    return new Calls(null, null, null, null, 0, 1);
  }

  /** The next call of a kind. */
  public static Calls of(Operation operation) {
    return new Calls(operation, null, null, null, 0, 1);
  }

  /** Those on a table. */
  public Calls table(String name) {
    return new Calls(operation, name, block, partition, after, times);
  }

  /** Those for a block. */
  public Calls block(int id) {
    return new Calls(operation, table, id, partition, after, times);
  }

  /** Those for a partition. */
  public Calls partition(PartitionSpec spec) {
    return new Calls(operation, table, block, spec, after, times);
  }

  /** The first so many of them go well: after 2, it is the third that has the fault. */
  public Calls after(long calls) {
    return new Calls(operation, table, block, partition, calls, times);
  }

  /** So many of them have the fault, one after the other. */
  public Calls times(long calls) {
    return new Calls(operation, table, block, partition, after, calls);
  }

  /** All of them have the fault, until it is taken away. */
  public Calls always() {
    return times(Long.MAX_VALUE);
  }

  boolean match(ArrivedCall call) {
    return (operation == null || operation == call.operation())
        && (table == null || isTable(table.toLowerCase(Locale.ROOT), call.table()))
        && (block == null || block.toString().equals(call.block()))
        && (partition == null || isPartition(partition, call.partition()));
  }

  private static boolean isTable(String wanted, String called) {
    return called.equals(wanted) || called.endsWith("." + wanted);
  }

  private static boolean isPartition(PartitionSpec wanted, @Nullable String called) {
    try {
      return called != null
          && !called.isEmpty()
          && wanted.values().equals(PartitionSpec.parse(called).values());
    } catch (IllegalArgumentException unreadable) {
      // The server refuses such a call by itself.
      return false;
    }
  }
}
