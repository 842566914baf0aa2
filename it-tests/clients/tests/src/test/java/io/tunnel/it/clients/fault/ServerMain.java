package io.tunnel.it.clients.fault;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.nio.file.Path;

/** A server in a process of its own, to be killed. Ends when its input ends. */
final class ServerMain {
  static final String READY = "ready at ";

  private ServerMain() {}

  /**
   * Starts a server and waits.
   *
   * @param arguments the data directory, the project and the port
   */
  public static void main(String[] arguments) throws Exception {
    LocalTunnel tunnel =
        LocalTunnel.start(
            LocalTunnelConfig.builder()
                .dataDirectory(Path.of(arguments[0]))
                .project(arguments[1])
                .port(Integer.parseInt(arguments[2]))
                .compactAfter(3)
                .anonymous(true)
                .build());
    System.out.println(READY + tunnel.endpoint());
    while (System.in.read() >= 0) {
      continue;
    }
    tunnel.close();
    System.exit(0);
  }
}
