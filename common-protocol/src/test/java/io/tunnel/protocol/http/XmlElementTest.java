package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class XmlElementTest {
  private static XmlElement parse(String text) throws IOException {
    return XmlElement.parse(text.getBytes(UTF_8));
  }

  @Test
  void readsTextAttributesAndChildren() throws Exception {
    XmlElement root = parse("<a x='1'>t<b>1</b><c/><b><![CDATA[<2>]]>&amp;</b><!-- no --></a>");
    assertThat(root.name()).isEqualTo("a");
    assertThat(root.attributes()).containsEntry("x", "1");
    assertThat(root.text()).isEqualTo("t");
    assertThat(root.childrenNamed("b")).extracting(XmlElement::text).containsExactly("1", "<2>&");
    assertThat(root.childText("c")).isEmpty();
    assertThat(root.childText("d")).isEmpty();
  }

  @Test
  void refusesBrokenDeepAndExpandingDocuments() {
    assertThatThrownBy(() -> parse("<a><b></a>")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> parse("")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> parse("<a>".repeat(100) + "</a>".repeat(100)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> parse("<!DOCTYPE a [<!ENTITY x 'xxxx'><!ENTITY y '&x;&x;'>]><a>&y;</a>"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesCharactersThatXmlCannotCarry() {
    assertThatThrownBy(() -> XmlElement.escape("a\u0000b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+0000");
  }
}
