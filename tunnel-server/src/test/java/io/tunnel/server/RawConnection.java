package io.tunnel.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A connection on which a test sends whatever it likes, HTTP or not. */
final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  /** An answer with its length told by Content-Length; header names in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {
    String requestId() {
      return headers.getOrDefault("x-odps-request-id", "");
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawConnection(URI endpoint) throws IOException {
    socket = new Socket(InetAddress.getByName(endpoint.getHost()), endpoint.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends text as it is; CRLF is written {@code \n}. */
  RawConnection send(String text) throws IOException {
    return send(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Ends what this side sends. */
  RawConnection endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  Answer answer() throws IOException {
    String[] status = line().split(" ", 3);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(status[1]), headers, body);
  }

  /** Reads until the other side has closed; a reset counts as closed. */
  String untilClosed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      in.transferTo(bytes);
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("The connection is open still", e);
    } catch (IOException e) {
      return bytes.toString(StandardCharsets.UTF_8);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("The connection was closed after \"" + line + "\"");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
