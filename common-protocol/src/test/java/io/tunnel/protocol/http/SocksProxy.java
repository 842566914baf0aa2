package io.tunnel.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A SOCKS 5 proxy (RFC 1928) for one connection, which answers in the place of the target. */
final class SocksProxy implements AutoCloseable {
  private static final byte[] NO_LOGIN = {5, 0};
  private static final byte[] CONNECTED = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};

  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final CompletableFuture<String> target = new CompletableFuture<>();

  SocksProxy(String answer) throws IOException {
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = listener.accept()) {
                serve(socket, answer);
              } catch (IOException e) {
                target.completeExceptionally(e);
              }
            },
            "socks-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Host and port that the client has asked for. */
  String target() throws InterruptedException, ExecutionException, TimeoutException {
    return target.get(20, TimeUnit.SECONDS);
  }

  private void serve(Socket socket, String answer) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readByte();
    in.readFully(new byte[in.readUnsignedByte()]);
    socket.getOutputStream().write(NO_LOGIN);
    byte[] request = in.readNBytes(4);
    if (request[3] != 3) {
      throw new IOException("The client has resolved the name itself");
    }
    String host = new String(in.readNBytes(in.readUnsignedByte()), US_ASCII);
    int port = in.readUnsignedShort();
    socket.getOutputStream().write(CONNECTED);
    int newLines = 0;
    while (newLines < 2) {
      int value = in.read();
      newLines = value == '\n' ? newLines + 1 : value == '\r' ? newLines : 0;
    }
    socket.getOutputStream().write(answer.getBytes(US_ASCII));
    target.complete(host + ":" + port);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
