package io.tunnel.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountTest {
  @Test
  void anAccountIsReadWithItsRightsAndItsToken() {
    Account plain = Account.parse("ann:se:cret=");
    assertThat(plain.accessId()).isEqualTo("ann");
    assertThat(plain.secret()).isEqualTo("se:cret=");
    assertThat(plain.rights().isEverything()).isTrue();
    assertThat(plain.token()).isNull();

    Account limited = Account.parse(" bob:x  Sales=read,stock=WRITE ");
    assertThat(limited.rights().in("sales")).contains(Right.READ);
    assertThat(limited.rights().in("STOCK")).contains(Right.WRITE);
    assertThat(limited.rights().in("other")).isEmpty();
    assertThat(limited.rights().isEverything()).isFalse();

    Account temporary =
        Account.parse("tmp:x token:a/b+c== *=read,demo=admin expires:2026-01-02T03:04:05Z");
    assertThat(temporary.token())
        .isEqualTo(new SecurityToken("a/b+c==", Instant.parse("2026-01-02T03:04:05Z")));
    assertThat(temporary.rights().in("demo")).contains(Right.ADMIN);
    assertThat(temporary.rights().in("other")).contains(Right.READ);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hidden",
        "ann:",
        ":hidden",
        "ann:hidden hidden",
        "ann:hid den=hidden",
        "ann:hidden a=hidden",
        "ann:hidden a=read,hidden",
        "ann:hidden a=read,A=write",
        "ann:hidden 1a=read",
        "ann:hidden a=read b=read",
        "ann:hidden token:",
        "ann:hidden token:hidden token:hidden",
        "ann:hidden token:hidden expires:hidden",
        "ann:hidden expires:2026-01-02T03:04:05Z",
        "ann:hidden token:h\u00e9 expires:2026-01-02T03:04:05Z",
        "an/n:hidden",
        "an,n:hidden",
      })
  void whatIsNoAccountIsRefusedWithoutShowingItsSecret(String text) {
    assertThatThrownBy(() -> Account.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hid")
        .hasNoCause();
  }

  @Test
  void eachRightContainsThoseBeforeIt() {
    Rights rights = Rights.of(Map.of("r", Right.READ, "w", Right.WRITE, "a", Right.ADMIN));
    assertThat(rights.allow(Right.READ, "r")).isTrue();
    assertThat(rights.allow(Right.WRITE, "r")).isFalse();
    assertThat(rights.allow(Right.READ, "w")).isTrue();
    assertThat(rights.allow(Right.WRITE, "W")).isTrue();
    assertThat(rights.allow(Right.ADMIN, "w")).isFalse();
    assertThat(rights.allow(Right.ADMIN, "a")).isTrue();
    assertThat(rights.allow(Right.READ, "x")).isFalse();
    assertThat(rights).hasToString("a=admin,r=read,w=write");
    assertThat(Rights.of(Map.of("*", Right.ADMIN, "a", Right.READ)).isEverything()).isFalse();
  }

  @Test
  void noTextShowsASecretOrAToken() {
    Account account =
        new Account("id", "the-secret", Rights.everything(), new SecurityToken("the-token", null));
    assertThat(account.toString()).contains("id").doesNotContain("the-");
    assertThat(String.valueOf(account.token())).doesNotContain("the-");
  }
}
