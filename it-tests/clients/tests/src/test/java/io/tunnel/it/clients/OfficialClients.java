package io.tunnel.it.clients;

import io.tunnel.it.driven.DrivenProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts the programs that drive the official clients. */
final class OfficialClients {
  static final String ACCESS_ID = "official";
  static final String SECRET = "official-secret";
  static final String PROJECT = "clients";

  private static final Path OFFICIAL = Path.of("..", "official").toAbsolutePath().normalize();
  private static final List<String> SMALL = List.of("-Xmx512m", "-Dfile.encoding=UTF-8");

  private OfficialClients() {}

  /** The official SDK 0.57.1, in the time zone UTC, ready to talk to a server. */
  static DrivenProgram sdk(URI endpoint) throws IOException {
    return sdk(endpoint, ACCESS_ID, SECRET, "UTC");
  }

  /** The official SDK with another account or time zone. */
  static DrivenProgram sdk(URI endpoint, String accessId, String secret, String zone)
      throws IOException {
    DrivenProgram program = sdk(List.of("-Duser.timezone=" + zone));
    program.call(
        "open",
        Map.of(
            "endpoint",
            endpoint.toString(),
            "project",
            PROJECT,
            "accessId",
            accessId,
            "accessKey",
            secret));
    return program;
  }

  /** The official SDK in a JVM with more flags, which has to be told {@code open} still. */
  static DrivenProgram sdk(List<String> more) throws IOException {
    List<String> flags = new ArrayList<>(SMALL);
    // What the official SDK's own Arrow needs; nothing of ours does.
    flags.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    flags.addAll(more);
    return DrivenProgram.start(
        OFFICIAL.resolve("sdk"), "io.tunnel.it.official.sdk.OfficialSdk", flags, List.of());
  }

  /** The official JDBC driver 3.4.2 with its own SDK, connected, in the time zone UTC. */
  static DrivenProgram jdbc(URI endpoint) throws IOException {
    return jdbc(endpoint, "UTC", Map.of());
  }

  /** The official JDBC driver in another time zone, with more properties of its connection. */
  static DrivenProgram jdbc(URI endpoint, String zone, Map<String, String> more)
      throws IOException {
    List<String> flags = new ArrayList<>(SMALL);
    flags.add("-Duser.timezone=" + zone);
    Map<String, String> properties = new HashMap<>(more);
    properties.put("project_name", PROJECT);
    properties.put("access_id", ACCESS_ID);
    properties.put("access_key", SECRET);
    DrivenProgram program =
        DrivenProgram.start(
            OFFICIAL.resolve("jdbc"), "io.tunnel.it.official.jdbc.OfficialJdbc", flags, List.of());
    program.call("open", Map.of("url", "jdbc:odps:" + endpoint, "properties", properties));
    return program;
  }
}
