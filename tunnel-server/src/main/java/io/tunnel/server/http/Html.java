package io.tunnel.server.http;

import java.util.Map;

/** Builds the few pages that people look at. Every text is escaped. */
final class Html {
  private static final String STYLE =
      "body{font:16px/1.4 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
          + "th{text-align:left;padding-right:2em;font-weight:normal;color:#555;vertical-align:top}"
          + "pre{background:#f4f4f4;padding:1em;white-space:pre-wrap;overflow-wrap:anywhere}"
          + "pre.failure{background:#fdeaea}";

  private final StringBuilder text = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param refreshSeconds after how many seconds the browser loads it again; 0 for never
   */
  Html(String title, int refreshSeconds) {
    text.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    escape(title);
    text.append("</title>");
    if (refreshSeconds > 0) {
      text.append("<meta http-equiv=\"refresh\" content=\"").append(refreshSeconds).append("\">");
    }
    text.append("<style>").append(STYLE).append("</style></head><body><h1>");
    escape(title);
    text.append("</h1>\n");
  }

  Html paragraph(String content) {
    text.append("<p>");
    escape(content);
    text.append("</p>\n");
    return this;
  }

  Html heading(String content) {
    text.append("<h2>");
    escape(content);
    text.append("</h2>\n");
    return this;
  }

  /** Text with its line ends, and a class for its colour. */
  Html block(String name, String content) {
    text.append("<pre class=\"").append(name).append("\">");
    escape(content);
    text.append("</pre>\n");
    return this;
  }

  /** A table of names and values. */
  Html facts(Map<String, String> facts) {
    text.append("<table>\n");
    facts.forEach(
        (name, value) -> {
          text.append("<tr><th>");
          escape(name);
          text.append("</th><td>");
          escape(value);
          text.append("</td></tr>\n");
        });
    text.append("</table>\n");
    return this;
  }

  private void escape(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\'' -> text.append("&#39;");
        default -> text.append(c >= ' ' || c == '\n' || c == '\t' ? c : '\uFFFD');
      }
    }
  }

  @Override
  public String toString() {
    return text + "</body></html>\n";
  }
}
