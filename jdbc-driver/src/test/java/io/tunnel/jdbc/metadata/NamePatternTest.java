package io.tunnel.jdbc.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NamePatternTest {
  @Test
  void wildcardsAndEscapes() {
    assertThat(NamePattern.of("a%c").matches("abbbc")).isTrue();
    assertThat(NamePattern.of("a%c").matches("abbbd")).isFalse();
    assertThat(NamePattern.of("A_C").matches("abc")).isTrue();
    assertThat(NamePattern.of("a\\_c").matches("abc")).isFalse();
    assertThat(NamePattern.of("a\\_c").exactName()).isEqualTo("a_c");
    assertThat(NamePattern.of("a.c").matches("abc")).isFalse();
    assertThat(NamePattern.of("abc%").prefix()).isEqualTo("abc");
    assertThat(NamePattern.of("abc%").exactName()).isNull();
    assertThat(NamePattern.of(null).matchesAll()).isTrue();
    assertThat(NamePattern.of("%").matchesAll()).isTrue();
    assertThat(NamePattern.of("").matches("")).isTrue();
    assertThat(NamePattern.of("%a%b%").matches("xxaxxbxx")).isTrue();
  }

  @Property
  void anEscapedNameMatchesItselfAndNothingElse(@ForAll String name, @ForAll String other) {
    String escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    NamePattern pattern = NamePattern.of(escaped);
    assertThat(pattern.matches(name)).isTrue();
    assertThat(pattern.matches(other))
        .isEqualTo(
            name.toLowerCase(java.util.Locale.ROOT)
                .equals(other.toLowerCase(java.util.Locale.ROOT)));
  }
}
