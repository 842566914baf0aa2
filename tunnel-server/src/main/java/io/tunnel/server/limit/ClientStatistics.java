package io.tunnel.server.limit;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one client has done since the server was started. Every call is valid, invalid or an attack;
 * those that repeat a failed one are counted as repeated too.
 *
 * @param account the owner's name of the account; empty for calls whose sender is not known
 * @param address the address that the calls came from
 * @param calls all calls
 * @param repeated calls that repeat one that has failed
 * @param valid calls that keep to the retry policy
 * @param invalid repeated calls that came too early
 * @param attacks repeated calls that came too early after an answer of 429 or 503
 * @param errors how often which error was the answer, by its code
 * @param bytesIn the bytes of the bodies of requests, as they came over the network
 * @param bytesOut the bytes of the bodies of answers, as they went over the network
 * @param underWay calls that have not ended
 * @param isolated whether the client is refused now because of its attacks
 */
public record ClientStatistics(
    String account,
    String address,
    long calls,
    long repeated,
    long valid,
    long invalid,
    long attacks,
    Map<String, Long> errors,
    long bytesIn,
    long bytesOut,
    int underWay,
    boolean isolated) {
  /** Copies the errors, in the order of their codes. */
  public ClientStatistics {
    errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }
}
