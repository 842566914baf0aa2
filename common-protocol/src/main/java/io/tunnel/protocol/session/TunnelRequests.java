package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelConfig;
import io.tunnel.protocol.http.ApiRequest;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all requests to the data service have in common (regular tunnel, sections 1.3 to 1.7). */
final class TunnelRequests {
  /** Announces that the metrics in the trailer of record bodies are understood. */
  private static final String VERSION = "6";

  private TunnelRequests() {}

  static ApiRequest of(
      TunnelConfig config, String method, String purpose, URI tunnel, List<String> path) {
    return ApiRequest.of(method, purpose, tunnel, path)
        .parameter("quotaName", config.quota())
        .parameter("curr_project", config.project())
        .header("x-odps-tunnel-version", VERSION)
        .header(
            "odps-tunnel-tags", config.tags().isEmpty() ? null : String.join(",", config.tags()));
  }

  static List<String> tablePath(String project, @Nullable String schema, String table) {
    return schema == null
        ? List.of("projects", project, "tables", table)
        : List.of("projects", project, "schemas", schema, "tables", table);
  }

  static List<String> instancePath(String project, String instance) {
    return List.of("projects", project, "instances", instance);
  }
}
