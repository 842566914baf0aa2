package io.tunnel.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunnel.server.limit.ClientStatistics;
import java.util.List;

/**
 * What the clients of a server have done since its start. Immutable.
 *
 * @param openUploads upload sessions that can take blocks
 * @param openDownloads download sessions that can be read from
 * @param clients the clients, of which the 500 that called last are remembered; the one that called
 *     last is the last
 */
public record ServerStatistics(int openUploads, int openDownloads, List<ClientStatistics> clients) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the clients. */
  public ServerStatistics {
    clients = List.copyOf(clients);
  }

  /** As a JSON object, whose members have the names of the components. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers and texts can always be written as JSON", e);
    }
  }
}
