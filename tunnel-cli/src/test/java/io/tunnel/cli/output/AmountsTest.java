package io.tunnel.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AmountsTest {
  @Test
  void writesAmountsAsPeopleReadThem() {
    assertThat(Amounts.rows(1)).isEqualTo("1 row");
    assertThat(Amounts.rows(171_075)).isEqualTo("171,075 rows");
    assertThat(Amounts.megabytes(2_932_161)).isEqualTo("2.9 MB");
    assertThat(Amounts.seconds(Duration.ofMillis(1_234))).isEqualTo("1.23 s");
    assertThat(Amounts.seconds(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Amounts.seconds(Duration.ofMillis(99_960))).isEqualTo("1 min 40 s");
    assertThat(Amounts.rowRate(500, Duration.ofMillis(250))).isEqualTo("2,000 rows/s");
    assertThat(Amounts.byteRate(3_000_000, Duration.ofSeconds(2))).isEqualTo("1.5 MB/s");
  }
}
