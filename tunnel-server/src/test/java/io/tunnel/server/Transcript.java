package io.tunnel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an official client sent and what a recording server answered, as the protocol's test vectors
 * hold it.
 *
 * @param name the client and what it did
 * @param exchanges the requests with their answers, in order
 */
record Transcript(String name, List<Exchange> exchanges) {
  private static final Pattern BINARY =
      Pattern.compile("<(\\d+) bytes, base64> ([A-Za-z0-9+/=\\s]+)");
  private static final Path FOLDER = Path.of("src", "test", "resources", "vectors", "control");

  /** A message: its first line, its headers with names in lower case, its body. */
  record Message(String firstLine, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** A request and the answer that the client accepted. */
  record Exchange(int number, Message request, Message answer) {
    String method() {
      return request.firstLine().split(" ")[0];
    }

    /** Path and query. */
    String target() {
      return request.firstLine().split(" ")[1];
    }

    int status() {
      return Integer.parseInt(answer.firstLine().split(" ")[1]);
    }
  }

  static List<Transcript> all() throws IOException {
    List<Transcript> all = new ArrayList<>();
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.sorted().toList()) {
        all.add(read(file));
      }
    }
    return all;
  }

  private static Transcript read(Path file) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    for (String text : Files.readString(file).split("(?m)^### (?=\\d+\\n)")) {
      if (!text.isEmpty()) {
        int end = text.indexOf('\n');
        String[] messages = text.substring(end + 1).split("(?m)^--- response ---\\n", 2);
        exchanges.add(
            new Exchange(
                Integer.parseInt(text.substring(0, end)),
                message(messages[0]),
                message(messages[1])));
      }
    }
    String fileName = file.getFileName().toString();
    return new Transcript(fileName.substring(0, fileName.lastIndexOf('.')), exchanges);
  }

  private static Message message(String text) {
    String[] parts = text.split("\n\n", 2);
    String[] lines = parts[0].split("\n");
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    return new Message(lines[0], headers, body(parts.length == 1 ? "" : parts[1]));
  }

  private static byte[] body(String text) {
    // The blank line between exchanges belongs to no body.
    String stripped = text.strip();
    Matcher binary = BINARY.matcher(stripped);
    if (binary.matches()) {
      byte[] bytes = Base64.getMimeDecoder().decode(binary.group(2));
      if (bytes.length != Integer.parseInt(binary.group(1))) {
        throw new IllegalStateException("A body of the transcript is damaged: " + stripped);
      }
      return bytes;
    }
    return stripped.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name;
  }
}
