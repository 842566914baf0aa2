package io.tunnel.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void theThreadSleepsUntilThePaceIsMet() throws IOException {
    AtomicLong now = new AtomicLong();
    Pace pace = new Pace(10_000_000, now::get, now::addAndGet);
    pace.moved(25_000_000);
    assertThat(now).hasValue(2_500_000_000L);
    now.addAndGet(1_500_000_000L);
    pace.moved(10_000_000);
    assertThat(now).as("time that passed anyway counts").hasValue(4_000_000_000L);
    pace.moved(10_000_000);
    assertThat(now).hasValue(4_500_000_000L);
  }
}
