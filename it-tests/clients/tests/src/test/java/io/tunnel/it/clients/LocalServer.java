package io.tunnel.it.clients;

import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;

/** Local servers of the tests, in this JVM. */
final class LocalServer {
  private LocalServer() {}

  /** A server in memory that knows the account of the official clients and checks signatures. */
  static LocalTunnel inMemory() throws Exception {
    return LocalTunnel.start(
        LocalTunnelConfig.builder()
            .project(OfficialClients.PROJECT)
            .account(OfficialClients.ACCESS_ID, OfficialClients.SECRET)
            .build());
  }
}
