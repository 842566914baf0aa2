package io.tunnel.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One request and its answer over a bare socket, byte for byte as it is written down: no HTTP
 * library adds, orders or checks headers.
 */
final class PlainExchange {
  private PlainExchange() {}

  /** Sends a request on a connection of its own. */
  static Transcript.Message send(URI server, Transcript.Message request) throws IOException {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      OutputStream out = socket.getOutputStream();
      StringBuilder head = new StringBuilder(request.firstLine()).append("\r\n");
      boolean chunked = "chunked".equals(request.headers().get("transfer-encoding"));
      for (Map.Entry<String, String> header : request.headers().entrySet()) {
        String value =
            switch (header.getKey()) {
              case "host" -> server.getAuthority();
              case "connection" -> "close";
              case "content-length" -> String.valueOf(request.body().length);
              default -> header.getValue();
            };
        head.append(header.getKey()).append(": ").append(value).append("\r\n");
      }
      if (!request.headers().containsKey("connection")) {
        head.append("Connection: close\r\n");
      }
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      if (chunked) {
        writeChunked(out, request.body());
      } else {
        out.write(request.body());
      }
      out.flush();
      return read(socket.getInputStream());
    }
  }

  private static void writeChunked(OutputStream out, byte[] body) throws IOException {
    out.write((Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static Transcript.Message read(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    String first = line(in);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body =
        "chunked".equals(headers.get("transfer-encoding")) ? chunks(in) : in.readAllBytes();
    return new Transcript.Message(first, headers, body);
  }

  private static byte[] chunks(DataInputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      byte[] chunk = new byte[size];
      in.readFully(chunk);
      body.writeBytes(chunk);
      line(in);
    }
    return body.toByteArray();
  }

  private static int size(DataInputStream in) throws IOException {
    return Integer.parseInt(line(in).strip(), 16);
  }

  private static String line(DataInputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }
}
