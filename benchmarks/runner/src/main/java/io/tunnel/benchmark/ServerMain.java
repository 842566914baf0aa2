package io.tunnel.benchmark;

import io.tunnel.it.driven.Arguments;
import io.tunnel.it.driven.CommandLoop;
import io.tunnel.server.LocalTunnel;
import io.tunnel.server.LocalTunnelConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The server of a run, in a process of its own: drops checked bodies, or commits to a directory.
 */
final class ServerMain {
  private ServerMain() {}

  /** Serves the runner. */
  public static void main(String[] arguments) throws IOException {
    new CommandLoop().on("start", ServerMain::start).run();
  }

  private static Object start(Arguments arguments) throws IOException {
    LocalTunnel tunnel =
        LocalTunnel.start(
            LocalTunnelConfig.builder()
                .project(Main.PROJECT)
                .account(Main.ACCESS_ID, Main.ACCESS_KEY)
                .dataDirectory(Path.of(arguments.text("directory")))
                .discardBodies(arguments.flag("discard"))
                .build());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("endpoint", tunnel.endpoint().toString());
    answer.put("dropPort", new DropServer().port());
    return answer;
  }
}
