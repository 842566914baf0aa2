package io.tunnel.protocol.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server that treats each connection as its script says: it may stop reading, break off, or
 * answer too early. One script for each connection; the last one stays in force.
 */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Script> scripts;
  private final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
  private final List<Throwable> problems = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  interface Script {
    void handle(Connection connection) throws Exception;
  }

  ScriptedServer(Script... scripts) throws IOException {
    this.scripts = List.of(scripts);
    Thread acceptor = new Thread(this::accept, "scripted-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The next connection whose script has ended. */
  Connection await() throws InterruptedException {
    Connection connection = connections.poll(20, TimeUnit.SECONDS);
    if (connection == null) {
      throw new AssertionError("No request within 20 s; problems: " + problems);
    }
    return connection;
  }

  private void accept() {
    int number = 0;
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Script script = scripts.get(Math.min(number++, scripts.size() - 1));
        Thread thread = new Thread(() -> run(script, socket), "scripted-connection-" + number);
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        if (!listener.isClosed()) {
          problems.add(e);
        }
      }
    }
  }

  private void run(Script script, Socket socket) {
    try (socket) {
      Connection connection = new Connection(socket);
      try {
        script.handle(connection);
      } catch (EOFException | java.net.SocketException e) {
        connection.brokenOff = true;
      } finally {
        connections.add(connection);
      }
    } catch (Exception e) {
      problems.add(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** One connection with one request. */
  static final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final List<String> head = new CopyOnWriteArrayList<>();
    private long leftInChunk;
    private boolean complete;
    private volatile boolean brokenOff;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      in = new BufferedInputStream(socket.getInputStream());
    }

    /** Whether the client broke the connection before the end of its body. */
    boolean brokenOff() {
      return brokenOff;
    }

    boolean complete() {
      return complete;
    }

    String requestLine() {
      return head.get(0);
    }

    List<String> head() {
      return head;
    }

    byte[] body() {
      return body.toByteArray();
    }

    Connection readHead() throws IOException {
      for (String line = line(); !line.isEmpty(); line = line()) {
        head.add(line);
      }
      return this;
    }

    /** Reads body bytes until there are this many, or the body is complete. */
    Connection readBody(long until) throws IOException {
      while (!complete && body.size() < until) {
        if (leftInChunk == 0) {
          leftInChunk = Long.parseLong(line(), 16);
          if (leftInChunk == 0) {
            line();
            complete = true;
            return this;
          }
        }
        int value = in.read();
        if (value < 0) {
          throw new EOFException();
        }
        body.write(value);
        if (--leftInChunk == 0) {
          line();
        }
      }
      return this;
    }

    /** Reads the body to its end and drops it. */
    Connection dropBody() throws IOException {
      for (long left = Long.parseLong(line(), 16); left > 0; left = Long.parseLong(line(), 16)) {
        in.skipNBytes(left);
        line();
      }
      line();
      complete = true;
      return this;
    }

    Connection readAll() throws IOException {
      return readHead().readBody(Long.MAX_VALUE);
    }

    void respond(int status, String text) throws IOException {
      respond(status, Map.of(), text);
    }

    void respond(int status, Map<String, String> headers, String text) throws IOException {
      StringBuilder head =
          new StringBuilder("HTTP/1.1 " + status + " X\r\nx-odps-request-id: r" + status);
      headers.forEach((name, value) -> head.append("\r\n" + name + ": " + value));
      head.append("\r\nConnection: close\r\nContent-Length: " + text.length());
      socket.getOutputStream().write((head + "\r\n\r\n" + text).getBytes(ISO_8859_1));
    }

    /** Begins an answer of so many bytes. */
    void beginAnswer(int length, byte[] start) throws IOException {
      String head = "HTTP/1.1 200 X\r\nContent-Length: " + length + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(start);
    }

    /** Breaks the connection with a reset, so that the client notices at its next write. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException();
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
