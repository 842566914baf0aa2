package io.tunnel.it.clients.fault;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server in a process of its own, to be killed. Ends when its input ends. */
final class ServerMain {
  static final String READY = "ready at ";

  private ServerMain() {}

  /**
   * Loads what a server needs, waits for its port, the first line of the input, starts it, and
   * waits.
   *
   * @param arguments the data directory and the project
   */
  public static void main(String[] arguments) throws IOException {
    LocalTunnel.start(LocalTunnelConfig.builder().anonymous(true).build()).close();
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String port = input.readLine();
    if (port != null) {
      LocalTunnel tunnel =
          LocalTunnel.start(
              LocalTunnelConfig.builder()
                  .dataDirectory(Path.of(arguments[0]))
                  .project(arguments[1])
                  .port(Integer.parseInt(port))
                  .compactAfter(3)
                  .anonymous(true)
                  .build());
      System.out.println(READY + tunnel.endpoint());
      while (input.read() >= 0) {
        continue;
      }
      tunnel.close();
    }
    System.exit(0);
  }
}
