package io.tunnel.spark.connection;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** What the data source holds in this JVM at the moment, for monitoring and for tests. */
public final class JvmResources {
  private static final RootAllocator ROOT = new RootAllocator();

  private JvmResources() {}

  /**
   * Memory for one reader or writer, which closes it. Closing fails if anything is still allocated.
   *
   * @param owner its name in Arrow's reports
   */
  public static BufferAllocator newAllocator(String owner) {
    return ROOT.newChildAllocator(owner, 0, Long.MAX_VALUE);
  }

  /** Bytes of off-heap memory that readers and writers hold; 0 when none is open. */
  public static long allocatedBytes() {
    return ROOT.getAllocatedMemory();
  }

  /** How many readers, writers and running jobs use a client; 0 when none is open. */
  public static int leases() {
    return SharedClients.INSTANCE.leases();
  }

  /** How many clients are open, those included that wait for the next task. */
  public static int clients() {
    return SharedClients.INSTANCE.clients();
  }
}
