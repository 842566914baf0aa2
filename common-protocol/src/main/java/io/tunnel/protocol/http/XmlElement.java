package io.tunnel.protocol.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A small tree of an XML answer. It is read leniently, as the service's own clients do: unknown
 * elements are there and ignored, missing ones read as empty text. Document types and external
 * entities are never followed.
 *
 * @param name the local name
 * @param attributes local name to value
 * @param text the element's own text, not that of its children
 * @param children in document order
 */
public record XmlElement(
    String name, Map<String, String> attributes, String text, List<XmlElement> children) {
  private static final int MAX_DEPTH = 64;

  /**
   * Parses a document.
   *
   * @throws IOException if it is not well-formed, or deeper than 64 levels
   */
  public static XmlElement parse(byte[] document) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
      try {
        return read(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException e) {
      throw new IOException("The XML document is not well-formed", e);
    }
  }

  private static XmlElement read(XMLStreamReader reader) throws XMLStreamException, IOException {
    Deque<Open> open = new ArrayDeque<>();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (open.size() == MAX_DEPTH) {
            throw new IOException("The XML document has more than " + MAX_DEPTH + " levels");
          }
          open.push(new Open(reader));
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          Open current = open.peek();
          if (current != null) {
            current.text.append(reader.getText());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          XmlElement done = open.pop().close();
          Open parent = open.peek();
          if (parent == null) {
            return done;
          }
          parent.children.add(done);
        }
        default -> {
          // Comments, processing instructions and blanks carry nothing.
        }
      }
    }
    throw new IOException("The XML document has no root element");
  }

  /** The first child of this name, or null. */
  public @Nullable XmlElement child(String childName) {
    for (XmlElement child : children) {
      if (child.name.equals(childName)) {
        return child;
      }
    }
    return null;
  }

  /** All children of this name. */
  public List<XmlElement> childrenNamed(String childName) {
    List<XmlElement> found = new ArrayList<>();
    for (XmlElement child : children) {
      if (child.name.equals(childName)) {
        found.add(child);
      }
    }
    return found;
  }

  /** The stripped text of the first child of this name; empty if there is none. */
  public String childText(String childName) {
    XmlElement child = child(childName);
    return child == null ? "" : child.text.strip();
  }

  /** Escapes text for use in element content. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                // A parser would turn a literal carriage return into a line feed.
                case '\r' -> escaped.append("&#13;");
                default -> {
                  if (!isXmlCharacter(c)) {
                    throw new IllegalArgumentException(
                        String.format("The character U+%04X cannot stand in a statement", c));
                  }
                  escaped.appendCodePoint(c);
                }
              }
            });
    return escaped.toString();
  }

  private static boolean isXmlCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }

  private static final class Open {
    private final String name;
    private final Map<String, String> attributes = new HashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final List<XmlElement> children = new ArrayList<>();

    Open(XMLStreamReader reader) {
      name = reader.getLocalName();
      for (int i = 0; i < reader.getAttributeCount(); i++) {
        attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
      }
    }

    XmlElement close() {
      return new XmlElement(name, Map.copyOf(attributes), text.toString(), List.copyOf(children));
    }
  }
}
