package io.tunnel.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void theThreadSleepsUntilThePaceIsMet() throws IOException {
    SteppedTime time = new SteppedTime();
    Pace pace = new Pace(10_000_000, time);
    pace.moved(25_000_000);
    assertThat(time.nanos()).isEqualTo(2_500_000_000L);
    time.sleep(1_500_000_000L);
    pace.moved(10_000_000);
    assertThat(time.nanos()).as("time that passed anyway counts").isEqualTo(4_000_000_000L);
    pace.moved(10_000_000);
    assertThat(time.nanos()).isEqualTo(4_500_000_000L);
  }
}
