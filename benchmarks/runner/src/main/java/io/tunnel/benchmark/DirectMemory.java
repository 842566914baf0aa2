package io.tunnel.benchmark;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** Direct buffers of this JVM. */
final class DirectMemory {
  private DirectMemory() {}

  /** Bytes in direct buffers now. */
  static long used() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
