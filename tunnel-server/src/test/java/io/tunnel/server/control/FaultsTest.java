package io.tunnel.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.protocol.type.PartitionSpec;
import io.tunnel.server.Operation;
import io.tunnel.server.error.ServiceError;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which call has which fault. */
class FaultsTest {
  private static final Fault FIRST = Fault.refuse(500, "InternalServerError");
  private static final Fault SECOND = Fault.loseAnswer();

  private final ServerControl control =
      new ServerControl(new ControlledClock(() -> Instant.EPOCH), () -> {});

  private @Nullable Fault call(
      Operation operation, String table, @Nullable String block, @Nullable String partition) {
    return control.faultOf(
        new ArrivedCall(operation, table, block, partition),
        control.record("id", operation, "PUT", "/"));
  }

  private @Nullable Fault block(int id) {
    return call(Operation.WRITE_BLOCK, "local.t", String.valueOf(id), null);
  }

  @Test
  void theThirdCallOfABlockIsCountedWithoutTheOthers() {
    FaultRule rule = control.fail(Calls.of(Operation.WRITE_BLOCK).block(2).after(2), FIRST);
    assertThat(block(2)).isNull();
    assertThat(block(1)).isNull();
    assertThat(block(22)).isNull();
    assertThat(block(2)).isNull();
    assertThat(call(Operation.COMMIT_UPLOAD, "local.t", "2", null)).isNull();
    assertThat(block(2)).isEqualTo(FIRST);
    assertThat(block(2)).isNull();
    assertThat(rule.seen()).isEqualTo(4);
    assertThat(rule.happened()).isEqualTo(1);
  }

  @Test
  void aFaultHappensAsOftenAsItIsTold() {
    control.fail(Calls.any().after(1).times(2), FIRST);
    assertThat(block(0)).isNull();
    assertThat(block(0)).isEqualTo(FIRST);
    assertThat(call(Operation.SUBMIT, "local.", null, null)).isEqualTo(FIRST);
    assertThat(block(0)).isNull();
    control.fail(Calls.any().always(), SECOND);
    for (int i = 0; i < 100; i++) {
      assertThat(block(i)).isEqualTo(SECOND);
    }
    control.clearFaults();
    assertThat(block(0)).isNull();
  }

  @Test
  void ofTwoFaultsThatAreDueTheFirstHappensNowAndTheSecondNext() {
    control.fail(Calls.any(), FIRST);
    control.fail(Calls.of(Operation.WRITE_BLOCK), SECOND);
    assertThat(block(0)).isEqualTo(FIRST);
    assertThat(block(0)).isEqualTo(SECOND);
    assertThat(block(0)).isNull();
  }

  @Test
  void tablesAreNamedWithTheirProjectOrWithout() {
    for (String name : new String[] {"t", "T", "local.t", "Local.T"}) {
      control.fail(Calls.any().table(name), FIRST);
      assertThat(call(Operation.WRITE_BLOCK, "local.tt", "0", null)).as(name).isNull();
      assertThat(call(Operation.WRITE_BLOCK, "other.xt", "0", null)).as(name).isNull();
      assertThat(call(Operation.WRITE_BLOCK, "local.t", "0", null)).as(name).isEqualTo(FIRST);
    }
    control.fail(Calls.any().table("local.s.t"), FIRST);
    assertThat(call(Operation.WRITE_BLOCK, "local.t", "0", null)).isNull();
    assertThat(call(Operation.WRITE_BLOCK, "local.s.t", "0", null)).isEqualTo(FIRST);
  }

  @Test
  void partitionsAreComparedByTheirValues() {
    control.fail(Calls.any().partition(PartitionSpec.parse("ds=1,hh=2")), FIRST);
    assertThat(call(Operation.WRITE_BLOCK, "p.t", "0", null)).isNull();
    assertThat(call(Operation.WRITE_BLOCK, "p.t", "0", "")).isNull();
    assertThat(call(Operation.WRITE_BLOCK, "p.t", "0", "nonsense")).isNull();
    assertThat(call(Operation.WRITE_BLOCK, "p.t", "0", "ds=1,hh=3")).isNull();
    assertThat(call(Operation.WRITE_BLOCK, "p.t", "0", "HH='2'/ds='1'")).isEqualTo(FIRST);
  }

  @Test
  void whatCouldNeverHappenIsRejected() {
    assertThatThrownBy(() -> Calls.any().times(0)).hasMessageContaining("at least once");
    assertThatThrownBy(() -> Calls.any().after(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> Calls.any().block(-1)).hasMessageContaining("begin with 0");
    assertThatThrownBy(() -> Fault.refuse(200, "OK")).hasMessageContaining("300 to 599");
    assertThatThrownBy(() -> Fault.refuse(304, "NotModified")).hasMessageContaining("not 304");
    assertThatThrownBy(() -> Fault.refuse(429, "")).hasMessageContaining("code");
    assertThatThrownBy(() -> Fault.cutAnswer(0)).hasMessageContaining("lose the answer");
    assertThatThrownBy(() -> Fault.cutRequest(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> Fault.slow(0)).hasMessageContaining("never end");
  }

  @Test
  void aRowOfTheErrorTableIsARefusal() {
    assertThat(Fault.refuse(ServiceError.FLOW_EXCEEDED))
        .isEqualTo(
            new Fault.Refuse(429, "FlowExceeded", "Flow exceeded.", Duration.ZERO, Duration.ZERO));
    assertThat(Fault.refuse(429, "x").retryAfter(Duration.ofMillis(1001)).retryAfterSeconds())
        .isEqualTo(2);
    assertThat(Fault.refuse(429, "x").retryAfter(Duration.ofSeconds(2)).retryAfterSeconds())
        .isEqualTo(2);
  }

  @Test
  void onlyTheLastRequestsAreRemembered() {
    for (int i = 0; i <= ServerControl.KEPT_REQUESTS; i++) {
      control.record("id" + i, Operation.OTHER, "GET", "/");
    }
    assertThat(control.requests()).hasSize(ServerControl.KEPT_REQUESTS);
    assertThat(control.requests().get(0).requestId()).isEqualTo("id1");
    assertThat(control.requests().get(ServerControl.KEPT_REQUESTS - 1).requestId())
        .isEqualTo("id" + ServerControl.KEPT_REQUESTS);
  }
}
