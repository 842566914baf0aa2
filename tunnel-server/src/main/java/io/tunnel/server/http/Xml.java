package io.tunnel.server.http;

import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import java.io.StringReader;
import java.util.Optional;
import java.util.function.Supplier;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Builds and reads the small XML documents of the service endpoint. */
final class Xml {
  /** How every document begins. */
  static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  private final StringBuilder text = new StringBuilder();

  private Xml() {}

  /** An empty document. */
  static Xml document() {
    return new Xml();
  }

  /** An element with text. */
  Xml element(String name, String value) {
    if (value.isEmpty()) {
      text.append('<').append(name).append("/>");
      return this;
    }
    text.append('<').append(name).append('>');
    escape(value);
    text.append("</").append(name).append('>');
    return this;
  }

  /** An element with a number. */
  Xml element(String name, long value) {
    return element(name, Long.toString(value));
  }

  /** An element with text that stands in a CDATA section. */
  Xml data(String name, String attributes, String value) {
    text.append('<').append(name).append(attributes).append("><![CDATA[");
    text.append(allowed(value).replace("]]>", "]]]]><![CDATA[>"));
    text.append("]]></").append(name).append('>');
    return this;
  }

  /** Opens an element; attributes begin with a blank. */
  Xml open(String name, String... attributeNamesAndValues) {
    text.append('<').append(name);
    for (int i = 0; i < attributeNamesAndValues.length; i += 2) {
      text.append(' ').append(attributeNamesAndValues[i]).append("=\"");
      escape(attributeNamesAndValues[i + 1]);
      text.append('"');
    }
    text.append('>');
    return this;
  }

  /** Closes an element. */
  Xml close(String name) {
    text.append("</").append(name).append('>');
    return this;
  }

  private void escape(String value) {
    String allowed = allowed(value);
    for (int i = 0; i < allowed.length(); i++) {
      char c = allowed.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\r' -> text.append("&#13;");
        default -> text.append(c);
      }
    }
  }

  /** Replaces what XML 1.0 does not allow in any form: most control characters, lone surrogates. */
  private static String allowed(String value) {
    StringBuilder changed = null;
    int length;
    for (int i = 0; i < value.length(); i += length) {
      int point = value.codePointAt(i);
      length = Character.charCount(point);
      if (!isAllowed(point)) {
        changed = changed == null ? new StringBuilder(value.substring(0, i)) : changed;
        changed.append('\uFFFD');
      } else if (changed != null) {
        changed.appendCodePoint(point);
      }
    }
    return changed == null ? value : changed.toString();
  }

  private static boolean isAllowed(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= 0x20 && point <= 0xD7FF)
        || (point >= 0xE000 && point <= 0xFFFD)
        || point >= 0x10000;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** Reads a document. DTDs and external entities are refused. */
  static Element parse(String document) throws ServiceException {
    try {
      return FACTORY
          .get()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(document)))
          .getDocumentElement();
    } catch (SAXException | java.io.IOException | ParserConfigurationException e) {
      throw ServiceError.MALFORMED_XML.exception(
          "The XML document cannot be read: " + e.getMessage(), e);
    }
  }

  /** The first child element with this name. */
  static Optional<Element> child(Element parent, String name) {
    NodeList children = parent.getChildNodes();
    for (int i = 0; i < children.getLength(); i++) {
      if (children.item(i) instanceof Element element && element.getTagName().equals(name)) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  /** The text of the first child element with this name, or the empty text. */
  static String childText(Element parent, String name) {
    return child(parent, name).map(Node::getTextContent).orElse("").strip();
  }

  private static final Supplier<DocumentBuilderFactory> FACTORY =
      () -> {
        try {
          DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
          factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
          factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
          factory.setExpandEntityReferences(false);
          factory.setXIncludeAware(false);
          return factory;
        } catch (ParserConfigurationException e) {
          throw new IllegalStateException("The JDK's XML parser lacks its security features", e);
        }
      };
}
