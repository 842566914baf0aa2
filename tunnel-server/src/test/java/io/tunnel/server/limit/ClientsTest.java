package io.tunnel.server.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunnel.server.error.ServiceException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Retry policy and classes of calls of the page on the data transmission service. */
class ClientsTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Clients clients = clients(false);

  private Clients clients(boolean isolate) {
    return new Clients(isolate, () -> Instant.ofEpochMilli(now.get()));
  }

  private static Clients.Visit arrive(Clients clients, String path, String query) {
    return clients.arrive("a", "1.2.3.4", "POST", path, query);
  }

  private void call(String path, int status) {
    answer(arrive(clients, path, ""), status);
  }

  private static void answer(Clients.Visit visit, int status) {
    if (status < 400) {
      visit.succeeds();
    } else {
      visit.fails(status, "E" + status);
    }
    visit.end(0, 0);
  }

  /** Calls, repeated, valid, invalid and attack calls of the only client. */
  private List<Long> classes() {
    ClientStatistics only = clients.statistics().get(0);
    return List.of(only.calls(), only.repeated(), only.valid(), only.invalid(), only.attacks());
  }

  @Test
  void theWaitDoublesFromOneToThirtyTwoSeconds() {
    long[] seconds = {1, 2, 4, 8, 16, 32, 32, 32};
    call("kept", 429);
    for (long wait : seconds) {
      now.addAndGet(wait * 1000);
      call("kept", 429);
    }
    assertThat(classes()).containsExactly(9L, 8L, 9L, 0L, 0L);
    call("early", 429);
    for (int i = 0; i < seconds.length; i++) {
      now.addAndGet(seconds[i] * 1000 - 1);
      call("early", 429);
      assertThat(classes().get(4)).as("after %s failures", i + 1).isEqualTo(i + 1);
    }
  }

  @Test
  void onlyEarlyRepetitionsOf429And503AreAttacks() {
    Map<Integer, List<Long>> expected =
        Map.of(
            429, List.of(2L, 1L, 1L, 0L, 1L),
            503, List.of(2L, 1L, 1L, 0L, 1L),
            500, List.of(2L, 1L, 1L, 1L, 0L),
            404, List.of(2L, 1L, 1L, 1L, 0L),
            200, List.of(2L, 0L, 2L, 0L, 0L));
    expected.forEach(
        (status, counts) -> {
          Clients own = clients(false);
          answer(arrive(own, "x", ""), status);
          now.addAndGet(999);
          answer(arrive(own, "x", ""), 200);
          ClientStatistics only = own.statistics().get(0);
          assertThat(
                  List.of(
                      only.calls(), only.repeated(), only.valid(), only.invalid(), only.attacks()))
              .as("status %s", status)
              .isEqualTo(counts);
        });
  }

  @Test
  void aSuccessEndsTheSuccession() {
    call("x", 500);
    now.addAndGet(1000);
    call("x", 200);
    call("x", 500);
    now.addAndGet(1000);
    call("x", 200);
    assertThat(classes()).containsExactly(4L, 2L, 4L, 0L, 0L);
  }

  @Test
  void anotherUrlIsNoRepetition() {
    call("x", 429);
    call("y", 429);
    assertThat(classes()).containsExactly(2L, 0L, 2L, 0L, 0L);
  }

  /** The service counts consecutive requests of a client as well, whatever is new in the URL. */
  @Test
  void theSameCallWithAnotherQueryDirectlyAfterARefusalIsARepetition() {
    answer(arrive(clients, "t", "uploadid=1"), 429);
    answer(arrive(clients, "t", "uploadid=2"), 429);
    assertThat(classes()).containsExactly(2L, 1L, 1L, 0L, 1L);
    // What the client did in between shows that it has not just tried again.
    call("other", 200);
    answer(arrive(clients, "t", "uploadid=3"), 404);
    answer(arrive(clients, "t", "uploadid=4"), 404);
    assertThat(classes()).containsExactly(5L, 1L, 4L, 0L, 1L);
  }

  @Test
  void aCallThatWasSentBeforeTheAnswerIsNoRepetition() {
    Clients.Visit first = arrive(clients, "t", "blockid=1");
    Clients.Visit second = arrive(clients, "t", "blockid=2");
    answer(first, 429);
    Clients.Visit third = arrive(clients, "t", "blockid=3");
    answer(second, 429);
    answer(third, 429);
    assertThat(classes()).containsExactly(3L, 0L, 3L, 0L, 0L);
  }

  @Test
  void afterAMinuteAFailureIsForgotten() {
    for (int i = 0; i < 7; i++) {
      call("x", 429);
      now.addAndGet(32_000);
    }
    now.addAndGet(32_000);
    call("x", 429);
    now.addAndGet(1000);
    call("x", 200);
    assertThat(classes()).containsExactly(9L, 7L, 9L, 0L, 0L);
  }

  @Test
  void aClientIsAnAccountAtAnAddress() {
    answer(clients.arrive("a", "1.2.3.4", "POST", "x", ""), 429);
    answer(clients.arrive("a", "1.2.3.5", "POST", "x", ""), 429);
    answer(clients.arrive("b", "1.2.3.4", "POST", "x", ""), 429);
    assertThat(clients.statistics())
        .extracting(c -> c.account() + "@" + c.address() + " " + c.repeated())
        .containsExactly("a@1.2.3.4 0", "a@1.2.3.5 0", "b@1.2.3.4 0");
  }

  @Test
  void threeAttacksWithinAMinuteIsolateForAMinute() throws ServiceException {
    Clients strict = clients(true);
    for (String path : List.of("x", "y")) {
      answer(arrive(strict, path, ""), 429);
      answer(arrive(strict, path, ""), 429);
    }
    now.addAndGet(59_999);
    answer(arrive(strict, "z", ""), 429);
    Clients.Visit third = arrive(strict, "z", "");
    assertThatThrownBy(third::requireWelcome)
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("isolated")
        .hasMessageContaining("60000 ms");
    Clients.Visit other = strict.arrive("b", "1.2.3.4", "POST", "x", "");
    assertThatCode(other::requireWelcome).doesNotThrowAnyException();
    now.addAndGet(59_999);
    assertThatThrownBy(() -> arrive(strict, "new", "").requireWelcome())
        .hasMessageContaining("1 ms");
    now.addAndGet(1);
    arrive(strict, "new", "").requireWelcome();
  }

  @Test
  void attacksThatLieFurtherApartDoNotIsolate() throws ServiceException {
    Clients strict = clients(true);
    for (int i = 0; i < 10; i++) {
      answer(arrive(strict, "x" + i, ""), 429);
      Clients.Visit attack = arrive(strict, "x" + i, "");
      attack.requireWelcome();
      answer(attack, 429);
      // Two of them are within any minute.
      now.addAndGet(30_000);
    }
    assertThat(strict.statistics().get(0).attacks()).isEqualTo(10);
  }

  @Test
  void clientsThatWereSilentForTheLongestTimeAreForgottenFirst() {
    Clients.Visit busy = clients.arrive("busy", "1.2.3.4", "GET", "x", "");
    for (int i = 0; i < 600; i++) {
      answer(clients.arrive("c" + i, "1.2.3.4", "GET", "x", ""), 200);
    }
    busy.end(0, 0);
    List<ClientStatistics> known = clients.statistics();
    assertThat(known).hasSize(500).extracting(ClientStatistics::account).contains("busy");
    assertThat(known.get(499).account()).isEqualTo("c599");
  }
}
