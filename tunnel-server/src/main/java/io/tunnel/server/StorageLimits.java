package io.tunnel.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory and disk a server may take for what is not its users' tables.
 *
 * @param databaseMemoryBytes the memory that DuckDB may use; beyond that it writes to the disk
 * @param temporaryBytes the files of work that is not finished: blocks and results on their way,
 *     and again as much for what DuckDB writes to the disk
 * @param resultBytes the results of statements that are kept; the oldest are forgotten first, only
 *     the newest is always kept
 * @param snapshotBytes the rows of download sessions on tables; those that were asked for longest
 *     ago are given up first, only the newest are always kept
 */
public record StorageLimits(
    long databaseMemoryBytes, long temporaryBytes, long resultBytes, long snapshotBytes) {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /** Rejects what is not positive. */
  public StorageLimits {
    if (databaseMemoryBytes < 1 || temporaryBytes < 1 || resultBytes < 1 || snapshotBytes < 1) {
      throw new IllegalArgumentException("Every limit must be positive");
    }
  }

  /**
   * The defaults on this machine: for DuckDB a quarter of the memory and at least 512 MiB; for
   * temporary files half of the disk that is free now, for results a tenth of it, for download
   * sessions a fifth, and at least 1 GiB each.
   *
   * @param directory a folder on the disk
   */
  public static StorageLimits forMachine(Path directory) throws IOException {
    FileStore disk = Files.getFileStore(directory);
    long free = disk.getUsableSpace();
    return new StorageLimits(
        Math.max(512 * MIB, machineMemory() / 4),
        Math.max(GIB, free / 2),
        Math.max(GIB, free / 10),
        Math.max(GIB, free / 5));
  }

  private static long machineMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
        ? machine.getTotalMemorySize()
        : 0;
  }
}
