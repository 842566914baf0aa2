package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class XmlElementPropertyTest {
  @Property(tries = 300)
  void escapedTextComesBack(@ForAll String text) throws Exception {
    String allowed =
        text.codePoints()
            .filter(c -> c == 9 || c == 10 || c == 13 || (c >= 32 && c < 0xD800) || c > 0xFFFF)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    byte[] document = ("<a>" + XmlElement.escape(allowed) + "</a>").getBytes(UTF_8);
    assertThat(XmlElement.parse(document).text()).isEqualTo(allowed);
  }
}
