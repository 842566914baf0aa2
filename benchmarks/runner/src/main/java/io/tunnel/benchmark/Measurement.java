package io.tunnel.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One round.
 *
 * @param rows rows moved
 * @param seconds wall clock
 * @param cpuSeconds CPU time of the participant's process, its garbage collector included
 * @param peakMemory resident memory of the process at its highest since the data was loaded, bytes
 * @param offHeap off-heap memory of the writer at its highest, bytes; -1 if not known
 */
record Measurement(long rows, double seconds, double cpuSeconds, long peakMemory, long offHeap) {

  static Measurement of(Map<String, Object> answer) {
    return new Measurement(
        number(answer, "rows"),
        number(answer, "nanos") / 1e9,
        number(answer, "cpuNanos") / 1e9,
        number(answer, "peakMemory"),
        number(answer, "offHeap"));
  }

  double rowsPerSecond() {
    return rows / seconds;
  }

  double cpuSecondsPerMillionRows() {
    return cpuSeconds / rows * 1e6;
  }

  static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("No round was measured");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  private static long number(Map<String, Object> answer, String name) {
    if (answer.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IllegalArgumentException("The participant did not measure " + name + ": " + answer);
  }
}
