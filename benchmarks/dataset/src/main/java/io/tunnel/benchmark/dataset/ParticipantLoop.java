package io.tunnel.benchmark.dataset;

import com.sun.management.OperatingSystemMXBean;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs a participant round by round as the runner says, and measures each round. */
public final class ParticipantLoop {
  private final Participant participant;
  private @Nullable Dataset data;

  private ParticipantLoop(Participant participant) {
    this.participant = participant;
  }

  /** Serves the runner until it ends. */
  public static void serve(Participant participant) throws IOException {
    ParticipantLoop loop = new ParticipantLoop(participant);
    new CommandLoop().on("prepare", loop::prepare).on("run", loop::run).run();
  }

  private Object prepare(Arguments arguments) throws Exception {
    data = Dataset.read(Path.of(arguments.text("data")));
    participant.prepare(data, arguments.texts("settings"));
    System.gc();
    forgetPeakMemory();
    return Map.of("java", System.getProperty("java.version"), "memory", memory("VmRSS"));
  }

  /** Loading the data is not part of the peak. */
  private static void forgetPeakMemory() throws IOException {
    Path references = Path.of("/proc/self/clear_refs");
    if (Files.isWritable(references)) {
      Files.writeString(references, "5");
    }
  }

  private Object run(Arguments arguments) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long time = System.nanoTime();
    long offHeap = participant.run();
    Map<String, Object> measured = new LinkedHashMap<>();
    measured.put("nanos", System.nanoTime() - time);
    measured.put("cpuNanos", system.getProcessCpuTime() - cpu);
    measured.put("rows", Objects.requireNonNull(data).rows());
    measured.put("offHeap", offHeap);
    measured.put("peakMemory", memory("VmHWM"));
    return measured;
  }

  /** A line of the process's status in bytes; -1 where there is no such file. */
  private static long memory(String name) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(name + ":")) {
          return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return -1;
  }
}
