package io.tunnel.benchmark.dataset;

import java.util.Map;

/** One way of moving a dataset; lives in a JVM of its own. */
public interface Participant {

  /**
   * Gets ready: everything that an application would have before it writes.
   *
   * @param data the rows
   * @param settings where to write to
   */
  void prepare(Dataset data, Map<String, String> settings) throws Exception;

  /**
   * Moves all rows once, to the end: what is measured.
   *
   * @return the most off-heap memory that the writer held at once, in bytes; -1 if it cannot be
   *     told
   */
  long run() throws Exception;
}
