package io.tunnel.benchmark;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The other end of the plain socket: reads as many bytes as announced, drops them, says so. */
final class DropServer {
  private static final int BUFFER = 1 << 16;

  private final ServerSocket listener;

  DropServer() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "drop-server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    byte[] buffer = new byte[BUFFER];
    while (true) {
      try (Socket socket = listener.accept();
          DataInputStream in = new DataInputStream(socket.getInputStream())) {
        long left = in.readLong();
        while (left > 0) {
          int read = in.read(buffer, 0, (int) Math.min(BUFFER, left));
          if (read < 0) {
            throw new IOException("The sender ended " + left + " bytes early");
          }
          left -= read;
        }
        socket.getOutputStream().write(1);
      } catch (IOException e) {
        System.err.println("The plain socket failed: " + e);
        return;
      }
    }
  }
}
