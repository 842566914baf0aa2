package io.tunnel.benchmark.dataset;

import com.sun.management.OperatingSystemMXBean;
import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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
    // Loading the data is not part of the peak.
    ProcessMemory.forgetPeak();
    return Map.of("java", System.getProperty("java.version"), "memory", ProcessMemory.resident());
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
    measured.put("peakMemory", ProcessMemory.peak());
    return measured;
  }
}
