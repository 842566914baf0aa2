package io.tunnel.benchmark.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resident memory of this process in bytes, as Linux counts it; -1 on other systems. */
public final class ProcessMemory {
  private static final int KIBIBYTE = 1024;

  private ProcessMemory() {}

  /** What is resident now. */
  public static long resident() throws IOException {
    return status("VmRSS");
  }

  /** The most since the start, or since {@link #forgetPeak}. */
  public static long peak() throws IOException {
    return status("VmHWM");
  }

  /** Lets the peak begin at what is resident now. */
  public static void forgetPeak() throws IOException {
    Path references = Path.of("/proc/self/clear_refs");
    if (Files.isWritable(references)) {
      Files.writeString(references, "5");
    }
  }

  private static long status(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(name + ":")) {
          return KIBIBYTE * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return -1;
  }
}
