package io.tunnel.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunnel.protocol.TunnelException;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RetryPolicyPropertyTest {
  @Property(tries = 200)
  void neverComesBackFasterThanAllowed(
      @ForAll @Size(max = 12) List<@IntRange(max = 100) Integer> retryAfters) throws Exception {
    FakeTime fresh = new FakeTime();
    RetryPolicy.Attempts attempts = new RetryPolicy(Duration.ofDays(1), fresh, fresh).start();
    long least = 1;
    for (int i = 0; i < retryAfters.size(); i++) {
      attempts.awaitNext(
          TunnelException.answer(
              "FlowExceeded", 429, null, "Too much", Duration.ofSeconds(retryAfters.get(i))));
      assertThat(fresh.waitsInSeconds().get(i))
          .isEqualTo(Math.max(Math.min(least, 32), retryAfters.get(i)));
      least *= 2;
    }
  }
}
